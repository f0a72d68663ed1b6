"""Which date decides: the visit's day, the agreement's, or the moment of the act. A change never rewrites the past."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine

from bank import posting
from bank.models import Account, Transfer
from exchange import actions
from exchange.actions.movements import urgent_room
from exchange.models import Leg
from portal.errors import Refused
from schools.models import Membership
from tests import factories
from tests.exchange.cases import look, make_cast, send, url_of
from tests.exchange.money_cases import CHANGE, from_the_change, join
from tests.exchange.road import a_logged_visit, a_request, a_visit, an_agreement, an_offer

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")


def at(text):
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=LONDON), tick=False)


def test_a_visit_is_levied_by_the_version_of_its_day_whenever_it_is_confirmed(cast):
    from_the_change(cast, levy_percent=20)
    with at("2027-03-09 10:00"):
        commission = an_agreement(cast, days=300)
        before = a_logged_visit(cast, commission, days=100, on=date(2027, 3, 9))
        ahead = a_visit(cast, commission, days=100, on=CHANGE)
    with at("2027-03-12 10:00"):
        actions.visits.log(visit=ahead, by=cast.lead, days=100, note="Modelled a lesson")
        for visit in (before, ahead):
            actions.confirmations.confirm(visit=visit, by=cast.head)
    levies = Transfer.objects.filter(kind="levy").order_by("occurred_on")
    assert [(row.occurred_on, row.amount) for row in levies] == [(date(2027, 3, 9), 10), (CHANGE, 20)]


def test_a_new_version_leaves_what_was_posted_as_it_was(cast):
    with at("2027-03-09 10:00"):
        visit = a_logged_visit(cast, an_agreement(cast), days=100)
        actions.confirmations.confirm(visit=visit, by=cast.head)
    before = list(Transfer.objects.values())
    from_the_change(cast, levy_percent=50)
    assert list(Transfer.objects.values()) == before


def test_the_limit_is_the_one_of_the_moment(db):
    cast = make_cast(limit=-500)
    from_the_change(cast, limit=-100)
    with at("2027-03-09 10:00"):
        first = an_offer(cast, a_request(cast, days=200))
        an_agreement(cast, first)
    with at("2027-03-10 10:00"), pytest.raises(Refused, match="has reached its limit"):
        an_agreement(cast, an_offer(cast, a_request(cast, days=100)))
    account = Account.objects.get(school=cast.asking)
    assert account.held == 200


def test_a_lowered_limit_never_stops_running_work(db):
    cast = make_cast(limit=-500)
    from_the_change(cast, limit=0)
    with at("2027-03-09 10:00"):
        commission = an_agreement(cast, days=300)
    with at("2027-03-11 10:00"):
        visit = a_logged_visit(cast, commission, days=300)
        actions.confirmations.confirm(visit=visit, by=cast.head)
    account = Account.objects.get(school=cast.asking)
    assert (account.posted, account.held) == (-300, 0)


def test_the_hosting_rate_and_the_urgent_cap_are_those_of_the_day_of_the_event(cast):
    from_the_change(cast, hosting_rate=100, urgent_cap=50)
    fund, outside = posting.fund_account(cast.alliance), posting.outside_account(cast.alliance)
    facts = {"occurred_on": date(2027, 3, 1), "by": "clock", "reason": "Start", "key": "0", "kind": "opening"}
    posting.transfer(debit=outside, credit=fund, amount=1000, **facts)
    with at("2027-03-09 10:00"):
        commission = an_agreement(cast, an_offer(cast, a_request(cast, days=500, urgency="urgent")))
        visits = [a_visit(cast, commission, days=100, on=on) for on in (date(2027, 3, 9), CHANGE)]
    with at("2027-03-12 10:00"):
        account = posting.school_account(cast.alliance, cast.asking)
        hosted = [
            actions.movements.credit_hosting(
                account=account, hosted=100, occurred_on=on, by=cast.coordinator, name="INSET day", key=str(on)
            ).amount
            for on in (date(2027, 3, 9), CHANGE)
        ]
        for visit in visits:
            actions.visits.log(visit=visit, by=cast.lead, days=100, note="Modelled a lesson")
            actions.confirmations.confirm(visit=visit, by=cast.head)
        caps = [urgent_room(visit)[1] for visit in visits]
    assert (hosted, caps) == ([50, 100], [300, 50])


# Before the first version ------------------------------------------------------------------------


def began(cast, on):
    cast.alliance.policies.update(starts_on=on)


def test_no_visit_is_planned_moved_or_logged_on_a_day_before_the_rules_began(cast):
    with at("2027-03-20 10:00"):
        commission = an_agreement(cast)
        visit = a_visit(cast, commission, on=CHANGE)
        early = a_visit(cast, commission, on=date(2027, 3, 1))
        began(cast, CHANGE)
        words = "No visit can count before 10 March 2027, when the alliance's rules began"
        with pytest.raises(Refused, match=words):
            a_visit(cast, commission, on=date(2027, 3, 9))
        with pytest.raises(Refused, match=words):
            actions.visits.move(
                visit=visit, by=cast.lead, on=date(2027, 3, 9), arrival_time=visit.arrival_time, reason="Exams"
            )
        with pytest.raises(Refused, match=words):
            actions.visits.log(visit=early, by=cast.lead, days=100, note="Modelled a lesson")
        assert a_visit(cast, commission, on=CHANGE).status == "planned"


def test_nor_where_the_giving_schools_bank_began_later(cast):
    partner = SimpleNamespace(alliance=factories.AllianceFactory())
    with at("2027-03-20 10:00"):
        commission = an_agreement(cast)
        Leg.objects.update(giving_account=posting.school_account(partner.alliance, cast.giving))
        join(partner, cast.giving, factories.LONG_AGO)
        began(partner, CHANGE)
        with pytest.raises(Refused, match="No visit can count before 10 March 2027"):
            a_visit(cast, commission, on=date(2027, 3, 9), leg=Leg.objects.get())


def test_nor_on_a_day_that_no_movement_can_have(cast):
    began(cast, date(1990, 1, 1))
    commission = an_agreement(cast)
    Membership.objects.update(starts_on=date(1990, 1, 1))
    with pytest.raises(Refused, match="No visit can count before 1 January 2000"):
        a_visit(cast, commission, on=date(1999, 12, 31))


def test_one_that_was_logged_all_the_same_is_refused_with_a_sentence_and_not_with_an_error(client, cast):
    with at("2027-03-20 10:00"):
        visit = a_logged_visit(cast, an_agreement(cast), on=date(2027, 3, 9))
        began(cast, CHANGE)
        for response in (
            look(client, cast.head, url_of("confirm_visit", visit)),
            send(client, cast.head, url_of("confirm_visit", visit)),
        ):
            assert response.status_code == 409
            assert "No visit can count before 10 March 2027" in response.content.decode()
        actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was later")
        actions.confirmations.settle(visit=visit, by=cast.coordinator, days=0, reason="It counts nowhere")
    assert not Transfer.objects.exists()
