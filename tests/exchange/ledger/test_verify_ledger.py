"""`manage.py verify_ledger` works everything out anew from the rows and names what does not fit."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bank import chain, checkpoints, closing, posting, triggers
from bank.models import EARLIEST, Account, Block, ClosedYear, FloorChange, Hold, Ledger, Transfer
from exchange import actions
from exchange.ledger import verification
from exchange.models import Charge, Commission, LeaderYear, Visit
from schools import calendar
from tests import factories
from tests.bank.ledger_cases import ON, a_bank, moved, past_the_triggers, totals_rewritten_to_fit, verified
from tests.exchange.cases import a_logged_visit, a_visit, an_agreement, an_offer, make_cast, peer_offer
from tests.exchange.money_cases import ago, agreed_outside, visited
from tests.races import together

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    settings.LEDGER_HEADS = tmp_path / "heads"
    return settings


@pytest.fixture
def cast():
    return make_cast()


def a_confirmed_visit(cast, days=100):
    commission = an_agreement(cast, an_offer(cast, days=300))
    visit = a_logged_visit(cast, commission, days=days)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return visit


def a_confirmed_visit_peer_to_peer(cast):
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    visit = a_visit(cast, commission, days=100, leg=commission.leg)
    actions.visits.log(visit=visit, by=cast.home_head, days=100, note="Watched lessons")
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return visit


def without(name):
    """Take a constraint of the accounts out, as a database's owner could."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE bank_account DROP CONSTRAINT {name}")


def of(account):
    account.refresh_from_db()
    return f"Account {account.pk} ({account}, {account.alliance.slug})"


def test_a_ledger_in_order_has_a_summary_and_exit_0(cast):
    a_confirmed_visit(cast)
    commission = an_agreement(cast, an_offer(cast, days=200))
    a_visit(cast, commission, days=100)
    assert verified() == (0, [
        f"No findings. Ledger {Ledger.current()}: 5 accounts, 0 transfers sealed in 0 blocks, 2 not sealed yet.",
    ])  # fmt: skip
    chain.seal()
    assert verified() == (0, [
        f"No findings. Ledger {Ledger.current()}: 5 accounts, 2 transfers sealed in 1 block, 0 not sealed yet.",
    ])  # fmt: skip


def test_without_a_key_it_says_that_nothing_is_sealed(ledger, capsys):
    ledger.LEDGER_KEYS = {}
    call_command("verify_ledger")
    assert capsys.readouterr().err == "Warning: LEDGER_KEYS is not set, so no transfers are sealed.\n"


def test_transfers_that_have_waited_for_their_seal_are_found(ledger):
    a, b, _ = a_bank()
    now = timezone.now()
    moved(a, b, 25, "1", posted_at=now - timedelta(minutes=59))
    assert verified()[0] == 0
    moved(a, b, 25, "2", posted_at=now - timedelta(minutes=61))
    assert verified() == (1, [
        "1 transfer has waited more than an hour to be sealed: see whether beat and the worker run"
    ])  # fmt: skip
    chain.seal()
    assert verified()[0] == 0
    for key in ("3", "4"):
        moved(a, b, 25, key, posted_at=now - timedelta(days=2))
    assert verified() == (1, [
        "2 transfers have waited more than an hour to be sealed: see whether beat and the worker run"
    ])  # fmt: skip


def test_without_a_key_what_was_never_sealed_is_found(ledger):
    a, b, _ = a_bank()
    ledger.LEDGER_KEYS = {}
    moved(a, b, 25, "1")
    assert verified()[0] == 0
    moved(a, b, 25, "2", posted_at=timezone.now() - timedelta(hours=2))
    assert verified() == (1, ["1 transfer has waited more than an hour to be sealed: LEDGER_KEYS is not set"])


def test_a_trigger_that_is_missing_is_found():
    with connection.cursor() as cursor:
        table = " ON bank_transfer" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER transfer_is_never_updated{table}")
    assert verified() == (1, ["The trigger transfer_is_never_updated is missing or switched off"])


def test_a_trigger_that_has_been_emptied_is_found():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = triggers.NAMES[1:]
            name = "transfer_is_never_changed"
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
        else:
            names = triggers.NAMES[1:2]
            cursor.execute(f"DROP TRIGGER {names[0]}")
            cursor.execute(f"CREATE TRIGGER {names[0]} BEFORE UPDATE ON bank_transfer BEGIN SELECT 1; END")
    assert verified() == (1, [f"The trigger {name} does not do what it was installed to do" for name in names])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's triggers cannot be switched off")
def test_a_trigger_that_is_switched_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bank_transfer DISABLE TRIGGER transfer_is_never_deleted")
    assert verified() == (1, ["The trigger transfer_is_never_deleted is missing or switched off"])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps the text of a trigger as it was written")
@pytest.mark.parametrize(
    ("name", "instead", "finding"),
    [
        ("updated", "BEFORE UPDATE ON exchange_tariff FOR EACH STATEMENT", "is missing or switched off"),
        ("updated", "BEFORE UPDATE OF reason ON bank_transfer FOR EACH STATEMENT", "does not do what it was"),
        ("deleted", "BEFORE DELETE ON bank_transfer FOR EACH ROW WHEN (OLD.id < 0)", "does not do what it was"),
        ("deleted", "BEFORE DELETE ON bank_transfer FOR EACH STATEMENT", "does not do what it was"),
    ],
)
def test_a_trigger_of_the_right_name_that_guards_something_else_is_found(name, instead, finding):
    name = f"transfer_is_never_{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name} ON bank_transfer")
        cursor.execute(f"CREATE TRIGGER {name} {instead} EXECUTE FUNCTION transfer_is_never_changed()")
    code, (line,) = verified()
    assert (code, line.startswith(f"The trigger {name} {finding}")) == (1, True)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's triggers have no functions")
def test_a_triggers_function_with_settings_of_its_own_or_in_another_place_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION transfer_moves_totals() SET search_path = pg_temp, public")
        assert verified() == (1, ["The trigger transfer_moves_totals does not do what it was installed to do"])
        cursor.execute("ALTER FUNCTION transfer_moves_totals() RESET search_path")
        assert verified()[0] == 0
        cursor.execute("CREATE SCHEMA elsewhere")
        cursor.execute(
            "CREATE FUNCTION elsewhere.transfer_is_never_changed() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$"
        )
        name = "transfer_is_never_updated"
        cursor.execute(f"DROP TRIGGER {name} ON bank_transfer")
        cursor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON bank_transfer FOR EACH STATEMENT "
            "EXECUTE FUNCTION elsewhere.transfer_is_never_changed()"
        )
    assert verified() == (1, [f"The trigger {name} does not do what it was installed to do"])


def test_a_bank_that_does_not_sum_to_zero_is_found():
    account, *_ = a_bank()
    Account.objects.filter(pk=account.pk).update(posted=7, other=7)
    code, lines = verified()
    assert (code, sorted(lines)) == (1, [
        f"{of(account)}: other is 7, but 0 by the rows",
        f"The bank of {account.alliance.slug} sums to 7, not to 0",
    ])  # fmt: skip


def test_a_yearly_balance_that_is_not_what_the_rows_say_is_found():
    a, b, _ = a_bank()
    moved(a, b, 25, "1")
    a.balances.update(other=-20)
    assert verified() == (1, [f"{of(a)}, year 2026: other is -20, but -25 by the rows"])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite cannot drop a constraint")
def test_figures_and_floors_are_checked_also_where_the_constraints_are_gone():
    a, b, _ = a_bank(limit=-100)
    moved(a, b, 100, "1")
    without("account_figures_add_up")
    without("account_above_its_floor")
    Account.objects.filter(pk=a.pk).update(posted=-90)
    Account.objects.filter(pk=b.pk).update(posted=90, floor=95)
    assert sorted(verified()[1]) == [
        f"{of(a)}: the figures do not add up to its balance of -90",
        f"{of(b)}: 90 less 0 held is below the floor of 95",
        f"{of(b)}: the figures do not add up to its balance of 90",
    ]


def test_a_floor_below_the_limit_needs_somebody_who_lowered_it():
    account, *_ = a_bank(limit=-100)
    assert verified()[0] == 0
    Account.objects.filter(pk=account.pk).update(floor=-300)
    assert verified() == (1, [f"{of(account)}: the floor of -300 is below the limit, and nobody is named for it"])
    FloorChange.objects.create(account=account, old=-100, new=-200, by="user:1", reason="An override")
    assert verified()[0] == 1
    FloorChange.objects.create(account=account, old=-200, new=-300, by="user:1", reason="Another")
    assert verified()[0] == 0


def test_a_floor_stays_where_it_was_when_the_limit_becomes_stricter():
    account, *_ = a_bank(limit=-100)
    account.alliance.policies.create(starts_on=timezone.localdate(), limit=-50)
    assert verified()[0] == 0


def test_the_fund_has_no_floor_below_zero_of_its_own():
    fund = posting.fund_account(a_bank(1)[0].alliance)
    Account.objects.filter(pk=fund.pk).update(floor=-1)
    assert verified() == (1, [f"{of(fund)}: the floor of -1 is below the limit, and nobody is named for it"])


def test_a_reversal_of_a_reversal_is_found():
    a, b, _ = a_bank()
    (undo,) = posting.reverse([moved(a, b, 25, "1")], by="user:1", reason="A slip")
    again = Transfer.objects.create(
        debit=a, credit=b, amount=25, kind="reversal", reverses=undo, occurred_on=ON, key="again"
    )
    assert verified() == (1, [f"Transfer {again.pk} reverses a reversal"])


def test_a_reversal_that_is_not_the_opposite_is_found():
    a, b, _ = a_bank()
    row = moved(a, b, 25, "1")
    Transfer.objects.create(debit=b, credit=a, amount=20, kind="reversal", reverses=row, occurred_on=ON, key="2")
    assert verified() == (1, [f"Transfer {row.pk + 1} is not the opposite of what it reverses"])


def test_a_hold_that_is_not_the_days_to_confirm_is_found(cast):
    commission = an_agreement(cast, an_offer(cast, days=200))
    leg = commission.leg
    assert verified()[0] == 0
    Hold.objects.update(amount=150)
    Account.objects.filter(school=cast.asking).update(held=150)
    assert verified() == (1, [f"{commission}: 150 held for leg {leg.pk}, but 200 to confirm"])
    Hold.objects.all().delete()
    Account.objects.filter(school=cast.asking).update(held=0)
    assert verified() == (1, [f"{commission}: 0 held for leg {leg.pk}, but 200 to confirm"])


def test_days_held_for_nothing_or_on_another_account_are_found(cast):
    commission = an_agreement(cast, an_offer(cast, days=200))
    account = Account.objects.get(school=cast.asking)
    other = Account.objects.get(school=cast.other)
    posting.hold(other, 25, cause_kind="leg", cause_id=10**6)
    assert verified() == (1, [f"Account {other.pk}: 25 held for leg 1000000, which holds nothing"])
    posting.hold(other, 0, cause_kind="leg", cause_id=10**6)
    Hold.objects.filter(amount=200).update(account=other)
    Account.objects.filter(pk=account.pk).update(held=0)
    Account.objects.filter(pk=other.pk).update(held=200)
    assert verified() == (1, [
        f"{commission}: held for leg {commission.leg.pk} on account {other.pk}, not on {account.pk}",
    ])  # fmt: skip


def test_holds_of_ended_work_are_only_of_visits_that_wait(cast):
    commission = an_agreement(cast, an_offer(cast, days=200))
    a_logged_visit(cast, commission, days=100)
    actions.work.stop(commission=commission, by=cast.head, reason="An inspection")
    assert Hold.objects.get(amount__gt=0).amount == 100
    assert verified()[0] == 0


def test_many_legs_are_read_in_a_number_of_queries_that_does_not_grow(cast, django_assert_num_queries):
    an_agreement(cast, an_offer(cast, days=25))
    with django_assert_num_queries(4) as one:
        list(verification.held())
    for _ in range(3):
        commission = an_offer(cast, days=25, leader=factories.leader_at(cast.giving))
        an_agreement(cast, commission, by=commission.leader.person.user)
    with django_assert_num_queries(len(one)):
        assert list(verification.held()) == []


def test_a_confirmed_visit_without_a_transfer_is_found(cast):
    commission = an_agreement(cast, an_offer(cast, days=300))
    visit = a_logged_visit(cast, commission, days=300)
    Visit.objects.filter(pk=visit.pk).update(status="confirmed", confirmed_at=timezone.now())
    assert f"Visit {visit.pk} is confirmed, but no transfer stands for it" in verified()[1]


def test_a_visit_charged_in_money_has_no_transfer(cast):
    visit = a_confirmed_visit(cast)
    Visit.objects.filter(pk=visit.pk).update(in_money=True)
    assert verified() == (1, [f"Visit {visit.pk} is not confirmed in credits, but transfers stand for it"])
    posting.reverse(list(Transfer.objects.all()), by="user:1", reason="It was in money")
    assert verified()[0] == 0


def test_transfers_for_a_visit_that_there_is_not_are_found(cast):
    a, b, _ = a_bank()
    posting.post_visit(
        giver=a, receiver=b, amount=100, levy_percent=10, occurred_on=ON, cause_id="10000000", by="clock"
    )
    assert verified() == (1, ["Visit 10000000 is not confirmed in credits, but transfers stand for it"])


@pytest.mark.parametrize(
    ("changed", "rows", "moved", "levies"),
    [
        ({"amount": 75}, 1, 75, 1),
        ({"second": True}, 2, 200, 1),
        ({"another_giver": True}, 1, 100, 1),
        ({"two_levies": True}, 1, 100, 2),
        ({"levy_of_another": True}, 1, 100, 1),
    ],
)
def test_a_visit_that_does_not_stand_as_one_set_is_found(cast, changed, rows, moved, levies):
    visit = a_confirmed_visit(cast)
    gross, levy = Transfer.objects.order_by("pk")
    other = Account.objects.get(school=cast.other)
    copy = {"occurred_on": visit.on, "cause_kind": "visit", "cause_id": str(visit.pk), "posted_by": "clock"}
    with past_the_triggers() as cursor:
        if "amount" in changed:
            cursor.execute("UPDATE bank_transfer SET amount = 75 WHERE id = %s", [gross.pk])
        if "another_giver" in changed:
            cursor.execute("UPDATE bank_transfer SET credit_id = %s WHERE id = %s", [other.pk, gross.pk])
        if "levy_of_another" in changed:
            cursor.execute("UPDATE bank_transfer SET debit_id = %s WHERE id = %s", [other.pk, levy.pk])
    if "second" in changed:
        Transfer.objects.create(debit=gross.debit, credit=gross.credit, amount=100, kind="visit", key="x", **copy)
    if "two_levies" in changed:
        Transfer.objects.create(debit=levy.debit, credit=levy.credit, amount=10, kind="levy", key="x", **copy)
    assert verified()[1] == [
        *[line for line in verified()[1] if line.startswith("Account")],
        f"Visit {visit.pk} is confirmed with 100, but does not stand as one set of transfers: "
        f"{rows} of visits, {moved} in all, and {levies} of the levy",
    ]


@pytest.mark.parametrize(("amount", "percent", "due"), [(175, 10, 18), (175, 7, 12), (25, 10, 3), (25, 1, 0)])
def test_the_levy_of_each_visit_is_worked_out_anew_half_up(amount, percent, due):
    cast = make_cast(levy_percent=percent)
    visit = a_confirmed_visit(cast, amount)
    assert sum(Transfer.objects.filter(kind="levy").values_list("amount", flat=True)) == due
    assert verified()[0] == 0
    cast.alliance.policies.update(levy_percent=90)
    assert verified() == (1, [
        f"Visit {visit.pk} has a levy of {due}, but {posting.levy_on(amount, 90)} by the policy of its day"
    ])  # fmt: skip


@pytest.mark.parametrize(("written", "found"), [(9, 9), (11, 11), (None, 0)])
def test_a_levy_of_another_amount_and_one_that_is_missing_are_found(cast, written, found):
    visit = a_confirmed_visit(cast)
    levy = Transfer.objects.get(kind="levy")
    with past_the_triggers() as cursor:
        if written:
            cursor.execute("UPDATE bank_transfer SET amount = %s WHERE id = %s", [written, levy.pk])
        else:
            cursor.execute("DELETE FROM bank_transfer WHERE id = %s", [levy.pk])
    totals_rewritten_to_fit()
    assert verified() == (1, [f"Visit {visit.pk} has a levy of {found}, but 10 by the policy of its day"])


def test_a_levy_that_went_elsewhere_than_to_the_fund_is_found(cast):
    visit = a_confirmed_visit(cast)
    other = posting.school_account(cast.alliance, cast.other)
    with past_the_triggers() as cursor:
        cursor.execute("UPDATE bank_transfer SET credit_id = %s WHERE kind = 'levy'", [other.pk])
    totals_rewritten_to_fit()
    (found,) = verified()[1]
    assert found.startswith(f"Visit {visit.pk} is confirmed with 100, but does not stand as one set of transfers")


def test_the_levy_is_that_of_the_visits_day_whatever_comes_later(cast):
    commission = an_agreement(cast, an_offer(cast, days=300))
    yesterday = timezone.localdate() - timedelta(days=1)
    visit = a_logged_visit(cast, commission, days=100, on=yesterday)
    cast.alliance.policies.create(starts_on=timezone.localdate(), levy_percent=50)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert Transfer.objects.get(kind="levy").amount == 10
    assert verified()[0] == 0


@pytest.mark.parametrize(("levied", "due"), [(False, 0), (True, 10)])
def test_the_levy_of_peer_to_peer_is_the_policys(levied, due):
    cast = make_cast(levy_on_peer_to_peer=levied)
    visit = a_confirmed_visit_peer_to_peer(cast)
    assert verified()[0] == 0
    cast.alliance.policies.update(levy_on_peer_to_peer=not levied)
    assert verified() == (1, [f"Visit {visit.pk} has a levy of {due}, but {10 - due} by the policy of its day"])


def test_a_visit_settled_anew_stands_once(cast):
    visit = a_confirmed_visit(cast)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    assert verified()[0] == 0
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=50, reason="Agreed by telephone")
    assert Transfer.objects.count() == 6
    assert verified()[0] == 0
    actions.confirmations.dispute(visit=Visit.objects.get(), by=cast.head, reason="It did not happen")
    actions.confirmations.settle(visit=Visit.objects.get(), by=cast.coordinator, days=0, reason="It did not")
    assert verified()[0] == 0


def test_a_visit_between_two_banks_stands_as_a_row_in_each():
    """The clearing account of each bank stands between the two schools; the levy is the giver's bank's."""
    cast = make_cast()
    visit = a_confirmed_visit(cast)
    posting.reverse(list(Transfer.objects.all()), by="user:1", reason="Into another bank")
    far = factories.AllianceFactory(policy_version__limit=-500, policy_version__levy_percent=20)
    giver = posting.school_account(far, cast.giving)
    posting.open_trade(far, cast.alliance, 500, by="user:1", reason="Neighbours")
    visit.leg.giving_account = giver
    visit.leg.save()
    Visit.objects.update(settlements=1)
    receiver = visit.leg.receiving_account
    posting.post_visit(
        giver=giver, receiver=receiver, amount=100, levy_percent=20, occurred_on=visit.on, cause_id=visit.pk,
        by="clock", key="again",
    )  # fmt: skip
    assert of_visits() == []
    owing = posting.clearing_account(cast.alliance, far)
    swap = "UPDATE bank_transfer SET credit_id = %s - credit_id WHERE kind = 'visit' AND credit_id IN (%s, %s)"
    words = f"Visit {visit.pk} is confirmed with 100, but does not stand as one set of transfers: "
    with past_the_triggers() as cursor:
        cursor.execute(swap, [owing.pk + giver.pk, owing.pk, giver.pk])
    assert of_visits() == [f"{words}2 of visits, 200 in all, and 1 of the levy"]
    with past_the_triggers() as cursor:
        cursor.execute(swap, [owing.pk + giver.pk, owing.pk, giver.pk])
        assert of_visits() == []
        cursor.execute("DELETE FROM bank_transfer WHERE credit_id = %s AND cause_kind = 'visit'", [owing.pk])
    assert of_visits() == [f"{words}1 of visits, 100 in all, and 1 of the levy"]


def of_visits():
    return [sentence for sentence in verified()[1] if sentence.startswith("Visit")]


def test_accounts_that_changed_their_schools_are_found(cast):
    commission = a_confirmed_visit(cast).leg.commission
    leg = commission.leg
    accounts = Account.objects.filter(kind="school")
    asking, giving, other = (accounts.get(school=school) for school in (cast.asking, cast.giving, cast.other))
    assert verified()[0] == 0
    for first, second, side in ((giving, other, "giving"), (asking, other, "receiving")):
        swap_schools(first, second)
        account, school = getattr(leg, f"{side}_account"), getattr(leg, f"{side}_school")
        account.refresh_from_db()
        assert verified() == (1, [
            f"{commission}: the {side} account of leg {leg.pk} is {account.pk}, {cast.other}, not {school}"
        ])  # fmt: skip
        swap_schools(first, second)
    assert verified()[0] == 0


def swap_schools(first, second):
    """By way of a third school, because a school has one account."""
    schools = Account.objects.get(pk=first.pk).school_id, Account.objects.get(pk=second.pk).school_id
    Account.objects.filter(pk=first.pk).update(school=factories.SchoolFactory())
    Account.objects.filter(pk=second.pk).update(school=schools[0])
    Account.objects.filter(pk=first.pk).update(school=schools[1])


def test_an_account_that_is_open_in_a_closed_year_or_closed_in_an_open_one_is_found():
    a, b, _ = a_bank()
    closing.close(a.alliance, 2024, by="user:1")
    closing.close(a.alliance, 2025, by="user:1")
    a_bank()
    assert verified()[0] == 0
    Account.objects.filter(pk=a.pk).update(open_from=date(2025, 9, 1))
    Account.objects.filter(pk=b.pk).update(open_from=date(2027, 9, 1))
    words = "but the first open day of its bank is 1 September 2026"
    assert verified() == (1, [
        f"{of(a)} is open from 1 September 2025, {words}", f"{of(b)} is open from 1 September 2027, {words}",
    ])  # fmt: skip
    Account.objects.update(open_from=date(2026, 9, 1))
    a.alliance.closed_years.all().delete()
    assert len(verified()[1]) == Account.objects.count()


def test_a_clearing_account_that_moved_without_its_twin_is_found(cast):
    partner = factories.AllianceFactory(name="Weald", slug="weald")
    posting.open_trade(cast.alliance, partner, 500, by="user:1", reason="Agreed")
    assert verified()[0] == 0
    own = posting.clearing_account(cast.alliance, partner)
    moved(posting.outside_account(cast.alliance), own, 100, "1")
    assert verified() == (1, [f"{of(own)}: it stands at 100, and its twin at 0"])


@pytest.mark.parametrize("past", [300, -1])
def test_transfers_of_another_day_than_their_visits_are_found(cast, past):
    visit = a_confirmed_visit(cast)
    on = visit.on - timedelta(days=past)
    Visit.objects.filter(pk=visit.pk).update(on=on)
    cast.alliance.policies.update(starts_on=on - timedelta(days=1))
    assert verified() == (1, [
        f"Transfer {row.pk} for visit {visit.pk} counts on {visit.on:%-d %B %Y}, but the visit was on {on:%-d %B %Y}"
        for row in Transfer.objects.order_by("pk")
    ])  # fmt: skip


def test_a_visit_of_a_closed_year_counts_on_the_first_open_day(cast):
    commission = an_agreement(cast, an_offer(cast, days=300))
    year = calendar.year_of(timezone.localdate())
    late = calendar.last_day(year - 1)
    Commission.objects.update(starts_on=late)
    visit = a_logged_visit(cast, commission, days=100, on=late)
    closing.close(cast.alliance, year - 1, by="user:1")
    actions.confirmations.confirm(visit=Visit.objects.get(pk=visit.pk), by=cast.head)
    assert set(Transfer.objects.values_list("occurred_on", flat=True)) == {calendar.first_day(year)}
    assert verified()[0] == 0
    ClosedYear.objects.update(at=timezone.now() + timedelta(days=1))
    assert len(verified()[1]) == 2
    ClosedYear.objects.all().delete()
    Account.objects.update(open_from=EARLIEST)
    assert len(verified()[1]) == 2


def test_a_charge_that_is_not_the_sum_of_its_lines_is_found(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=300)
    actions.charges.charge_now(commission=commission, by=cast.coordinator)
    charge = Charge.objects.get()
    assert verified()[0] == 0
    Charge.objects.update(work=1, home_share=1, brokerage=0, vat=0, total=1)
    assert verified() == (1, [f"Charge {charge}: the work is 1p, but {charge.work}p by its lines"])
    charge.save()
    charge.lines.all().delete()
    assert verified() == (1, [f"Charge {charge}: the work is {charge.work}p, but 0p by its lines"])


def test_a_number_of_a_charge_that_is_missing_is_found(cast):
    commission = agreed_outside(cast)
    for days_ago in (4, 3):
        visited(cast, commission, on=ago(days_ago), days=100)
        actions.charges.charge_now(commission=commission, by=cast.coordinator)
    assert sorted(Charge.objects.values_list("number", flat=True)) == [1, 2]
    assert verified()[0] == 0
    for number in (2, 1):
        Charge.objects.filter(number=number).update(number=number + 1)
        assert verified() == (1, ["The charges of netherby go up to number 3, but there are 2"])


def test_a_leaders_year_that_is_not_what_the_commissions_take_is_found(cast):
    a_confirmed_visit(cast)
    year = LeaderYear.objects.get()
    assert (year.taken, verified()[0]) == (300, 0)
    LeaderYear.objects.update(taken=0)
    assert verified() == (1, [f"Leader {year.leader_id}, year {year.year}: 0 taken, but 300 by the commissions"])


def test_a_restore_is_declared_with_a_reason_and_the_key(ledger):
    with pytest.raises(CommandError, match="Nothing is sealed yet"):
        call_command("verify_ledger", "--declare-restore", "The disk failed")
    a, b, _ = a_bank()
    moved(a, b, 25, "1")
    chain.seal()
    moved(a, b, 25, "2")
    chain.seal()
    checkpoints.record()
    Block.objects.filter(number=2).delete()
    assert verified()[0] == 1
    with pytest.raises(CommandError, match="Say why"):
        call_command("verify_ledger", "--declare-restore", " ")
    assert verified("--declare-restore", "The disk failed")[0] == 0
    assert Block.objects.get(number=2).declared == "The disk failed"
    ledger.LEDGER_KEYS = {}
    with pytest.raises(CommandError, match="set LEDGER_KEYS"):
        call_command("verify_ledger", "--declare-restore", "Again")


def test_the_head_is_recorded_on_request_where_nothing_was_found(ledger):
    a, b, _ = a_bank()
    moved(a, b, 25, "1")
    chain.seal()
    a.balances.update(other=-20)
    verified("--record-head")
    assert not ledger.LEDGER_HEADS.exists()
    a.balances.update(other=-25)
    verified("--record-head")
    assert (ledger.LEDGER_HEADS / str(Ledger.current().uuid)).exists()


def test_another_ledger_is_accepted_with_a_reason_and_its_head_recorded(ledger):
    a, b, _ = a_bank()
    moved(a, b, 25, "1")
    Ledger.objects.update(uuid="00000000-0000-4000-8000-000000000000")
    chain.seal()
    checkpoints.record()
    Block.objects.all().delete()
    Ledger.objects.update(uuid="00000000-0000-4000-8000-000000000001")
    chain.seal()
    assert verified()[0] == 1
    with pytest.raises(CommandError, match="Say why"):
        call_command("verify_ledger", "--another-ledger", " ")
    assert verified("--another-ledger", "The alliance\nmoved to this database")[0] == 0
    last = (ledger.LEDGER_HEADS / checkpoints.CURRENT).read_text().splitlines()[-1]
    assert last.split(maxsplit=2)[1:] == [
        "00000000-0000-4000-8000-000000000001", "The alliance moved to this database",
    ]  # fmt: skip
    assert (ledger.LEDGER_HEADS / str(Ledger.current().uuid)).exists()
    Block.objects.all().delete()
    assert verified()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_check_sees_one_moment_also_while_somebody_confirms(monkeypatch):
    cast = make_cast()
    visit = a_logged_visit(cast, an_agreement(cast, an_offer(cast, days=300)), days=100)
    read = verification._legs_to_hold_for

    def after_somebody_confirmed(ids):
        assert together(lambda: actions.confirmations.confirm(visit=visit, by=cast.head)) == [None]
        return read(ids)

    monkeypatch.setattr(verification, "_legs_to_hold_for", after_somebody_confirmed)
    assert verified()[1][0].startswith("No findings.")
    assert Hold.objects.get().amount == 200


@pytest.mark.django_db(transaction=True)
def test_who_writes_after_a_check_begins_as_ever():
    """On SQLite with the lock of the only writer, at once."""
    assert verified()[0] == 0
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        pass
    assert queries[0]["sql"] == {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}[connection.vendor]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two connections work on PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_a_long_ledger_is_checked_by_two_connections_and_says_the_same(monkeypatch):
    monkeypatch.setattr(verification, "PIECE", 2)
    monkeypatch.setattr(chain, "MOST_ROWS", 2)
    a, b, _ = a_bank(limit=-5000)
    ids = [moved(a, b, 25, f"{number}").pk for number in range(50)]
    chain.seal()
    with past_the_triggers() as cursor:
        cursor.execute("UPDATE bank_transfer SET reason = 'Other' WHERE id = ANY(%s)", [[ids[9], ids[40]]])
    assert len(verification.checks()) > verification.ENOUGH
    assert verified() == (1, [
        f"Transfer {ids[9]} was changed after block 5 was sealed",
        f"Transfer {ids[40]} was changed after block 21 was sealed",
    ])  # fmt: skip


def test_the_triggers_are_those_that_the_bank_installs():
    assert triggers.missing() == []
    totals_rewritten_to_fit()
    assert verified()[0] == 0
