"""The rules with numbers. Days are hundredths of a day."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from bank import balances, posting, triggers
from bank.errors import BankError, KeyReused, LimitReached
from bank.models import Account, FloorChange, Hold, Transfer
from tests import factories

ON = date(2026, 10, 5)


@pytest.fixture
def alliance(db):
    return factories.AllianceFactory(policy_version__limit=-500)


@pytest.fixture
def open_account(alliance):
    def open_account(name):
        return posting.school_account(alliance, factories.member(alliance, name=name))

    return open_account


def visit(giver, receiver, amount, *, levy=10, cause="1", **fields):
    return posting.post_visit(
        giver=giver, receiver=receiver, amount=amount, levy_percent=levy, cause_id=cause, by="clock",
        **{"occurred_on": ON, **fields},
    )  # fmt: skip


def posted(account):
    account.refresh_from_db()
    return account.posted


def sum_of_all():
    return Account.objects.aggregate(total=Sum("posted"))["total"]


def test_five_days_with_a_levy_of_ten_percent(open_account, alliance):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 500)
    assert (posted(receiver), posted(giver), posted(posting.fund_account(alliance)), sum_of_all()) == (-500, 450, 50, 0)
    assert balances.figures([giver])[giver.pk] == {"given": 500, "received": 0, "levy": 50, "other": 0, "net": 450}


def test_a_quarter_day_is_25_and_the_levy_rounds_half_up(open_account, alliance):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 175)
    assert (posted(receiver), posted(giver), posted(posting.fund_account(alliance))) == (-175, 157, 18)


def test_a_visit_is_one_insert_of_two_rows(open_account, alliance, django_assert_num_queries):
    giver, receiver = open_account("A"), open_account("B")
    posting.fund_account(alliance)
    with django_assert_num_queries(5) as queries:  # alliance, fund, savepoint, INSERT, release
        visit(giver, receiver, 100)
    assert [q["sql"].startswith("INSERT") for q in queries.captured_queries].count(True) == 1
    assert list(Transfer.objects.order_by("pk").values_list("kind", "amount")) == [("visit", 100), ("levy", 10)]


def test_a_favour_in_another_area_comes_back_to_zero(open_account):
    a, b, c = open_account("A"), open_account("B"), open_account("C")
    visit(a, b, 200, levy=0, cause="1")
    visit(b, c, 200, levy=0, cause="2")
    visit(c, a, 200, levy=0, cause="3")
    assert [posted(account) for account in (a, b, c)] == [0, 0, 0]


def test_with_limit_500_balance_minus_200_and_250_held_50_are_available(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 200)
    posting.hold(receiver, 250, cause_kind="leg", cause_id=1)
    receiver.refresh_from_db()
    assert receiver.available == 50
    with pytest.raises(LimitReached), transaction.atomic():
        posting.hold(receiver, 100, cause_kind="leg", cause_id=2)
    receiver.refresh_from_db()
    assert (receiver.held, receiver.available) == (250, 50)


def test_the_refusal_names_the_account_that_is_at_its_limit(open_account, alliance):
    rich, poor, third = open_account("A"), open_account("B"), open_account("C")
    facts = {"kind": "adjustment", "occurred_on": ON, "cause_kind": "test", "cause_id": "1", "posted_by": "clock"}
    rows = [
        Transfer(debit=rich, credit=third, amount=100, key="1", **facts),
        Transfer(debit=poor, credit=third, amount=600, key="2", **facts),
    ]
    with pytest.raises(LimitReached) as refusal:
        posting.post(rows)
    assert refusal.value.account == poor
    assert not Transfer.objects.exists()


def test_the_database_itself_refuses_to_pass_the_floor(open_account):
    account = open_account("A")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(held=501)


def test_confirming_held_work_is_never_refused_at_the_limit(open_account):
    giver, receiver = open_account("A"), open_account("B")
    posting.hold(receiver, 500, cause_kind="leg", cause_id=1)
    visit(giver, receiver, 500, released=posting.use_hold("leg", 1, 500))
    receiver.refresh_from_db()
    assert (receiver.posted, receiver.held, receiver.available) == (-500, 0, 0)


@pytest.mark.parametrize(("amount", "used"), [(300, 300), (500, 500), (600, 500)])
def test_no_more_of_a_hold_is_used_than_there_is(open_account, amount, used):
    posting.hold(open_account("A"), 500, cause_kind="leg", cause_id=1)
    assert posting.use_hold("leg", 1, amount) == used
    assert Hold.objects.get().amount == 500 - used


def test_a_lower_limit_stops_new_holds_and_not_running_work(open_account, alliance):
    giver, receiver = open_account("A"), open_account("B")
    posting.hold(receiver, 500, cause_kind="leg", cause_id=1)
    alliance.policies.create(starts_on=date(2021, 9, 1), limit=-100)
    posting.align_floors(alliance)
    visit(giver, receiver, 500, released=posting.use_hold("leg", 1, 500))
    with pytest.raises(LimitReached), transaction.atomic():
        posting.hold(receiver, 25, cause_kind="leg", cause_id=2)


def test_an_override_lowers_the_floor_and_says_who_and_why(open_account, alliance):
    account = open_account("A")
    posting.hold(account, 700, cause_kind="leg", cause_id=1, override=("user:7", "Ofsted is coming"))
    account.refresh_from_db()
    change = FloorChange.objects.get(account=account)
    assert (account.floor, change.old, change.new, change.by, change.reason) == (
        -700, -500, -700, "user:7", "Ofsted is coming",
    )  # fmt: skip
    posting.hold(account, 0, cause_kind="leg", cause_id=1)
    posting.align_floors(alliance)
    account.refresh_from_db()
    assert account.floor == -500


def test_a_new_member_has_an_account_at_the_limit_from_the_first_day(alliance):
    school = factories.member(alliance)
    assert list(Account.objects.filter(school=school).values_list("posted", "floor")) == [(0, -500)]


def test_the_fund_and_the_outside_are_open_from_the_first_day_and_once(alliance):
    for _ in range(2):
        factories.member(alliance)
    others = Account.objects.exclude(kind="school").order_by("kind")
    assert list(others.values_list("kind", "floor")) == [("fund", 0), ("outside", posting.NO_FLOOR)]


def test_members_of_an_alliance_without_a_policy_wait_for_one(alliance):
    alliance.policies.all().delete()
    school = factories.member(alliance)
    assert not Account.objects.filter(school=school).exists()
    alliance.policies.create(starts_on=ON - timedelta(days=1000), limit=-300)
    assert Account.objects.get(school=school).floor == -300


def test_the_floor_of_the_fund_is_zero(open_account, alliance):
    with pytest.raises(LimitReached), transaction.atomic():
        posting.transfer(kind="adjustment", 
            debit=posting.fund_account(alliance), credit=open_account("A"), amount=25, occurred_on=ON, by="user:1",
            reason="Gift", key="gift-1",
        )  # fmt: skip


def test_the_same_key_twice_is_one_posting(open_account):
    giver, receiver = open_account("A"), open_account("B")
    assert [row.pk for row in visit(giver, receiver, 100)] == [row.pk for row in visit(giver, receiver, 100)]
    assert (Transfer.objects.count(), posted(receiver)) == (2, -100)


def test_the_same_key_with_other_facts_is_an_error(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100)
    with pytest.raises(KeyReused):
        visit(giver, receiver, 200)
    assert posted(receiver) == -100


def test_a_reversal_posts_the_opposite_once(open_account, alliance):
    giver, receiver = open_account("A"), open_account("B")
    rows = visit(giver, receiver, 500)
    posting.reverse(rows, by="user:1", reason="It did not happen")
    assert [posted(account) for account in (giver, receiver, posting.fund_account(alliance))] == [0, 0, 0]
    assert balances.figures([giver])[giver.pk] == {"given": 0, "received": 0, "levy": 0, "other": 0, "net": 0}
    with pytest.raises(BankError):
        posting.reverse(rows, by="user:1", reason="Again")
    with pytest.raises(BankError):
        posting.reverse(list(Transfer.objects.filter(kind="reversal")), by="user:1", reason="Back")


def test_a_reversal_at_the_floor_lowers_it_and_is_not_refused(open_account):
    giver, receiver = open_account("A"), open_account("B")
    rows = visit(giver, receiver, 100, levy=0)
    visit(receiver, giver, 500, levy=0, cause="2")
    posting.hold(giver, 100, cause_kind="leg", cause_id=1)
    posting.reverse(rows, by="user:1", reason="It did not happen")
    giver.refresh_from_db()
    assert (giver.posted, giver.held, giver.floor) == (-500, 100, -600)


@pytest.mark.parametrize("amount", [0, -25])
def test_an_adjustment_needs_an_amount_above_zero(open_account, amount):
    with pytest.raises(BankError):
        posting.transfer(kind="adjustment", 
            debit=open_account("A"), credit=open_account("B"), amount=amount, occurred_on=ON, by="user:1", reason="x",
            key="a",
        )  # fmt: skip


def test_years_go_from_1_september_to_31_august(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100, cause="1", occurred_on=date(2026, 8, 31))
    visit(giver, receiver, 25, cause="2", occurred_on=date(2026, 9, 1))
    assert [balances.of_year([giver], year)[giver.pk]["given"] for year in (2025, 2026)] == [100, 25]


@time_machine.travel("2027-02-01 12:00+00:00", tick=False)
def test_the_years_asked_for_go_from_the_first_with_movements_to_this_one(open_account, alliance):
    giver, receiver, idle = open_account("A"), open_account("B"), open_account("C")
    assert balances.years(account__alliance=alliance) == [2026]
    visit(giver, receiver, 100, cause="1", occurred_on=date(2024, 8, 31))
    assert balances.years(account__alliance=alliance) == [2026, 2025, 2024, 2023]
    assert balances.years(account=giver) == [2026, 2025, 2024, 2023]
    assert balances.years(account=idle) == balances.years(account=None) == [2026]


def test_the_years_are_asked_of_the_balances_and_not_of_every_transfer(open_account, alliance):
    visit(open_account("A"), open_account("B"), 100)
    with CaptureQueriesContext(connection) as queries:
        balances.years(account__alliance=alliance)
    assert ["bank_transfer" in query["sql"] for query in queries] == [False]


def test_whoever_has_no_account_yet_has_one_that_is_not_stored(alliance):
    school = factories.member(alliance)
    Account.objects.all().delete()
    found = balances.accounts_of(alliance)
    assert [(account.kind, account.school, account.available) for account in found] == [
        ("school", school, 500),
        ("fund", None, 0),
        ("outside", None, 0),
    ]
    posting.open_accounts(alliance)
    assert {account.pk for account in balances.accounts_of(alliance)} == set(
        alliance.accounts.values_list("pk", flat=True)
    )


def test_twelve_months_end_on_a_day(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100, cause="1", occurred_on=date(2025, 10, 5))
    visit(giver, receiver, 25, cause="2", occurred_on=date(2025, 10, 6))
    assert balances.figures([giver], *balances.last_twelve_months(ON))[giver.pk]["given"] == 25


@pytest.mark.parametrize("act", ["update", "delete"])
def test_f9_transfers_are_never_changed_or_deleted(open_account, act):
    row = visit(open_account("A"), open_account("B"), 100)[0]
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Transfer.objects.filter(pk=row.pk).update(amount=1) if act == "update" else row.delete()
    assert Transfer.objects.get(pk=row.pk).amount == 100


def test_every_trigger_is_there(db):
    assert triggers.missing() == []


def test_the_database_keeps_the_figures_of_each_year_and_of_all_time(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100, cause="1", occurred_on=date(2026, 8, 31))
    rows = visit(giver, receiver, 25, cause="2", occurred_on=date(2026, 9, 1))
    posting.reverse(rows, by="user:1", reason="Did not happen")
    visit(giver, receiver, 50, cause="3", occurred_on=date(2026, 9, 1))
    giver.refresh_from_db()
    assert set(giver.balances.values_list("year", "given", "levy")) == {(2025, 100, 10), (2026, 50, 5)}
    assert balances.of_all_time([giver]) == balances.figures([giver])
    assert balances.of_year([receiver], 2026)[receiver.pk]["received"] == 50


def test_recompute_overwrites_what_was_stored(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100)
    giver.balances.update(given=9999)
    giver.balances.create(year=1999, other=7)
    Account.objects.filter(pk=giver.pk).update(given=101, posted=91)
    balances.recompute(giver.alliance)
    giver.refresh_from_db()
    assert set(giver.balances.values_list("year", "given", "levy")) == {(2026, 100, 10)}
    assert (giver.given, giver.levy, giver.posted) == (100, 10, 90)
    assert balances.differences() == []


def test_a_difference_between_totals_and_rows_is_found(open_account):
    giver, receiver = open_account("A"), open_account("B")
    visit(giver, receiver, 100)
    assert balances.differences() == []
    Account.objects.filter(pk=giver.pk).update(given=101, posted=91)
    Account.objects.filter(pk=receiver.pk).update(held=25)
    receiver.balances.update(received=90)
    expected = [
        (giver, None, {"given": (101, 100)}),
        (receiver, None, {"held": (25, 0)}),
        (receiver, 2026, {"received": (90, 100)}),
    ]
    assert sorted(balances.differences(), key=lambda row: (row[0].pk, row[1] or 0)) == expected


def test_the_figures_of_an_account_add_up_to_its_balance(open_account):
    account = open_account("A")
    with pytest.raises(DatabaseError, match="account_figures_add_up"), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(posted=7)


def test_every_night_the_fund_goes_back_to_its_floor_and_a_trade_to_its_cap(open_account, alliance):
    fund, outside = posting.fund_account(alliance), posting.outside_account(alliance)
    other = factories.AllianceFactory()
    posting.open_trade(alliance, other, 500, by="user:1", reason="Both agreed")
    clearing = posting.clearing_account(alliance, other)
    for account, amount in ((fund, 300), (clearing, 700)):
        posting.lower_floor_for(account, amount, by="user:1", reason="A reversal")
    assert {row.floor for row in Account.objects.filter(pk__in=[fund.pk, clearing.pk])} == {-300, -700}
    posting.align_floors(alliance)
    assert {row.kind: row.floor for row in Account.objects.filter(pk__in=[fund.pk, clearing.pk, outside.pk])} == {
        "fund": 0, "clearing": -500, "outside": posting.NO_FLOOR,
    }  # fmt: skip


def test_days_move_between_two_banks_only_where_each_has_an_account_for_the_other(open_account, alliance):
    other = factories.AllianceFactory()
    giver, receiver = open_account("A"), posting.school_account(other, factories.member(other))
    posting.open_trade(alliance, other, 500, by="user:1", reason="Both agreed")
    FloorChange.objects.filter(account__alliance=other).delete()
    posting.clearing_account(other, alliance).delete()
    with pytest.raises(BankError, match="do not trade with each other"):
        visit(giver, receiver, 100)
