"""Offers, the three yeses, limits and capacity: what the actions promise."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bank.models import Account, FloorChange
from exchange import actions, rules
from exchange.accounting import capacity
from exchange.models import LeaderYear, SupportRequest
from portal.errors import Refused, SomebodyFaster
from schools import calendar
from staff.models import Post, Role
from tests import factories
from tests.exchange.cases import make_cast
from tests.exchange.road import a_logged_visit, a_request, a_visit, an_agreement, an_offer


def account_of(school):
    return Account.objects.get(school=school)


@pytest.mark.parametrize("order", ["lhr", "lrh", "hlr", "hrl", "rlh", "rhl"])
def test_the_three_yeses_come_in_any_order(cast, order):
    commission = an_offer(cast)
    say = {
        "l": lambda: actions.agreements.accept(commission=commission, by=cast.lead),
        "h": lambda: actions.agreements.release(commission=commission, by=cast.home_head),
        "r": lambda: actions.agreements.agree(commission=commission, by=cast.head),
    }
    for number, who in enumerate(order):
        assert commission.status == "offered", number
        say[who]()
    assert (commission.status, account_of(cast.asking).held) == ("agreed", 500)


@pytest.mark.parametrize("who", ["lead", "home_head", "head"])
def test_any_no_declines_it_and_the_days_are_wanted_again(cast, who):
    commission = an_offer(cast)
    actions.offers.decline(commission=commission, by=getattr(cast, who), reason="dates")
    request = SupportRequest.objects.get()
    assert (commission.status, request.status, request.days_wanted) == ("declined", "open", 500)
    with pytest.raises(SomebodyFaster):
        actions.agreements.release(commission=commission, by=cast.home_head)


def test_where_the_leader_is_the_home_head_one_act_is_two_yeses(cast):
    Role.objects.create(user=cast.lead, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO)
    commission = an_offer(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    assert (commission.leader_yes_by, commission.home_yes_by) == (cast.lead, cast.lead)
    assert commission.events.get(verb="release").reason == "Governors informed"


def test_where_one_person_heads_both_schools_no_offer_can_be_made(cast):
    Role.objects.create(user=cast.head, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO)
    with pytest.raises(Refused, match="One person heads both"):
        an_offer(cast)


def test_a_leader_is_never_deployed_to_the_own_school(cast):
    Post.objects.create(person=cast.lead.person, school=cast.asking, starts_on=factories.LONG_AGO)
    with pytest.raises(Refused, match="never deployed"):
        an_offer(cast)


@pytest.mark.parametrize("change", [{"status": "suspended"}, {"review_on": date(2020, 1, 1)}])
def test_suspended_and_expired_leaders_are_never_matched(cast, change):
    for name, value in change.items():
        setattr(cast.leader, name, value)
    cast.leader.save()
    with pytest.raises(Refused, match="cannot be offered"):
        an_offer(cast)


def test_at_most_one_offer_is_open_unless_the_days_may_be_split(cast):
    request = a_request(cast, days=500)
    an_offer(cast, request, days=200)
    with pytest.raises(Refused, match="open already"):
        an_offer(cast, request, days=200)


def test_split_days_never_pass_the_days_asked(cast):
    request = a_request(cast, days=500, may_split=True)
    second = factories.leader_at(cast.giving)
    first = an_offer(cast, request, days=300)
    with pytest.raises(Refused, match="more than the 2 days still wanted"):
        an_offer(cast, request, days=225, leader=second)
    other = an_offer(cast, request, days=200, leader=second)
    an_agreement(cast, first)
    request.refresh_from_db()
    assert request.status == "open"
    an_agreement(cast, other, by=second.person.user)
    request.refresh_from_db()
    assert (request.status, account_of(cast.asking).held) == ("matched", 500)


def test_the_coordinator_may_say_it_is_enough(cast):
    request = a_request(cast, days=500, may_split=True)
    an_agreement(cast, an_offer(cast, request, days=300))
    request.refresh_from_db()
    actions.requests.accept_shortfall(support_request=request, by=cast.coordinator, reason="Three days will do")
    assert request.status == "matched"


def test_a_yes_at_the_limit_is_refused_and_changes_nothing(db):
    cast = make_cast(limit=-400)
    commission = an_offer(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    with pytest.raises(Refused, match="reached its limit"):
        actions.agreements.agree(commission=commission, by=cast.head)
    commission.refresh_from_db()
    assert (commission.status, commission.receiving_yes_at, account_of(cast.asking).held) == ("offered", None, 0)


def test_with_an_override_it_is_agreed_and_the_floor_says_who_and_why(db):
    cast = make_cast(limit=-400)
    commission = an_offer(cast)
    actions.agreements.override_limit(commission=commission, by=cast.coordinator, reason="Inspection next month")
    an_agreement(cast, commission)
    change = FloorChange.objects.get()
    assert (commission.status, change.new, change.reason) == ("agreed", -500, "Inspection next month")
    assert change.by == f"user:{cast.coordinator.pk}"


def test_with_allowance_15_delivered_9_and_held_4_two_remain(db):
    cast = make_cast(limit=-100000)
    done = an_agreement(cast, days=900)
    for days in (500, 400):
        actions.confirmations.confirm(visit=a_logged_visit(cast, done, days=days), by=cast.head)
    an_agreement(cast, days=400)
    year = calendar.year_of(timezone.localdate())
    assert capacity.days_left(cast.leader, year) == 200
    commission = an_offer(cast, days=225)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    with pytest.raises(Refused, match="no room for these days"):
        actions.agreements.accept(commission=commission, by=cast.lead)
    assert LeaderYear.objects.get(leader=cast.leader, year=year).taken == 1300


def test_moving_a_visit_over_31_august_moves_the_hold(db, time_machine):
    time_machine.move_to("2027-06-01 10:00")
    cast = make_cast()
    commission = an_agreement(cast, days=200)
    visit = a_visit(cast, commission, on=date(2027, 7, 5))
    actions.visits.move(visit=visit, by=cast.lead, on=date(2027, 9, 6), arrival_time=time(9), reason="Exams")
    taken = dict(LeaderYear.objects.filter(leader=cast.leader).values_list("year", "taken"))
    assert taken == {2026: 100, 2027: 100}


def test_moving_a_visit_into_a_full_year_is_refused(db, time_machine):
    time_machine.move_to("2027-06-01 10:00")
    cast = make_cast()
    commission = an_agreement(cast, days=200)
    visit = a_visit(cast, commission, on=date(2027, 7, 5))
    LeaderYear.objects.create(leader=cast.leader, year=2027, allowance=1500, taken=1475)
    with pytest.raises(Refused, match="2027 to 2028"):
        actions.visits.move(visit=visit, by=cast.lead, on=date(2027, 9, 6), arrival_time=time(9), reason="Exams")
    visit.refresh_from_db()
    assert (visit.status, visit.on) == ("planned", date(2027, 7, 5))


def test_a_cancelled_commission_opens_the_request_and_frees_the_days(cast):
    commission = an_agreement(cast)
    actions.work.cancel(commission=commission, by=cast.head, reason="Staff left")
    request = SupportRequest.objects.get()
    assert (commission.status, request.status, request.days_wanted) == ("cancelled", "open", 500)
    assert account_of(cast.asking).held == 0
    assert LeaderYear.objects.get(leader=cast.leader).taken == 0


def test_a_delegate_acts_for_the_head_and_only_as_delegated(cast):
    delegate = factories.delegate_of(cast.asking, cast.head, "agree")
    commission = an_offer(cast)
    actions.agreements.agree(commission=commission, by=delegate)
    event = commission.events.get(verb="agree")
    assert event.who == f"{delegate} for {cast.head}"


def test_an_offer_lapses_only_when_schools_are_open_again(db, time_machine):
    time_machine.move_to("2027-07-20 10:00")
    cast = make_cast()
    for name, first, last in calendar.default_closures(2026):
        cast.alliance.closures.create(name=name, starts_on=first, ends_on=last)
    commission = an_offer(cast)
    assert commission.lapses_on > date(2027, 8, 31)
    assert commission.lapses_on - date(2027, 8, 31) <= timedelta(days=7)


def test_a_leader_suspended_after_accepting_is_not_agreed(cast):
    commission = an_offer(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    type(cast.leader).objects.filter(pk=cast.leader.pk).update(status="suspended")
    actions.agreements.release(commission=commission, by=cast.home_head)
    with pytest.raises(Refused, match="suspended"), transaction.atomic():
        actions.agreements.agree(commission=commission, by=cast.head)
    commission.refresh_from_db()
    assert commission.status == "offered"


def test_one_head_of_both_schools_cannot_say_the_last_yes(cast):
    commission = an_offer(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    Role.objects.create(user=cast.head, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO)
    with pytest.raises(Refused, match="One person heads both"), transaction.atomic():
        actions.agreements.agree(commission=commission, by=cast.head)


def test_a_former_coordinator_sees_no_supported_person(cast):
    request = a_request(cast, supported_person="Somebody Fictional")
    assert rules.can_see_person(cast.coordinator, request)
    cast.coordinator.roles.update(ends_on=date(2021, 1, 1))
    assert not rules.can_see_person(cast.coordinator, request)
