"""What is stuck, and from when on. The days are those of March 2027: no bank holiday, no closure."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine

from bank import posting
from exchange import actions
from exchange.todo import queues
from schools.models import Closure
from staff import todo
from tests import factories
from tests.exchange.cases import (
    a_delivered_commission,
    a_logged_visit,
    a_request,
    a_visit,
    an_agreement,
    an_offer,
    make_cast,
)

pytestmark = pytest.mark.slow

MONDAY = date(2027, 3, 1)


def on(day):
    return time_machine.travel(datetime(2027, 3, day, 9, tzinfo=UTC), tick=False)


@pytest.fixture(scope="class")
def monday(set_up_shared):
    with on(1):
        yield set_up_shared("monday", make_cast)


def found(cast, day):
    with on(day):
        return [(item.title, item.since) for item in todo.for_coordinator(cast.alliance)]


def test_nothing_is_stuck_at_first(monday):
    a_request(monday, status="submitted")
    an_offer(monday)
    assert found(monday, 1) == []


def test_a_request_not_looked_at_after_two_working_days(monday):
    request = a_request(monday, status="submitted")
    assert found(monday, 3) == []
    assert found(monday, 4) == [(f"{request.reference}, Ashgrove: look at the request", MONDAY)]


def test_the_clock_starts_again_with_the_schools_answer(monday):
    request = a_request(monday, status="submitted")
    actions.requests.ask_question(support_request=request, by=monday.coordinator, question="Which year group?")
    with on(8):
        actions.requests.answer(support_request=request, by=monday.head, answer="Year 4")
    assert found(monday, 10) == []
    assert found(monday, 11) == [(f"{request.reference}, Ashgrove: look at the request", date(2027, 3, 8))]


def test_an_urgent_request_comes_first_and_at_once(monday):
    late = a_request(monday, status="submitted")
    with on(4):
        urgent = a_request(monday, status="submitted", urgency="urgent")
    assert [title for title, _ in found(monday, 4)] == [
        f"{urgent.reference}, Ashgrove: look at the request",
        f"{late.reference}, Ashgrove: look at the request",
    ]


def test_an_urgent_request_is_stuck_until_an_offer_is_out(monday):
    request = a_request(monday, kind="urgent")
    assert found(monday, 1) == [(f"{request.reference}, Ashgrove: find a leader", MONDAY)]
    an_offer(monday, request)
    assert found(monday, 1) == []


def test_a_request_whose_work_fell_is_open_since_then(monday):
    request = a_request(monday, kind="urgent")
    commission = an_agreement(monday, an_offer(monday, request))
    with on(3):
        actions.work.cancel(commission=commission, by=monday.head, reason="The leader is ill")
    assert found(monday, 4) == [(f"{request.reference}, Ashgrove: find a leader", date(2027, 3, 3))]


def test_a_question_without_an_answer(monday):
    request = a_request(monday, status="submitted")
    actions.requests.ask_question(support_request=request, by=monday.coordinator, question="Which year group?")
    assert found(monday, 3) == []
    assert found(monday, 4) == [(f"{request.reference}, Ashgrove: your question has no answer", MONDAY)]


def test_an_offer_says_when_it_lapses_and_for_whom_it_waits(monday):
    commission = an_offer(monday)
    actions.agreements.accept(commission=commission, by=monday.lead)
    assert found(monday, 3) == []
    with on(4):
        (item,) = todo.for_coordinator(monday.alliance)
    offer = f"{commission.reference}, Ashgrove: the offer to {monday.leader}"
    assert item.title == f"{offer} waits for answers, lapses on 8 March 2027"
    assert item.hint == "Waits for Birchwood, Ashgrove"


def test_clocks_stand_still_in_a_closure(monday):
    an_offer(monday)
    Closure.objects.create(alliance=monday.alliance, name="Flood", starts_on=MONDAY, ends_on=date(2027, 3, 5))
    assert found(monday, 7) == []
    assert len(found(monday, 8)) == 1


def test_an_offer_that_the_limit_will_stop(monday):
    monday.alliance.policies.update(limit=-200)
    commission = an_offer(monday, days=300)
    assert found(monday, 1) == [(f"{commission.reference}, Ashgrove: the limit will stop this offer", MONDAY)]
    actions.agreements.override_limit(commission=commission, by=monday.coordinator, reason="An inspection is due")
    assert found(monday, 1) == []


def test_a_visit_that_was_not_logged(monday):
    commission = an_agreement(monday)
    a_visit(monday, commission, on=MONDAY)
    assert found(monday, 8) == []
    assert found(monday, 9) == [(f"{commission.reference}: {monday.leader.person} has not logged the visit", MONDAY)]


def test_a_visit_that_was_not_confirmed(monday):
    commission = an_agreement(monday)
    a_logged_visit(monday, commission)
    assert found(monday, 7) == []
    assert found(monday, 8) == [(f"{commission.reference}: Ashgrove has not confirmed the visit", MONDAY)]


def test_a_dispute_is_stuck_at_once(monday):
    commission = an_agreement(monday)
    visit = a_logged_visit(monday, commission)
    with on(3):
        actions.confirmations.dispute(visit=visit, by=monday.head, reason="It was half a day")
    assert found(monday, 3) == [(f"{commission.reference}: settle the dispute", date(2027, 3, 3))]


def test_an_open_concern_and_an_overdue_evaluation(monday):
    commission = a_delivered_commission(monday)
    assert found(monday, 10) == []
    assert found(monday, 11) == [(f"{commission.reference}, Ashgrove: evaluation overdue", MONDAY)]
    with on(12):
        actions.evaluations.evaluate(
            commission=commission, by=monday.head, side="receiving", evidence="No change", rating=1
        )
        overdue, concern = todo.for_coordinator(monday.alliance)
    assert overdue.hint == f"Delivered on 1 March 2027. Waits for {monday.leader}"
    assert (concern.title, concern.since) == (f"{commission.reference}, Ashgrove: a concern is open", date(2027, 3, 12))


def test_other_alliances_are_not_looked_at(monday):
    with on(1):
        other = make_other_cast()
    a_request(other, status="submitted", urgency="urgent")
    assert found(monday, 9) == []
    assert len(found(other, 9)) == 1


def make_other_cast():
    alliance = factories.AllianceFactory()
    school = factories.member(alliance)
    return SimpleNamespace(alliance=alliance, asking=school, head=factories.head_of(school))


def test_requests_without_a_match_urgent_ones_first(monday):
    old = a_request(monday)
    with on(2):
        urgent = a_request(monday, urgency="urgent")
        an_offer(monday, a_request(monday))
        a_request(monday, status="submitted")
    assert list(queues.unmatched(monday.alliance)) == [urgent, old]


def test_balances_out_of_band(monday):
    fund = posting.fund_account(monday.alliance)
    for school, hundredths in ((monday.asking, 600), (monday.other, 500), (monday.giving, 1)):
        account = posting.school_account(monday.alliance, school)
        posting.transfer(kind="adjustment", 
            debit=account, credit=fund, amount=hundredths, occurred_on=MONDAY, by="clock", reason="Opening",
            key=f"opening:{school.pk}",
        )  # fmt: skip
    assert [(account.school, account.posted) for account in queues.out_of_band(monday.alliance)] == [
        (monday.asking, -600)
    ]


def test_commissions_by_stage(monday):
    an_agreement(monday)
    an_offer(monday)
    an_offer(monday)
    counts = {status: count for status, _, count in queues.by_stage(monday.alliance) if count}
    assert counts == {"agreed": 1, "offered": 2}
