"""A year of a bank with a movement of every kind in it, closed, and worked on afterwards."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine

from bank import closing, posting, tasks
from bank.models import Account, Transfer
from exchange import actions
from exchange.models import Commission, Visit
from schools.models import Membership
from tests import factories
from tests.bank.ledger_cases import verified
from tests.exchange.cases import make_cast
from tests.exchange.journal_cases import balances_kept, balances_of, export, needs_hledger
from tests.exchange.money_cases import from_the_change
from tests.exchange.road import a_logged_visit, a_request, a_visit, an_agreement, an_offer

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
LATE = date(2027, 8, 30)


def at(text):
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=LONDON), tick=False)


def agreed(cast, days, **fields):
    commission = an_agreement(cast, an_offer(cast, a_request(cast, days=days, **fields)))
    Commission.objects.filter(pk=commission.pk).update(ends_on=date(2027, 12, 31))
    return commission


def confirmed(cast, commission, **fields):
    visit = a_logged_visit(cast, commission, **fields)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return Visit.objects.get(pk=visit.pk)


def account(cast, name):
    return posting.school_account(cast.alliance, getattr(cast, name))


def decide(cast):
    """What coordinator and head decide in November."""
    fund, outside = posting.fund_account(cast.alliance), posting.outside_account(cast.alliance)
    facts = {"occurred_on": date(2026, 11, 2), "by": cast.coordinator}
    actions.movements.adjust_balance(debit=outside, credit=fund, amount=600, reason="Start", key="1", **facts)
    actions.movements.grant_opening(account=account(cast, "other"), amount=400, reason="Joins", key="2", **facts)
    actions.movements.pay_service(provider=outside, amount=100, name="Phonics network", key="3", **facts)
    actions.movements.credit_hosting(
        account=account(cast, "giving"), hosted=150, name="Open classroom", key="4", **facts
    )
    return actions.movements.give(
        account=account(cast, "other"), to=fund, amount=25, by=cast.stranger, reason="Thanks", key="5"
    )


def trade(cast):
    """A school of another alliance gives a day and a quarter."""
    other = factories.AllianceFactory(slug="weald")
    home = factories.member(other, name="Dunmore")
    leader, head = factories.leader_at(home), factories.head_of(home)
    root = factories.UserFactory(is_superuser=True)
    actions.trades.open_trade(first=cast.alliance, second=other, cap=500, by=root, reason="Agreed")
    commission = an_offer(cast, a_request(cast, days=125), leader=leader, home_school=home)
    actions.agreements.accept(commission=commission, by=leader.person.user)
    actions.agreements.release(commission=commission, by=head)
    actions.agreements.agree(commission=commission, by=cast.head)
    confirmed(SimpleNamespace(lead=leader.person.user, head=cast.head), commission, days=125)
    return other


@pytest.fixture
def played(db, settings, tmp_path):
    settings.LEDGER_KEYS, settings.LEDGER_HEADS = {"first": "a fictional secret"}, tmp_path / "heads"
    cast = make_cast(carry_over_cap=200, write_off_below=-200)
    from_the_change(cast, levy_percent=20)
    with at("2026-11-02 10:00"):
        gift = decide(cast)
        urgent = confirmed(cast, agreed(cast, 175, urgency="urgent"), days=175)
        actions.movements.cover_urgent(visit=urgent, amount=50, by=cast.coordinator, reason="Flooded", key="urgent")
        weald = trade(cast)
        work = agreed(cast, 500)
    with at("2027-07-05 10:00"):
        confirmed(cast, work, days=125)
        disputed = a_logged_visit(cast, work, days=75)
        Membership.objects.filter(school=cast.other).update(ends_on=date(2027, 6, 30))
        actions.movements.settle_leaver(
            account=account(cast, "other"), against=posting.fund_account(cast.alliance), by=cast.coordinator,
            reason="Left", key="6",
        )  # fmt: skip
    with at("2027-08-30 10:00"):
        late = a_visit(cast, work, days=100)
    with at("2027-10-30 10:00"):
        actions.confirmations.confirm(visit=disputed, by=cast.head)
    with at("2027-10-31 10:00"):
        for alliance in (cast.alliance, weald):
            actions.years.close(alliance=alliance, year=2026, by=factories.coordinator_of(alliance))
    return SimpleNamespace(cast=cast, gift=gift, disputed=disputed, late=late, weald=weald)


def after_closing(played):
    cast = played.cast
    with at("2027-11-04 10:00"):
        actions.visits.log(visit=played.late, by=cast.lead, days=100, note="Written up late")
        actions.confirmations.confirm(visit=played.late, by=cast.head)
        actions.confirmations.dispute(visit=played.disputed, by=cast.head, reason="Half a day")
        actions.confirmations.settle(visit=played.disputed, by=cast.coordinator, days=50, reason="Half a day")
        actions.movements.reverse_movement(
            transfer=Transfer.objects.get(key="4"), by=cast.coordinator, reason="It was another"
        )


def found(text):
    with at(text):
        tasks.seal()
        return verified()


def test_nothing_is_found_in_it_before_and_after(played):
    assert found("2027-10-31 10:05")[0] == 0
    after_closing(played)
    code, lines = found("2027-11-04 10:05")
    assert (code, len(lines)) == (0, 1)
    assert set(Transfer.objects.values_list("kind", flat=True)) == set(Transfer.Kind.values)


def test_closing_again_and_working_it_out_again_change_nothing(played):
    after_closing(played)
    before = list(Transfer.objects.order_by("pk").values())
    with at("2027-11-05 10:00"):
        actions.years.close(alliance=played.cast.alliance, year=2026, by=played.cast.coordinator)
    assert list(Transfer.objects.order_by("pk").values()) == before


def test_nothing_of_the_closed_year_moves_any_more(played):
    kept = balances_in(played, 2026)
    after_closing(played)
    assert balances_in(played, 2026) == kept
    late = Transfer.objects.get(kind="levy", cause_id=str(played.late.pk))
    assert (late.amount, late.occurred_on) == (20, date(2027, 9, 1))  # 20% since 10 March, of its own day
    assert closing.oldest_open_year(played.cast.alliance) == 2027


def balances_in(played, year):
    rows = Account.objects.filter(balances__year=year).order_by("pk")
    return list(rows.values_list("pk", "balances__given", "balances__received", "balances__levy", "balances__other"))


@needs_hledger
def test_hledger_reads_every_kind_and_finds_the_same_balances(played):
    after_closing(played)
    for slug in (played.cast.alliance.slug, played.weald.slug):
        kept = balances_kept(slug)
        assert balances_of(export(slug), "DAY") == kept
        assert sum(kept.values()) == 0
