"""F10: what somebody rewrites who may change the tables themselves, but has no key, is named."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.utils import timezone

from bank import balances, chain, checkpoints, tasks
from bank.models import Account, Balance, Block, Ledger, Transfer
from tests.bank.ledger_cases import a_bank, moved, past_the_triggers, totals_rewritten_to_fit, verified

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    settings.LEDGER_HEADS = tmp_path / "heads"
    return settings


@pytest.fixture
def bank():
    return a_bank()


@pytest.fixture
def sealed(bank, monkeypatch):
    """Six transfers in three blocks, the head recorded, and one more that is not sealed yet."""
    monkeypatch.setattr(chain, "MOST_ROWS", 2)
    a, b, c = bank
    found = [moved(a, b, 25, f"{number}") for number in range(3)] + [moved(b, c, 50, f"{number}") for number in (3, 4)]
    found.append(moved(c, a, 25, "5"))
    chain.seal()
    checkpoints.record()
    moved(c, a, 25, "6")
    assert verified()[0] == 0
    return found


def rewrite(statement, *values):
    with past_the_triggers() as cursor:
        cursor.execute(statement, values)


def everything_fits():
    """All that can be seen without the chain."""
    return balances.differences() == [] and Account.objects.aggregate(total=Sum("posted"))["total"] == 0


def test_f10_two_rows_rewritten_so_that_sums_fit_are_named(sealed):
    first, second = sealed[0], sealed[2]
    rewrite("UPDATE bank_transfer SET amount = 30 WHERE id = %s", first.pk)
    rewrite("UPDATE bank_transfer SET amount = 20 WHERE id = %s", second.pk)
    assert everything_fits()
    assert verified() == (1, [
        f"Transfer {first.pk} was changed after block 1 was sealed",
        f"Transfer {second.pk} was changed after block 2 was sealed",
    ])  # fmt: skip


def test_f10_two_rows_of_one_block_that_swap_their_places_are_named(sealed):
    first, second = sealed[2], sealed[3]
    rewrite(
        "UPDATE bank_transfer SET debit_id = CASE WHEN id = %s THEN %s ELSE %s END, "
        "credit_id = CASE WHEN id = %s THEN %s ELSE %s END, amount = 75 - amount WHERE id IN (%s, %s)",
        first.pk, second.debit_id, first.debit_id, first.pk, second.credit_id, first.credit_id, first.pk, second.pk,
    )  # fmt: skip
    assert everything_fits()
    assert verified() == (1, [
        f"Transfer {first.pk} was changed after block 2 was sealed",
        f"Transfer {second.pk} was changed after block 2 was sealed",
    ])  # fmt: skip


def test_f10_a_row_and_the_totals_rewritten_to_fit_are_named(sealed):
    rewrite("UPDATE bank_transfer SET amount = 500 WHERE id = %s", sealed[0].pk)
    assert not everything_fits()
    totals_rewritten_to_fit()
    assert everything_fits()
    assert verified() == (1, [f"Transfer {sealed[0].pk} was changed after block 1 was sealed"])


def test_f10_the_last_sealed_row_cut_off_is_named(sealed):
    rewrite("DELETE FROM bank_transfer WHERE id = %s", sealed[-1].pk)
    totals_rewritten_to_fit()
    assert everything_fits()
    assert verified() == (1, [f"Transfer {sealed[-1].pk} was removed after block 3 was sealed"])


def test_f10_the_last_block_cut_off_with_its_rows_is_named(sealed):
    rewrite("DELETE FROM bank_transfer WHERE id > %s", sealed[3].pk)
    Block.objects.filter(number=3).delete()
    totals_rewritten_to_fit()
    assert everything_fits()
    code, (line,) = verified()
    assert code == 1
    assert line.startswith("Block 3, the head recorded on ")
    assert line.endswith("is missing")


def test_f10_blocks_made_anew_with_another_key_are_found(sealed, settings):
    rewrite("UPDATE bank_transfer SET amount = 500 WHERE id = %s", sealed[0].pk)
    totals_rewritten_to_fit()
    Block.objects.all().delete()
    settings.LEDGER_KEYS = {"first": "a guess"}
    chain.seal()
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    code, lines = verified()
    assert code == 1
    assert lines[:-1] == [f"Block {number} does not fit its seal" for number in range(1, 5)]
    assert lines[-1].startswith("Block 3, the head recorded on ")


def test_f10_a_ledger_rewritten_under_another_name_is_found_also_after_the_worker_sealed_it_anew(sealed):
    before, after = Ledger.current().uuid, uuid4()
    rewrite("UPDATE bank_transfer SET amount = 10 WHERE id = %s", sealed[0].pk)
    Block.objects.all().delete()
    Ledger.objects.update(uuid=after)
    totals_rewritten_to_fit()
    found = [f"This ledger is {after}, but LEDGER_HEADS knows {before}: the database, or its ledger, is another one"]
    assert verified() == (1, found)
    tasks.seal()
    assert everything_fits()
    assert verified() == (1, found)


def test_f10_so_it_is_where_the_folder_is_from_before_it_named_the_current_ledger(sealed, ledger):
    (ledger.LEDGER_HEADS / checkpoints.CURRENT).unlink()
    Block.objects.all().delete()
    Ledger.objects.update(uuid=uuid4())
    tasks.seal()
    code, (line,) = verified()
    assert (code, line[:15]) == (1, "This ledger is ")


def test_f10_heads_that_are_gone_are_missed_after_a_day(sealed, ledger):
    path = ledger.LEDGER_HEADS / str(Ledger.current().uuid)
    for empty in (lambda: path.write_text(""), path.unlink, (ledger.LEDGER_HEADS / checkpoints.CURRENT).unlink):
        empty()
        assert verified()[0] == 0
    Block.objects.update(sealed_at=timezone.now() - timedelta(hours=25))
    day = f"{timezone.localtime(Block.objects.first().sealed_at):%-d %B %Y}"
    assert list(checkpoints.lost()) == [f"No head is recorded in LEDGER_HEADS, though blocks were sealed from {day} on"]


def test_f10_only_the_totals_rewritten_are_named(sealed, bank):
    a, b, _ = bank
    Account.objects.filter(pk=a.pk).update(posted=10, other=10)
    Account.objects.filter(pk=b.pk).update(posted=-60, other=-60)
    Balance.objects.filter(account=a).update(other=10)
    code, lines = verified()
    name = f"(S0, {a.alliance.slug})"
    assert code == 1
    assert sorted(lines) == [
        f"Account {a.pk} {name}, year 2026: other is 10, but -25 by the rows",
        f"Account {a.pk} {name}: other is 10, but -25 by the rows",
        f"Account {b.pk} (S1, {a.alliance.slug}): other is -60, but -25 by the rows",
    ]


def test_f10_what_is_not_sealed_yet_is_no_finding(sealed):
    assert Transfer.objects.filter(pk__gt=Block.objects.last().last_id).count() == 1
    code, (line,) = verified()
    assert code == 0
    assert line.endswith("6 transfers sealed in 3 blocks, 1 not sealed yet.")
