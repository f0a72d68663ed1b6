import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import SupportRequest
from staff.models import Specialism
from tests import factories
from tests.exchange.cases import a_finished_diagnostic, a_question, a_request, an_agreement, an_offer


def send(client, user, url, **data):
    client.force_login(user)
    return client.post(url, {"key": uuid.uuid4(), **data})


def get(client, user, url, **query):
    client.force_login(user)
    return client.get(url, query)


def verb(name, subject):
    return reverse(f"exchange:{name}", args=[subject.pk])


# The page --------------------------------------------------------------------------------------


def test_the_page_says_what_was_asked(client, cast):
    asked = a_request(cast)
    page = get(client, cast.head, asked.get_absolute_url()).content.decode()
    for words in (asked.reference, "Mathematics", "Looking for a leader", "Fractions in year 4", "(now 3 of 10)"):
        assert words in page
    assert "No leader has been offered the work yet." in page
    assert "Request sent" in page


def test_it_links_to_the_commissions(client, cast):
    commission = an_offer(cast)
    page = get(client, cast.head, commission.support_request.get_absolute_url()).content.decode()
    assert f'href="{commission.get_absolute_url()}"' in page
    assert "Offered" in page


def test_others_do_not_see_it(client, cast):
    asked = a_request(cast)
    assert get(client, cast.stranger, asked.get_absolute_url()).status_code == 404
    assert get(client, cast.home_head, asked.get_absolute_url()).status_code == 404
    other = factories.coordinator_of(factories.AllianceFactory())
    assert get(client, other, asked.get_absolute_url()).status_code == 404


def test_a_draft_goes_on_where_its_answers_are(client, cast):
    draft = a_request(cast, status="draft")
    assert get(client, cast.head, draft.get_absolute_url()).url == verb("check_request", draft)
    assert get(client, factories.business_manager_of(cast.asking), draft.get_absolute_url()).status_code == 200
    assert get(client, cast.coordinator, draft.get_absolute_url()).status_code == 404


def test_the_head_and_the_coordinator_have_their_own_buttons(client, cast):
    asked = a_request(cast, status="submitted")
    head = get(client, cast.head, asked.get_absolute_url())
    coordinator = get(client, cast.coordinator, asked.get_absolute_url())
    assert {name for name, may in head.context["may"].items() if may} == {"can_withdraw"}
    assert {name for name, may in coordinator.context["may"].items() if may} == {
        "can_triage", "can_ask_question", "can_decline_request", "can_assign"
    }  # fmt: skip
    assert verb("withdraw", asked) in head.content.decode()
    assert verb("withdraw", asked) not in coordinator.content.decode()
    assert verb("triage", asked) in coordinator.content.decode()


def test_a_business_manager_has_no_buttons(client, cast):
    asked = a_request(cast)
    response = get(client, factories.business_manager_of(cast.asking), asked.get_absolute_url())
    assert not any(response.context["may"].values())
    assert "govuk-button " not in response.content.decode()


def test_urgent_and_early_requests_are_tagged(client, cast):
    urgent = a_request(cast, urgency="urgent")
    later = timezone.localdate().replace(year=timezone.localdate().year + 1, month=12, day=1)
    early = a_request(cast)
    SupportRequest.objects.filter(pk=early.pk).update(starts_on=later, ends_on=later)
    assert "Urgent</strong>" in get(client, cast.head, urgent.get_absolute_url()).content.decode()
    early.refresh_from_db()
    page = get(client, cast.head, early.get_absolute_url()).content.decode()
    assert ("Early</strong>" in page) == early.is_early


def test_the_page_names_nobody_and_offers_the_name_to_those_who_may_see_it(client, cast):
    asked = a_request(cast, status="submitted", supported_person="Zebedee Quill")
    users = cast.head, cast.coordinator, factories.business_manager_of(cast.asking)
    pages = [get(client, user, asked.get_absolute_url()).content.decode() for user in users]
    assert ["Show the name" in page for page in pages] == [True, False, False]
    assert all("A member of staff, whose name is confidential" in page for page in pages)
    assert not any("Zebedee" in page for page in pages)
    actions.requests.triage(support_request=asked, by=cast.coordinator)
    assert "Show the name" in get(client, cast.coordinator, asked.get_absolute_url()).content.decode()


def test_the_page_asks_the_database_as_often_for_one_commission_as_for_three(client, cast):
    asked = a_request(cast, days=1500, may_split=True)
    client.force_login(cast.head)

    def counted():
        an_offer(cast, asked, days=100)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(asked.get_absolute_url()).status_code == 200
        return len(queries)

    one, _, three = counted(), counted(), counted()
    assert one == three


# Answering and withdrawing ---------------------------------------------------------------------


def test_it_answers_the_question(client, cast):
    asked = a_question(cast)
    assert "Which year?" in get(client, cast.head, verb("answer", asked)).content.decode()
    assert send(client, cast.head, verb("answer", asked), answer="Year 4").url == asked.get_absolute_url()
    asked.refresh_from_db()
    assert (asked.status, asked.clarifications.get().answer) == ("submitted", "Year 4")
    page = get(client, cast.coordinator, asked.get_absolute_url()).content.decode()
    assert "Which year?" in page
    assert "Year 4" in page


def test_an_empty_answer_is_no_answer(client, cast):
    asked = a_question(cast)
    page = send(client, cast.head, verb("answer", asked), answer="").content.decode()
    assert page.count("Enter your answer") == 2
    assert asked.clarifications.get().answered_at is None


def test_it_does_not_answer_twice(client, cast):
    asked, key = a_question(cast), uuid.uuid4()
    urls = {send(client, cast.head, verb("answer", asked), answer="Year 4", key=key).url for _ in range(2)}
    assert len(urls) == 1
    assert send(client, cast.head, verb("answer", asked), answer="Year 5").status_code == 409
    assert asked.clarifications.get().answer == "Year 4"


def test_it_withdraws(client, cast):
    asked = an_offer(cast).support_request
    assert send(client, cast.head, verb("withdraw", asked), reason="Solved").url == asked.get_absolute_url()
    asked.refresh_from_db()
    assert (asked.status, asked.commissions.get().status) == ("withdrawn", "cancelled")
    assert "Solved" in get(client, cast.coordinator, asked.get_absolute_url()).content.decode()


def test_to_withdraw_needs_a_reason(client, cast):
    asked = a_request(cast)
    assert send(client, cast.head, verb("withdraw", asked)).content.decode().count("Enter a reason") == 2
    asked.refresh_from_db()
    assert asked.status == "open"


def test_it_does_not_withdraw_agreed_work(client, cast):
    asked = an_agreement(cast, an_offer(cast, a_request(cast), days=100)).support_request
    assert send(client, cast.head, verb("withdraw", asked), reason="Solved").status_code == 409
    asked.refresh_from_db()
    assert asked.status == "open"


def test_a_draft_is_deleted_without_a_reason(client, cast):
    draft = a_request(cast, status="draft")
    assert send(client, cast.head, verb("withdraw", draft)).url == reverse("exchange:school", args=[cast.asking.pk])
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


@pytest.mark.parametrize("name", ["answer", "withdraw", "ask_package", "close_request"])
def test_verbs_are_hidden_from_others_and_closed_to_those_without_the_right(client, cast, name):
    asked = a_question(cast)
    for user, code in (
        (cast.stranger, 404),
        (cast.coordinator, 403),
        (factories.business_manager_of(cast.asking), 403),
        (factories.delegate_of(cast.asking, cast.head, "agree"), 403),
    ):
        assert send(client, user, verb(name, asked), answer="x", reason="x", days="1").status_code == code
    asked.refresh_from_db()
    assert asked.status == "clarification"


# Findings --------------------------------------------------------------------------------------


def test_it_asks_for_further_days(client, cast):
    asked = a_finished_diagnostic(cast)
    assert verb("ask_package", asked) in get(client, cast.head, asked.get_absolute_url()).content.decode()
    assert "Phonics first" in get(client, cast.head, verb("ask_package", asked)).content.decode()
    assert send(client, cast.head, verb("ask_package", asked), days="2.5").url == asked.get_absolute_url()
    asked.refresh_from_db()
    assert (asked.status, asked.days, asked.days_wanted) == ("open", 350, 250)


def test_further_days_must_be_days(client, cast):
    asked = a_finished_diagnostic(cast)
    assert (
        "Enter the days as a number" in send(client, cast.head, verb("ask_package", asked), days="x").content.decode()
    )
    asked.refresh_from_db()
    assert asked.status == "matched"


def test_it_closes_without_further_support(client, cast):
    asked = a_finished_diagnostic(cast)
    assert send(client, cast.head, verb("close_request", asked), reason="We can do it").url == asked.get_absolute_url()
    asked.refresh_from_db()
    assert asked.status == "closed"
    assert send(client, cast.head, verb("close_request", asked), reason="Again").status_code == 409


def test_it_does_not_close_before_the_evaluation(client, cast):
    asked = a_finished_diagnostic(cast, evaluated=False)
    response = send(client, cast.head, verb("close_request", asked), reason="Enough")
    assert response.status_code == 409
    assert "is not evaluated yet" in response.content.decode()


# The list --------------------------------------------------------------------------------------


def listed(client, user, cast, **query):
    response = get(client, user, reverse("exchange:requests", args=[cast.asking.pk]), **query)
    return [asked.pk for asked in response.context["page_obj"]]


def test_it_lists_the_schools_requests_newest_first(client, cast):
    first, second = a_request(cast), a_request(cast, status="draft")
    assert listed(client, cast.head, cast) == [second.pk, first.pk]
    assert listed(client, cast.coordinator, cast) == [first.pk]


def test_a_draft_that_has_no_days_yet_says_so(client, cast):
    SupportRequest.objects.create(alliance=cast.alliance, school=cast.asking, asked_by=cast.head)
    page = " ".join(
        get(client, cast.head, reverse("exchange:requests", args=[cast.asking.pk])).content.decode().split()
    )
    assert 'data-label="Days">Not said yet</td>' in page


def test_the_list_is_hidden_from_others(client, cast):
    url = reverse("exchange:requests", args=[cast.asking.pk])
    assert get(client, cast.stranger, url).status_code == 404


def test_an_empty_list_is_a_sentence(client, cast):
    url = reverse("exchange:requests", args=[cast.asking.pk])
    assert "The school has not asked for support yet." in get(client, cast.head, url).content.decode()
    a_request(cast)
    assert "No request fits these filters." in get(client, cast.head, url, status="closed").content.decode()


def test_areas_to_filter_by_are_in_the_order_of_their_names(client, cast):
    form = get(client, cast.head, reverse("exchange:requests", args=[cast.asking.pk])).context["filter"].form
    shown = [str(label) for _, label in form.fields["specialism"].choices][1:]
    assert shown == sorted(shown)


def test_it_filters(client, cast):
    maths = a_request(cast, supported_person="Zebedee Quill")
    music = a_request(cast, status="submitted", need="A choir", specialism=Specialism.objects.get(name="Music"))
    for query, found in (
        ({"status": "submitted"}, [music]),
        ({"specialism": music.specialism_id}, [music]),
        ({"text": "choir"}, [music]),
        ({"text": "mathem"}, [maths]),
        ({"text": maths.reference}, [maths]),
        ({"text": maths.reference.lower()}, [maths]),
        ({"text": str(maths.pk)}, [maths]),
        ({"text": "SR-9999999999999999999999"}, []),
        ({"text": "zebedee"}, []),
        ({"status": "nonsense"}, [music, maths]),
        ({"page": "nonsense"}, [music, maths]),
    ):
        assert listed(client, cast.head, cast, **query) == [asked.pk for asked in found], query


def test_it_has_pages(client, cast):
    draft = a_request(cast, status="draft")
    fields = {"alliance": draft.alliance, "school": draft.school, "asked_by": draft.asked_by}
    SupportRequest.objects.bulk_create([SupportRequest(**fields) for _ in range(20)])
    assert len(listed(client, cast.head, cast)) == 20
    assert listed(client, cast.head, cast, page=2) == [draft.pk]
    url = reverse("exchange:requests", args=[cast.asking.pk])
    assert "21 requests" in get(client, cast.head, url).content.decode()


def test_the_list_asks_the_database_as_often_for_one_row_as_for_three(client, cast):
    client.force_login(cast.head)

    def counted():
        a_request(cast)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("exchange:requests", args=[cast.asking.pk]))
        return len(queries)

    one, _, three = counted(), counted(), counted()
    assert one == three
