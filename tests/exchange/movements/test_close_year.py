"""Closing an academic year of the bank. The cast's work is in 2026 to 2027 unless a test says otherwise."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from bank import balances, closing, posting
from bank.errors import BankError, YearClosed
from bank.models import EARLIEST, Account, ClosedYear, FloorChange, Transfer
from exchange import actions
from portal.errors import Refused
from portal.once import new_key
from schools.models import Policy
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, make_cast

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
IN_YEAR, LAST_DAY, NEXT_YEAR = date(2027, 3, 1), date(2027, 8, 31), date(2027, 9, 1)


def at(text):
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=LONDON), tick=False)


@pytest.fixture
def capped(db):
    """An alliance that carries 3 days over at most, and writes off debts beyond 2."""
    return make_cast(carry_over_cap=300, write_off_below=-200)


def account(cast, name):
    return posting.school_account(cast.alliance, getattr(cast, name))


def visit(cast, giver, receiver, amount, on=IN_YEAR, cause="1"):
    posting.post_visit(
        giver=account(cast, giver), receiver=account(cast, receiver), amount=amount, levy_percent=0, occurred_on=on,
        cause_id=cause, by="clock",
    )  # fmt: skip


def posted(cast):
    return {row.school_id or row.kind: row.posted for row in Account.objects.filter(alliance=cast.alliance)}


def close(cast, year=2026):
    with at("2027-10-31 09:00"):
        return actions.years.close(alliance=cast.alliance, year=year, by=cast.coordinator)


def test_what_is_above_the_cap_goes_to_the_fund_and_the_fund_writes_debts_off(capped):
    visit(capped, "giving", "asking", 500)
    close(capped)
    assert posted(capped) == {
        capped.asking.pk: -300, capped.giving.pk: 300, capped.other.pk: 0, "fund": 0, "outside": 0,
    }  # fmt: skip
    rows = Transfer.objects.exclude(kind="visit").order_by("pk")
    assert [(row.kind, row.amount, row.occurred_on) for row in rows] == [
        ("carry_over", 200, LAST_DAY),
        ("write_off", 200, LAST_DAY),
    ]
    assert balances.differences() == []


def test_the_fund_writes_off_the_deepest_debt_first_and_no_more_than_it_has(capped):
    visit(capped, "giving", "asking", 450, cause="1")
    visit(capped, "giving", "other", 350, cause="2")
    Policy.objects.update(carry_over_cap=500)
    close(capped)
    assert posted(capped) == {
        capped.asking.pk: -200, capped.giving.pk: 500, capped.other.pk: -300, "fund": 0, "outside": 0,
    }  # fmt: skip


def test_by_the_balance_of_the_last_day_and_days_held_since_do_not_stop_it(capped):
    visit(capped, "giving", "asking", 500)
    visit(capped, "other", "giving", 900, on=NEXT_YEAR, cause="2")
    close(capped)
    assert Transfer.objects.get(kind="carry_over").amount == 200
    giving = account(capped, "giving")
    assert (giving.posted, giving.floor) == (-600, -1000)


def test_a_closing_that_takes_an_account_below_its_limit_lowers_the_floor_and_says_who(capped):
    visit(capped, "giving", "asking", 500)
    visit(capped, "other", "giving", 1400, on=NEXT_YEAR, cause="2")
    close(capped)
    change = FloorChange.objects.get()
    assert (change.account, change.new) == (account(capped, "giving"), -1100)
    assert (change.by, change.reason) == (f"user:{capped.coordinator.pk}", "Closing of 2026 to 2027")


def test_next_years_income_writes_no_debts_off(capped):
    visit(capped, "giving", "asking", 500)
    Policy.objects.update(carry_over_cap=None)
    fund, outside = posting.fund_account(capped.alliance), posting.outside_account(capped.alliance)
    posting.transfer(
        kind="opening", debit=outside, credit=fund, amount=1000, occurred_on=NEXT_YEAR, by="clock", reason="x", key="1"
    )
    close(capped)
    assert not Transfer.objects.filter(kind="write_off").exists()


def test_the_fund_writes_off_no_more_than_it_still_has(capped):
    visit(capped, "giving", "asking", 500)
    Policy.objects.update(carry_over_cap=None)
    fund, outside = posting.fund_account(capped.alliance), posting.outside_account(capped.alliance)
    facts = {"by": "clock", "reason": "x"}
    posting.transfer(kind="opening", debit=outside, credit=fund, amount=1000, occurred_on=IN_YEAR, key="1", **facts)
    posting.transfer(kind="service", debit=fund, credit=outside, amount=950, occurred_on=NEXT_YEAR, key="2", **facts)
    close(capped)
    assert Transfer.objects.get(kind="write_off").amount == 50
    assert posting.fund_account(capped.alliance).posted == 0


def test_what_the_fund_lacked_then_is_not_taken_from_what_is_carried_over(capped):
    visit(capped, "giving", "asking", 500)
    fund, outside = posting.fund_account(capped.alliance), posting.outside_account(capped.alliance)
    facts = {"by": "clock", "reason": "x"}
    posting.transfer(kind="opening", debit=outside, credit=fund, amount=300, occurred_on=NEXT_YEAR, key="1", **facts)
    posting.transfer(kind="service", debit=fund, credit=outside, amount=100, occurred_on=IN_YEAR, key="2", **facts)
    close(capped)
    assert Transfer.objects.get(kind="write_off").amount == 200


def test_without_a_line_no_debt_is_written_off(capped):
    visit(capped, "giving", "asking", 500)
    Policy.objects.update(write_off_below=None)
    close(capped)
    assert posted(capped)["fund"] == 200
    assert not Transfer.objects.filter(kind="write_off").exists()


def test_the_policy_of_the_years_last_day_decides(capped):
    visit(capped, "giving", "asking", 500)
    capped.alliance.policies.create(starts_on=NEXT_YEAR, carry_over_cap=0)
    close(capped)
    assert Transfer.objects.get(kind="carry_over").amount == 200


def test_without_cap_and_write_off_nothing_is_posted(cast):
    visit(cast, "giving", "asking", 500)
    close(cast)
    assert Transfer.objects.count() == 1
    assert set(Account.objects.values_list("open_from", flat=True)) == {NEXT_YEAR}


def test_twice_is_once(capped):
    visit(capped, "giving", "asking", 500)
    assert close(capped) == close(capped)
    assert (ClosedYear.objects.count(), Transfer.objects.count()) == (1, 3)


def test_not_before_31_october(cast):
    visit(cast, "giving", "asking", 500)
    with at("2027-10-30 23:59"), pytest.raises(Refused, match="can be closed from 31 October 2027"):
        actions.years.close(alliance=cast.alliance, year=2026, by=cast.coordinator)
    assert not ClosedYear.objects.exists()


def test_not_while_one_of_its_visits_awaits_confirmation(cast):
    with at("2027-08-30 10:00"):
        logged = a_logged_visit(cast, an_agreement(cast))
    with pytest.raises(Refused, match="1 visit of that year waits to be confirmed"):
        close(cast)
    with at("2027-09-02 10:00"):
        actions.confirmations.confirm(visit=logged, by=cast.head)
    assert close(cast)


def test_not_while_one_of_its_visits_is_disputed(cast):
    with at("2027-08-30 10:00"):
        logged = a_logged_visit(cast, an_agreement(cast))
        actions.confirmations.dispute(visit=logged, by=cast.head, reason="It was half a day")
    with pytest.raises(Refused, match="1 visit of that year waits to be confirmed"):
        close(cast)


def test_a_visit_of_the_next_year_does_not_wait_for_it(cast):
    visit(cast, "giving", "asking", 500)
    with at("2027-09-02 10:00"):
        a_logged_visit(cast, an_agreement(cast))
    assert close(cast)


def test_a_closed_year_is_closed_whatever_is_logged_in_it_later(cast):
    with at("2027-08-30 10:00"):
        planned = a_visit(cast, an_agreement(cast))
    closed = close(cast)
    with at("2027-11-02 10:00"):
        actions.visits.log(visit=planned, by=cast.lead, days=100, note="Written up late")
        assert actions.years.close(alliance=cast.alliance, year=2026, by=cast.coordinator) == closed


def test_the_bank_itself_keeps_the_order(cast):
    visit(cast, "giving", "asking", 500, on=date(2025, 10, 5))
    with pytest.raises(BankError, match="Close 2025 to 2026 first"):
        closing.close(cast.alliance, 2026, by="user:1")
    assert not ClosedYear.objects.exists()


def test_the_years_are_closed_in_their_order(cast):
    visit(cast, "giving", "asking", 500, on=date(2025, 10, 5))
    visit(cast, "giving", "asking", 100, cause="2")
    with pytest.raises(Refused, match="Close 2025 to 2026 first"):
        close(cast)
    assert close(cast, 2025)
    assert close(cast)


# After it --------------------------------------------------------------------------------------


def test_a_year_before_a_closed_one_is_not_closed_and_opens_nothing_again(cast):
    visit(cast, "giving", "asking", 500)
    close(cast)
    with pytest.raises(BankError, match="closed until 31 August 2027 already"):
        close(cast, 2025)
    assert set(Account.objects.values_list("open_from", flat=True)) == {NEXT_YEAR}


def test_the_database_takes_no_movement_of_a_closed_year(cast):
    visit(cast, "giving", "asking", 500)
    close(cast)
    facts = {"debit": account(cast, "asking"), "credit": account(cast, "giving"), "amount": 1, "kind": "adjustment",
             "cause_kind": "x", "cause_id": "1", "posted_by": "clock"}  # fmt: skip
    with pytest.raises(DatabaseError, match="closed year"), transaction.atomic():
        Transfer.objects.create(occurred_on=LAST_DAY, key="1", **facts)
    with pytest.raises(YearClosed), transaction.atomic():
        posting.post([Transfer(occurred_on=LAST_DAY, key="1", **facts)])
    Transfer.objects.create(occurred_on=NEXT_YEAR, key="1", **facts)


def test_a_visit_confirmed_later_counts_on_the_first_open_day_and_says_so(cast):
    with at("2027-08-30 10:00"):
        planned = a_visit(cast, an_agreement(cast))
    close(cast)
    with at("2027-11-02 10:00"):
        actions.visits.log(visit=planned, by=cast.lead, days=100, note="Written up late")
        actions.confirmations.confirm(visit=planned, by=cast.head)
    row = Transfer.objects.get(kind="visit")
    assert row.occurred_on == NEXT_YEAR
    assert row.reason == "Visit of 30 August 2027, posted after that year was closed"


def test_an_urgent_visit_of_a_closed_year_is_covered_on_the_first_open_day(cast):
    fund = posting.fund_account(cast.alliance)
    posting.transfer(
        kind="opening", debit=posting.outside_account(cast.alliance), credit=fund, amount=500, occurred_on=IN_YEAR,
        by="clock", reason="Start", key="0",
    )  # fmt: skip
    with at("2027-08-30 10:00"):
        commission = an_agreement(cast, an_offer(cast, a_request(cast, urgency="urgent")))
        done = a_logged_visit(cast, commission)
        actions.confirmations.confirm(visit=done, by=cast.head)
    close(cast)
    row = actions.movements.cover_urgent(visit=done, amount=100, by=cast.coordinator, reason="Flooded", key="urgent")
    assert (row.kind, row.occurred_on) == ("urgent", NEXT_YEAR)


def test_what_stands_in_a_closed_year_is_reversed_on_the_first_open_day(cast):
    visit(cast, "giving", "asking", 500)
    close(cast)
    row = posting.reverse(list(Transfer.objects.all()), by="user:1", reason="Never happened")[0]
    assert row.occurred_on == NEXT_YEAR
    assert balances.of_year([account(cast, "giving")], 2027)[account(cast, "giving").pk]["given"] == -500


def test_an_account_opened_later_has_the_same_closed_years(cast):
    visit(cast, "giving", "asking", 500)
    close(cast)
    assert posting.school_account(cast.alliance, factories.member(cast.alliance)).open_from == NEXT_YEAR
    assert EARLIEST < NEXT_YEAR


# On screen -------------------------------------------------------------------------------------


def test_a_coordinator_sees_what_closing_posts_and_closes(client, capped):
    visit(capped, "giving", "asking", 500)
    client.force_login(capped.coordinator)
    years = reverse("exchange:years", args=[capped.alliance.slug])
    url = reverse("exchange:close_year", args=[capped.alliance.slug, 2026])
    with at("2027-10-31 09:00"):
        client.force_login(capped.coordinator)
        assert "Close 2026 to 2027" in client.get(years).content.decode()
        page = client.get(url).content.decode()
        assert "Above the carry-over cap, to the fund" in page
        assert "Write-off, paid by the fund" in page
        assert 'type="submit"' in page.split("<main")[1]
        assert client.post(url, {"key": new_key()}).url == years
        assert "Closed" in client.get(years).content.decode()
        closed = client.get(url).content.decode().split("<main")[1]
        assert ("2026 to 2027 is closed already." in closed, "<button" in closed) == (True, False)
    assert ClosedYear.objects.get().by == f"user:{capped.coordinator.pk}"


def test_a_look_opens_no_account_and_a_fund_that_is_none_writes_nothing_off(client, capped):
    visit(capped, "giving", "asking", 300)
    capped.alliance.accounts.exclude(kind="school").delete()
    with at("2027-10-31 09:00"):
        client.force_login(capped.coordinator)
        page = client.get(reverse("exchange:close_year", args=[capped.alliance.slug, 2026])).content.decode()
    assert "Write-off" not in page
    assert not capped.alliance.accounts.exclude(kind="school").exists()


def test_too_early_is_a_page_that_says_so(client, cast):
    visit(cast, "giving", "asking", 500)
    with at("2027-09-30 09:00"):
        client.force_login(cast.coordinator)
        url = reverse("exchange:close_year", args=[cast.alliance.slug, 2026])
        page = client.get(url).content.decode().split("<main")[1]
        assert ("can be closed from 31 October 2027" in page, "<button" in page) == (True, False)
        assert client.post(url, {"key": new_key()}).status_code == 409
    assert not ClosedYear.objects.exists()


def test_only_a_coordinator_of_the_alliance_closes(client, cast):
    visit(cast, "giving", "asking", 500)
    client.force_login(cast.head)
    assert client.get(reverse("exchange:years", args=[cast.alliance.slug])).status_code == 404
    assert client.get(reverse("exchange:close_year", args=[cast.alliance.slug, 2026])).status_code == 404


def test_a_year_without_movements_is_not_there(client, cast):
    client.force_login(cast.coordinator)
    assert client.get(reverse("exchange:close_year", args=[cast.alliance.slug, 1999])).status_code == 404


@pytest.mark.parametrize("year", [0, 1990, 2027, 9999, 99999])
def test_a_year_that_cannot_be_is_not_closed(cast, year):
    with at("2027-03-01"), pytest.raises(Refused, match="There is no such year to close"):
        actions.years.close(alliance=cast.alliance, year=year, by=cast.coordinator)


def test_only_a_coordinator_of_the_alliance_closes_its_years(cast):
    visit(cast, "giving", "asking", 100)
    with at("2027-11-01"):
        for user in (cast.head, cast.stranger):
            with pytest.raises(PermissionDenied):
                actions.years.close(alliance=cast.alliance, year=2026, by=user)
    assert not ClosedYear.objects.exists()
