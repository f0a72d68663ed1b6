"""People change their places: what is open goes on with whoever comes, and who goes sees and hears no more."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from exchange import actions, rules
from exchange.models import Commission, SupportRequest
from portal import clock
from schools.day import Day
from staff.models import Mail, Post, Role
from tests import factories
from tests.exchange import work_cases as cases
from tests.exchange.cases import a_logged_visit, a_request, an_offer, look, make_cast, send, url_of
from tests.exchange.work_cases import TODAY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="class")
def cast(set_up_shared):
    return set_up_shared("cast", make_cast)


def yesterday():
    return TODAY() - timedelta(days=1)


def leaves(user, **role):
    Role.objects.filter(user=user, **role).update(ends_on=yesterday())
    Post.objects.filter(person=user.person).update(ends_on=yesterday())


def mail_since(before):
    return set(Mail.objects.exclude(pk__in=before).values_list("to", flat=True))


def told_later(days):
    """Who gets mail from the clock in so many days."""
    before = list(Mail.objects.values_list("pk", flat=True))
    noon = datetime.combine(TODAY() + timedelta(days=days), time(12), ZoneInfo("Europe/London"))
    with time_machine.travel(noon, tick=False):
        clock.run(Day(timezone.now()))
    return mail_since(before)


# A head leaves ---------------------------------------------------------------------------------


@pytest.fixture
def new_head(cast):
    """Commissions in every state are open when the head leaves."""
    cast.offer, cast.visit = an_offer(cast), None
    cast.visit = cases.logged(cast)
    cast.question = a_request(cast, status="submitted")
    actions.requests.ask_question(support_request=cast.question, by=cast.coordinator, question="Which year group?")
    leaves(cast.head)
    return factories.head_of(cast.asking)


def addresses_of(subject):
    """Where something waits for its school's head: its own page, or the act."""
    acts = {"Commission": "agree", "Visit": "confirm_visit", "SupportRequest": "answer"}
    return subject.get_absolute_url(), url_of(acts[type(subject).__name__], subject)


def test_the_new_head_sees_and_does_everything_that_is_open(client, cast, new_head):
    home = look(client, new_head, f"/schools/{cast.asking.pk}/").content.decode()
    for subject in (cast.offer, cast.visit, cast.question):
        assert any(f'href="{address}' in home for address in addresses_of(subject)), subject
    assert send(client, new_head, url_of("agree", cast.offer), exit_plan="The subject lead").status_code == 302
    assert send(client, new_head, url_of("confirm_visit", cast.visit)).status_code == 302
    assert send(client, new_head, url_of("answer", cast.question), answer="Year 4").status_code == 302
    assert Transfer.objects.filter(kind="visit").count() == 1
    assert Commission.objects.get(pk=cast.offer.pk).receiving_yes_by == new_head


def test_the_old_head_sees_and_does_nothing(client, cast, new_head):
    for name, subject in (("agree", cast.offer), ("confirm_visit", cast.visit), ("answer", cast.question)):
        assert send(client, cast.head, url_of(name, subject)).status_code == 404
    assert look(client, cast.head, f"/schools/{cast.asking.pk}/").status_code == 404
    assert not Transfer.objects.filter(kind="visit").exists()


def test_reminders_go_to_the_new_head(cast, new_head):
    told = told_later(4) | told_later(8)
    assert new_head.email in told
    assert cast.head.email not in told


def test_mail_of_an_act_goes_to_the_new_head(cast, new_head):
    before = list(Mail.objects.values_list("pk", flat=True))
    actions.offers.withdraw(commission=cast.offer, by=cast.coordinator, reason="Another school is nearer")
    assert new_head.email in mail_since(before)
    assert cast.head.email not in mail_since(before)


def test_the_new_head_ends_what_the_old_one_handed_over(client, cast, new_head):
    deputy = factories.delegate_of(cast.asking, cast.head, "agree")
    role = Role.objects.get(user=deputy)
    assert str(deputy) in look(client, new_head, f"/schools/{cast.asking.pk}/delegates/").content.decode()
    assert send(client, new_head, f"/schools/{cast.asking.pk}/delegates/{role.pk}/end/").status_code == 302
    assert look(client, deputy, f"/schools/{cast.asking.pk}/").status_code == 404
    role.refresh_from_db()
    assert role.ended_by == new_head


# A leader moves --------------------------------------------------------------------------------


def test_a_leader_who_moves_keeps_the_home_school_of_the_offer(client, cast):
    commission = cases.agreed(cast)
    Post.objects.filter(person=cast.leader.person).update(ends_on=yesterday())
    Post.objects.create(person=cast.leader.person, school=cast.other, starts_on=TODAY())
    visit = a_logged_visit(cast, commission)
    assert send(client, cast.head, url_of("confirm_visit", visit)).status_code == 302
    commission.refresh_from_db()
    assert commission.home_school == cast.giving
    earned = Transfer.objects.get(kind="visit")
    assert earned.credit == posting.school_account(cast.alliance, cast.giving)
    assert look(client, cast.home_head, commission.get_absolute_url()).status_code == 200
    assert look(client, cast.stranger, commission.get_absolute_url()).status_code == 404


# A coordinator changes alliance ----------------------------------------------------------------


@pytest.fixture
def moved(cast):
    cast.support_request = a_request(cast, supported_person="Pat Confidential")
    cast.next = factories.AllianceFactory(slug="elsewhere")
    cast.stays = factories.coordinator_of(cast.alliance)
    leaves(cast.coordinator)
    Role.objects.create(user=cast.coordinator, kind="coordinator", alliance=cast.next, starts_on=TODAY())
    return cast


def test_a_coordinator_who_changes_leaves_everything_behind(client, moved):
    request = SupportRequest.objects.get(pk=moved.support_request.pk)
    assert request.assigned_to == moved.coordinator
    assert not rules.can_see_person(moved.coordinator, request)
    for address in (request.get_absolute_url(), "/alliances/netherby/", "/alliances/netherby/bank/"):
        assert look(client, moved.coordinator, address).status_code == 404
    assert look(client, moved.coordinator, "/alliances/elsewhere/").status_code == 200
    rows = client.get("/admin/exchange/supportrequest/").content.decode()
    assert request.reference not in rows


def test_who_stays_hears_of_what_was_assigned_to_who_went(client, moved):
    before = list(Mail.objects.values_list("pk", flat=True))
    assert send(client, moved.head, url_of("withdraw", moved.support_request), reason="Solved").status_code == 302
    assert mail_since(before) == {moved.stays.email}


def test_who_stays_takes_it_over(client, moved):
    assert send(client, moved.stays, url_of("assign", moved.support_request), to=moved.stays.pk).status_code == 302
    request = SupportRequest.objects.get(pk=moved.support_request.pk)
    assert request.assigned_to == moved.stays
    assert rules.can_see_person(moved.stays, request)


# A delegate for a fortnight --------------------------------------------------------------------


def test_a_delegate_for_a_fortnight(client, cast):
    offer, deputy = an_offer(cast), factories.delegate_of(cast.asking, cast.head, "agree")
    first, last = TODAY() + timedelta(days=1), TODAY() + timedelta(days=14)
    Role.objects.filter(user=deputy).update(starts_on=first, ends_on=last)
    answers = []
    for day in (TODAY(), first, last, last + timedelta(days=1)):
        with time_machine.travel(datetime.combine(day, time(12), ZoneInfo("Europe/London")), tick=False):
            answers.append(look(client, deputy, url_of("agree", offer)).status_code)
    assert answers == [404, 200, 200, 404]


# The second coordinator ------------------------------------------------------------------------


def test_a_movement_of_the_own_school_is_reversed_by_another_coordinator(client, cast):
    row = actions.movements.grant_opening(
        account=posting.school_account(cast.alliance, cast.asking), by=cast.coordinator, amount=100, reason="Start",
        occurred_on=TODAY(), key="opening",
    )  # fmt: skip
    near = factories.coordinator_of(cast.alliance)
    Post.objects.create(person=near.person, school=cast.asking, starts_on=factories.LONG_AGO)
    refused = send(client, near, url_of("reverse_movement", row), reason="Mistaken")
    assert refused.status_code == 409
    assert "another coordinator has to do it" in refused.content.decode()
    assert Transfer.objects.count() == 1
    assert send(client, cast.coordinator, url_of("reverse_movement", row), reason="Mistaken").status_code == 302
    assert Transfer.objects.get(reverses=row).amount == 100
