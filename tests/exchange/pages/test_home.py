from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bank import posting
from exchange import actions
from exchange.models import SupportRequest
from staff.models import Role, SystemLeader, User
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow


def get(client, user, url):
    client.force_login(user)
    return client.get(url)


def first_screen(client, user, school):
    return get(client, user, reverse("exchange:school", args=[school.pk]))


def words(response):
    return " ".join(response.content.decode().split())


def titles(response):
    return [item["title"] for item in response.context["things_to_do"]]


# Home ------------------------------------------------------------------------------------------


def test_a_head_lands_at_the_school(client, cast):
    assert get(client, cast.head, "/").url == f"/schools/{cast.asking.pk}/"


def test_a_leader_lands_at_the_own_work(client, cast):
    assert get(client, cast.lead, "/").url == reverse("exchange:leader")


def test_a_coordinator_lands_at_the_alliance(client, cast):
    assert get(client, cast.coordinator, "/").url == "/alliances/netherby/"


def test_the_steering_group_lands_at_the_bank(client, cast):
    user = factories.UserFactory()
    Role.objects.create(user=user, kind="steering", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    assert get(client, user, "/").url == reverse("exchange:bank", args=["netherby"])


def test_a_superuser_without_a_role_chooses_between_all_alliances(client, cast):
    root = User.objects.create_superuser("root@example.org")
    assert get(client, root, "/").url == "/alliances/netherby/"
    factories.AllianceFactory(name="Weald Schools", slug="weald")
    html = words(get(client, root, "/"))
    assert 'href="/alliances/netherby/">Netherby Schools</a>' in html
    assert 'href="/alliances/weald/">Weald Schools</a>' in html


def test_the_admin_leads_a_superuser_back_to_the_portal(client, cast):
    html = get(client, User.objects.create_superuser("root@example.org"), reverse("admin:index")).content.decode()
    assert '<a href="/">Back to the portal</a>' in html
    assert client.get("/", follow=True).context["alliance"] == cast.alliance


def test_before_there_is_an_alliance_a_superuser_lands_at_the_administration(client, db):
    assert get(client, User.objects.create_superuser("root@example.org"), "/").url == reverse("admin:index")


def test_somebody_with_several_roles_chooses_and_sees_what_there_is_to_do(client, cast):
    an_offer(cast)
    Role.objects.create(user=cast.home_head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    response = get(client, cast.home_head, "/")
    assert [(place.title, count) for place, count in response.context["workplaces"]] == [
        ("Birchwood", 1),
        ("Castle Hill", 0),
    ]
    assert "1 thing to do" in response.content.decode()


def test_an_ended_role_is_no_place(client, cast):
    Role.objects.filter(user=cast.head).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert "You have no role here yet" in get(client, cast.head, "/").content.decode()


def test_somebody_without_a_role_is_told_what_to_do(client, db):
    response = get(client, factories.UserFactory(), "/")
    assert response.status_code == 200
    assert "Ask the headteacher of your school" in response.content.decode()


def test_whoever_is_not_signed_in_signs_in_first(client, db):
    assert client.get("/").url.startswith("/accounts/login/")


# The first screen of a school ------------------------------------------------------------------


def test_the_first_screen_names_the_school_and_offers_to_ask(client, cast):
    page = first_screen(client, cast.head, cast.asking).content.decode()
    assert page.index('caption-l">Ashgrove</span>') < page.index('heading-l">Support for your school</h1>')
    assert reverse("exchange:start_request", args=[cast.asking.pk]) in page
    assert "There is nothing for you to do at the moment." in page


def test_others_do_not_learn_that_the_school_is_there(client, cast):
    assert first_screen(client, cast.stranger, cast.asking).status_code == 404
    assert first_screen(client, cast.lead, cast.giving).status_code == 404
    assert get(client, cast.head, "/schools/1/").status_code == 404


def test_a_coordinator_of_another_alliance_does_not_see_it(client, cast):
    other = factories.coordinator_of(factories.AllianceFactory())
    assert first_screen(client, other, cast.asking).status_code == 404


def test_a_coordinator_sees_it_without_buttons_and_drafts(client, cast):
    a_request(cast, status="draft")
    response = first_screen(client, cast.coordinator, cast.asking)
    page = response.content.decode()
    assert (titles(response), list(response.context["requests"])) == ([], [])
    assert reverse("exchange:start_request", args=[cast.asking.pk]) not in page


def test_a_business_manager_sees_it_without_buttons(client, cast):
    commission = an_offer(cast)
    response = first_screen(client, factories.business_manager_of(cast.asking), cast.asking)
    assert (titles(response), len(response.context["requests"])) == ([], 1)
    assert reverse("exchange:start_request", args=[cast.asking.pk]) not in response.content.decode()
    assert commission.support_request.reference in response.content.decode()


def test_a_question_waits_for_an_answer(client, cast):
    asked = a_request(cast, status="submitted")
    actions.requests.ask_question(support_request=asked, by=cast.coordinator, question="Which year?")
    assert titles(first_screen(client, cast.head, cast.asking)) == [f"Answer a question about {asked.reference}"]


def test_offers_wait_for_both_heads_until_they_lapse(client, cast):
    commission = an_offer(cast)
    agree = first_screen(client, cast.head, cast.asking).context["things_to_do"]
    release = first_screen(client, cast.home_head, cast.giving).context["things_to_do"]
    assert [(item["title"], item["due"]) for item in agree] == [
        (f"Agree to support from {cast.leader}", commission.lapses_on)
    ]
    assert [(item["url"], item["due"]) for item in release] == [
        (reverse("exchange:release", args=[commission.pk]), commission.lapses_on)
    ]


def test_a_logged_visit_waits_to_be_confirmed(client, cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    item = first_screen(client, cast.head, cast.asking).context["things_to_do"][0]
    assert (item["url"], item["due"]) == (reverse("exchange:confirm_visit", args=[visit.pk]), visit.confirm_by)


def test_delivered_work_waits_to_be_evaluated(client, cast):
    commission = an_agreement(cast, an_offer(cast, days=100))
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    assert titles(first_screen(client, cast.head, cast.asking)) == [f"Evaluate the work of {cast.leader}"]
    assert titles(first_screen(client, cast.home_head, cast.giving)) == []
    actions.evaluations.evaluate(commission=commission, by=cast.head, side="receiving", evidence="Books", rating=5)
    response = first_screen(client, cast.head, cast.asking)
    assert titles(response) == []
    assert response.context["awaited"][0]["on"] == f"{cast.leader}, to evaluate it"


def test_an_overdue_evaluation_says_so(client, cast):
    commission = an_agreement(cast, an_offer(cast, days=100))
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    type(commission).objects.update(delivered_at=timezone.now() - timedelta(days=90))
    assert first_screen(client, cast.head, cast.asking).context["things_to_do"][0]["tag"] == "Overdue"


def test_a_change_waits_for_the_other_head_only(client, cast):
    commission = an_agreement(cast)
    actions.work.propose_variation(
        leg=commission.leg,
        by=cast.head,
        days=400,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="x",
    )
    assert titles(first_screen(client, cast.home_head, cast.giving)) == [f"Answer a change to {commission.reference}"]
    assert titles(first_screen(client, cast.head, cast.asking)) == []


def test_findings_wait_for_a_decision(client, cast):
    commission = an_agreement(cast, an_offer(cast, a_request(cast, kind="diagnostic", days=100)))
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    actions.work.report_findings(commission=commission, by=cast.lead, findings="Phonics", no_further_support=False)
    expected = f"Decide what follows from the findings of {commission.reference}"
    assert expected in titles(first_screen(client, cast.head, cast.asking))


def test_a_draft_waits_to_be_finished(client, cast):
    draft = a_request(cast, status="draft")
    assert titles(first_screen(client, cast.head, cast.asking)) == [f"Finish and send {draft.reference}"]


def test_the_head_confirms_safeguarding(client, cast):
    SystemLeader.objects.update(safeguarding_confirmed_on=None, safeguarding_confirmed_by=None)
    expected = [f"Confirm the safeguarding checks of {cast.leader.person}"]
    assert titles(first_screen(client, cast.home_head, cast.giving)) == expected
    assert titles(first_screen(client, cast.head, cast.asking)) == []


def test_the_head_renews_a_confirmation_that_is_older_than_three_years(client, cast):
    oldest = timezone.localdate() - relativedelta(years=3)
    SystemLeader.objects.update(safeguarding_confirmed_on=oldest)
    assert titles(first_screen(client, cast.home_head, cast.giving)) == []
    SystemLeader.objects.update(safeguarding_confirmed_on=oldest - timedelta(days=1))
    expected = [f"Renew the safeguarding confirmation of {cast.leader.person}"]
    assert titles(first_screen(client, cast.home_head, cast.giving)) == expected
    SystemLeader.objects.update(status=SystemLeader.Status.ENDED)
    assert titles(first_screen(client, cast.home_head, cast.giving)) == []


@pytest.mark.parametrize(
    ("right", "count"), [("ask", 1), ("agree", 1), ("release", 0), ("confirm", 0), ("evaluate", 0)]
)
def test_a_delegate_sees_what_the_right_allows(client, cast, right, count):
    a_request(cast, status="draft")
    an_offer(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, right)
    assert len(titles(first_screen(client, delegate, cast.asking))) == count


def test_it_says_what_waits_and_for_whom(client, cast):
    sent = a_request(cast, status="submitted")
    commission = an_offer(cast)
    actions.agreements.agree(commission=commission, by=cast.head)
    awaited = first_screen(client, cast.head, cast.asking).context["awaited"]
    assert [(item["url"], item["on"]) for item in awaited] == [
        (sent.get_absolute_url(), "a coordinator, to reply"),
        (commission.get_absolute_url(), f"{cast.leader.person} and Birchwood, to say yes"),
    ]


def test_the_giving_school_waits_for_the_confirmation(client, cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    awaited = first_screen(client, cast.home_head, cast.giving).context["awaited"]
    assert [(item["on"], item["date"]) for item in awaited] == [("Ashgrove, to confirm it", visit.confirm_by)]


def test_the_balance_is_one_line(client, cast):
    commission = an_agreement(cast, an_offer(cast, days=300))
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    page = " ".join(first_screen(client, cast.head, cast.asking).content.decode().split())
    assert "<strong>−1 day</strong>: 0 days given, 1 received; 2 days agreed and still to come" in page


def test_a_school_that_has_left_is_not_told_that_it_may_ask_for_days(client, cast):
    posting.school_account(cast.alliance, cast.asking)
    assert "so 10 days can be asked for" in words(first_screen(client, cast.head, cast.asking))
    cast.asking.memberships.update(ends_on=factories.LONG_AGO)
    html = words(first_screen(client, cast.head, cast.asking))
    assert "can be asked for" not in html
    assert "Ashgrove is not a member of Netherby Schools today: what is agreed now is charged in money" in html
    assert reverse("exchange:school_charges", args=[cast.asking.pk]) in html


def test_a_school_outside_reads_of_money_and_not_of_days(client, cast):
    school = factories.SchoolFactory(name="Dunmore")
    head, charges = factories.head_of(school), reverse("exchange:school_charges", args=[school.pk])
    html = words(first_screen(client, head, school))
    assert "Dunmore is not a member of an alliance today, so it has no balance of days" in html
    assert "Nothing given or received yet" not in html
    assert charges in html
    html = words(get(client, head, reverse("exchange:statement", args=[school.pk])))
    assert "The support it receives is charged in money." in html
    assert charges in html
    html = words(get(client, head, reverse("exchange:our_leaders", args=[school.pk])))
    assert "your school is not a member of one today" in html
    assert reverse("exchange:nominate", args=[school.pk]) not in html


def test_the_balance_adds_up_with_levy_and_other_movements(client, cast):
    """As the giver: 1 day given less a levy of 0.1, and 0.5 of it given away."""
    commission = an_agreement(cast, an_offer(cast, days=300))
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    giver, other = (posting.school_account(cast.alliance, school) for school in (cast.giving, cast.other))
    posting.transfer(
        kind="gift", debit=giver, credit=other, amount=50, occurred_on=timezone.localdate(), by="user:1",
        reason="Thank you", key="one",
    )  # fmt: skip
    page = " ".join(first_screen(client, cast.home_head, cast.giving).content.decode().split())
    assert (
        "<strong>0.4 days</strong>: 1 day given, 0 received, 0.1 levy, −0.5 in other movements; 0 days agreed" in page
    )


def test_the_first_screen_asks_the_database_as_often_for_one_row_as_for_three(client, cast):
    client.force_login(cast.head)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("exchange:school", args=[cast.asking.pk])).status_code == 200
        return len(queries)

    an_offer(cast, days=100)
    a_request(cast, status="draft")
    a_request(cast, status="submitted")
    a_logged_visit(cast, an_agreement(cast, an_offer(cast, days=100)), days=25)
    one = counted()
    for _ in range(2):
        an_offer(cast, days=100)
        a_request(cast, status="draft")
        a_request(cast, status="submitted")
        a_logged_visit(cast, an_agreement(cast, an_offer(cast, days=100)), days=25)
    assert counted() == one


def test_no_name_of_a_supported_person_stands_on_it(client, cast):
    an_offer(cast, a_request(cast, supported_person="Zebedee Quill"))
    page = first_screen(client, cast.head, cast.asking).content.decode()
    assert "SR-" in page
    assert "Zebedee" not in page


def test_a_draft_thrown_away_is_in_no_list(client, cast):
    draft = a_request(cast, status="draft")
    actions.requests.withdraw(support_request=draft, by=cast.head)
    assert SupportRequest.objects.count() == 1
    assert list(first_screen(client, cast.head, cast.asking).context["requests"]) == []


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_everybody_can_read_the_statements(client, db, name):
    response = client.get(reverse(f"staff:{name}"))
    assert response.status_code == 200
    assert "coordinator of your alliance" in response.content.decode()
