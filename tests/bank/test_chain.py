"""Transfers are sealed in blocks, with a key outside the database."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from bank import chain, checkpoints, rows, tasks
from bank.models import Block, Ledger, Transfer
from tests.bank.ledger_cases import ON, a_bank, moved, past_the_triggers
from tests.races import needs_postgresql, together

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    settings.LEDGER_HEADS = tmp_path / "heads"
    return settings


@pytest.fixture
def bank():
    return a_bank()


def test_every_column_is_in_the_text_that_is_sealed_alike_on_both_databases(bank):
    a, b, _ = bank
    at = datetime(2026, 10, 5, 12, 30, 0, 123456, tzinfo=UTC)
    row = moved(a, b, 25, "k|1", reason="A|B\nécole", posted_at=at)
    undo = moved(b, a, 25, "k2")
    texts = dict(rows.lines(chain.START, undo.pk))
    facts = rf"{row.pk}|{a.pk}|{b.pk}|25|0|\x0000262e|\x00030015cf2aa440"
    first, second = 10 + 8 * 2**20 + 3 * 2**40, 6 + 10 * 2**20 + 3 * 2**40
    assert texts[row.pk] == f"{facts}|{first}|{second}|adjustmentdecisionk|1user:7A|B\nécolek|1"
    assert rows.content([(1, "a"), (2, "é")]) == hashlib.sha256("a\né".encode()).hexdigest()


@needs_postgresql
def test_the_text_depends_on_no_setting_of_the_connection(bank):
    moved(bank[0], bank[1], 25, "1", posted_at=timezone.now(), occurred_on=date(2100, 2, 28))
    plain = rows.lines(chain.START, 2**62)
    with connection.cursor() as cursor:
        cursor.execute("SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'German'; SET bytea_output = 'escape'")
        assert rows.lines(chain.START, 2**62) == plain
        cursor.execute("RESET TimeZone; RESET DateStyle; RESET bytea_output")


def test_what_the_database_works_out_is_what_the_rows_say(bank):
    for number in range(5):
        moved(bank[0], bank[1], 25, f"{number}")
    last = Transfer.objects.first().pk
    assert rows.contents([(1, chain.START, last - 2), (2, last - 2, last), (3, last, last + 9)]) == {
        1: rows.content(rows.lines(chain.START, last - 2)),
        2: rows.content(rows.lines(last - 2, last)),
        3: hashlib.sha256(b"").hexdigest(),
    }


def test_blocks_cover_every_row_once_and_each_follows_from_the_one_before(bank, monkeypatch):
    monkeypatch.setattr(chain, "MOST_ROWS", 2)
    ids = [moved(bank[0], bank[1], 25, f"{number}").pk for number in range(5)]
    assert chain.seal() == 5
    assert chain.seal() == 0
    assert list(Block.objects.values_list("number", "rows", "last_id", "key_id")) == [
        (1, 2, ids[1], "first"), (2, 2, ids[3], "first"), (3, 1, ids[4], "first"),
    ]  # fmt: skip
    one, two = Block.objects.all()[:2]
    text = f"{one.digest}|2|{ids[3]}|2|{two.content}|{two.sealed_at:%Y-%m-%dT%H:%M:%S.%f}+00:00|"
    assert two.digest == hmac.new(b"a fictional secret", text.encode(), "sha256").hexdigest()
    assert list(chain.broken()) == []


def test_a_change_in_any_column_of_a_sealed_row_is_named(bank):
    a, b, c = bank
    row = moved(a, b, 25, "1")
    other = moved(a, b, 25, "2")
    chain.seal()
    changes = {
        "debit_id": c.pk, "credit_id": c.pk, "amount": 26, "released": 1, "kind": "gift", "occurred_on": "2026-10-06",
        "posted_at": "2026-10-05 12:30:00.123457+00:00", "cause_kind": "visit", "cause_id": "9", "posted_by": "clock",
        "reason": "", "key": "9", "id": other.pk + 9,
    }  # fmt: skip
    assert {*changes, "reverses_id"} == {field.column for field in Transfer._meta.local_fields}
    for column, value in changes.items():
        before = Transfer.objects.values_list(column, flat=True).get(pk=row.pk)
        with past_the_triggers() as cursor:
            cursor.execute(f"UPDATE bank_transfer SET {column} = %s WHERE id = %s", [value, row.pk])
            found = altered()
            now = value if column == "id" else row.pk
            cursor.execute(f"UPDATE bank_transfer SET {column} = %s WHERE id = %s", [before, now])
        gone = "removed" if column == "id" else "changed"
        assert found == [f"Transfer {row.pk} was {gone} after block 1 was sealed"], column
    assert altered() == []


def test_a_changed_link_to_what_is_reversed_is_named(bank):
    a, b, _ = bank
    first, second = moved(a, b, 25, "1"), moved(a, b, 25, "2")
    undo = Transfer(debit=b, credit=a, amount=25, kind="reversal", reverses=first, occurred_on=ON, key="3")
    Transfer.objects.bulk_create([undo])
    chain.seal()
    with past_the_triggers() as cursor:
        cursor.execute("UPDATE bank_transfer SET reverses_id = %s WHERE id = %s", [second.pk, undo.pk])
    assert altered() == [f"Transfer {undo.pk} was changed after block 1 was sealed"]


def altered():
    return [sentence for piece in chain.pieces(100) for sentence in chain.altered(piece)]


def test_a_row_slipped_in_below_what_is_sealed_is_named(bank):
    a, b, _ = bank
    first, last = moved(a, b, 25, "1"), moved(a, b, 25, "2")
    chain.seal()
    with past_the_triggers() as cursor:
        cursor.execute("UPDATE bank_transfer SET id = %s WHERE id = %s", [-5, first.pk])
    assert sorted(altered()) == [
        "Transfer -5 was added after block 1 was sealed",
        f"Transfer {first.pk} was removed after block 1 was sealed",
    ]
    assert Block.objects.get().last_id == last.pk


def test_a_block_cannot_be_made_to_fit_without_the_key(bank):
    moved(bank[0], bank[1], 25, "1")
    chain.seal()
    with past_the_triggers() as cursor:
        cursor.execute("UPDATE bank_transfer SET amount = 50")
    found = rows.lines(chain.START, 2**62)
    Block.objects.update(content=rows.content(found), marks=chain.marks(found))
    assert altered() == []
    assert list(chain.broken()) == ["Block 1 does not fit its seal"]


@pytest.mark.parametrize("field", ["last_id", "rows", "content", "declared", "sealed_at"])
def test_each_fact_of_a_block_is_in_its_seal(bank, field):
    moved(bank[0], bank[1], 25, "1")
    chain.seal()
    new = {"last_id": 10**6, "rows": 7, "content": "0" * 64, "declared": "A restore", "sealed_at": timezone.now()}
    Block.objects.update(**{field: new[field]})
    assert list(chain.broken()) == ["Block 1 does not fit its seal"]


def test_the_chain_belongs_to_this_ledger_and_has_no_gaps(bank):
    for number in range(3):
        moved(bank[0], bank[1], 25, f"{number}")
        chain.seal()
    Block.objects.filter(number=2).delete()
    assert list(chain.broken()) == ["Block 2 is missing", "Block 3 does not fit its seal"]
    Block.objects.filter(number=3).delete()
    Ledger.objects.update(uuid="00000000-0000-4000-8000-000000000000")
    assert list(chain.broken()) == ["Block 1 does not fit its seal"]


def test_the_last_key_seals_and_earlier_ones_verify(bank, ledger):
    moved(bank[0], bank[1], 25, "1")
    chain.seal()
    ledger.LEDGER_KEYS = {"first": "a fictional secret", "second": "another"}
    moved(bank[0], bank[1], 25, "2")
    chain.seal()
    assert list(Block.objects.values_list("key_id", flat=True)) == ["first", "second"]
    assert list(chain.broken()) == []
    ledger.LEDGER_KEYS = {"second": "another"}
    assert list(chain.broken()) == ["Block 1 cannot be checked: its key first is not in LEDGER_KEYS"]


@pytest.mark.parametrize(
    ("environment", "keys"),
    [
        ({"DEBUG": "0", "LEDGER_KEYS": "2026:a=b:c, 2027:d"}, {"2026": "a=b:c", "2027": "d"}),
        ({"DEBUG": "0", "LEDGER_KEYS": "no secret,empty:"}, {}),
        ({"DEBUG": "0"}, {}),
        ({"DEBUG": "1"}, {"development": "never used when DEBUG is off"}),
    ],
)
def test_the_keys_come_from_the_environment_and_only_development_has_one_of_its_own(tmp_path, environment, keys):
    base = {name: value for name, value in os.environ.items() if name != "LEDGER_KEYS"}
    base |= {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "localhost", "VAR_DIR": str(tmp_path)}
    script = "import json; from alliance import settings; print(json.dumps(settings.LEDGER_KEYS))"
    answer = subprocess.run([sys.executable, "-c", script], env=base | environment, capture_output=True, check=True)
    assert json.loads(answer.stdout) == keys


def test_without_a_key_nothing_is_sealed_and_the_log_says_so(bank, ledger, caplog):
    ledger.LEDGER_KEYS = {}
    moved(bank[0], bank[1], 25, "1")
    tasks.seal()
    assert not Block.objects.exists()
    assert caplog.messages == ["No transfers are sealed: LEDGER_KEYS is not set"]


def file_of_heads(ledger):
    return ledger.LEDGER_HEADS / str(Ledger.current().uuid)


def test_the_task_seals_and_writes_the_head_once_a_day(bank, ledger):
    moved(bank[0], bank[1], 25, "1")
    tasks.seal()
    tasks.seal()
    path = file_of_heads(ledger)
    block = Block.objects.get()
    (line,) = path.read_text().splitlines()
    assert line.split()[1:] == ["1", str(block.last_id), block.digest]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tasks.seal()
    assert len(path.read_text().splitlines()) == 2


def test_a_file_of_heads_that_was_copied_back_yesterdays_is_written_on(bank, ledger):
    moved(bank[0], bank[1], 25, "1")
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        tasks.seal()
    path = file_of_heads(ledger)
    path.write_text(path.read_text())
    tasks.seal()
    assert len(path.read_text().splitlines()) == 2
    path.write_text("rubbish\n")
    tasks.seal()
    assert len(path.read_text().splitlines()) == 2


def test_a_folder_that_takes_no_head_stops_no_sealing(bank, ledger, tmp_path, caplog):
    (tmp_path / "heads").write_text("a file where the folder should be")
    moved(bank[0], bank[1], 25, "1")
    tasks.seal()
    assert Block.objects.count() == 1
    assert caplog.messages == ["The ledger's head was not written to LEDGER_HEADS: FileExistsError"]


def blocks_and_heads(bank, count):
    for number in range(count):
        moved(bank[0], bank[1], 25, f"{Transfer.objects.count()}-{number}")
        chain.seal()
        checkpoints.record()


@time_machine.travel("2027-08-31 23:30Z", tick=False)  # half past midnight in London
def test_sealed_blocks_that_are_cut_off_with_their_rows_are_missed(bank):
    blocks_and_heads(bank, 3)
    assert list(checkpoints.lost()) == []
    last = Block.objects.get(number=2).last_id
    with past_the_triggers() as cursor:
        cursor.execute("DELETE FROM bank_transfer WHERE id > %s", [last])
    Block.objects.filter(number=3).delete()
    assert [*altered(), *chain.broken()] == []
    assert list(checkpoints.lost()) == ["Block 3, the head recorded on 1 September 2027, is missing"]
    moved(bank[0], bank[1], 50, "new")
    chain.seal()
    assert list(checkpoints.lost()) == ["Block 3, the head recorded on 1 September 2027, is another one"]


def test_a_declared_restore_explains_later_heads_and_no_earlier_ones(bank):
    blocks_and_heads(bank, 3)
    Block.objects.filter(number=3).delete()
    block = chain.declare_restore("The disk failed")
    assert (block.number, block.rows, block.declared) == (3, 0, "The disk failed")
    blocks_and_heads(bank, 1)
    assert [*checkpoints.lost(), *chain.broken(), *altered()] == []
    Block.objects.filter(number=1).update(digest="0" * 64)
    assert len(list(checkpoints.lost())) == 1


def test_a_head_recorded_after_a_declared_restore_is_not_explained_by_it(bank):
    blocks_and_heads(bank, 1)
    chain.declare_restore("The disk failed")
    blocks_and_heads(bank, 1)
    Block.objects.filter(number=3).delete()
    assert [sentence[:7] for sentence in checkpoints.lost()] == ["Block 3"]


def test_heads_that_cannot_be_read_are_a_finding(bank, ledger):
    blocks_and_heads(bank, 1)
    path = file_of_heads(ledger)
    path.write_text("rubbish\n")
    assert list(checkpoints.lost()) == [f"The recorded heads cannot be read: {path}"]


def test_the_folder_of_heads_names_the_ledger_once(bank, ledger):
    blocks_and_heads(bank, 2)
    current = ledger.LEDGER_HEADS / checkpoints.CURRENT
    (line,) = current.read_text().splitlines()
    assert line.split()[1:] == [str(Ledger.current().uuid), "The", "first"]
    current.write_text("rubbish\n")
    assert list(checkpoints.lost()) == [f"The name of the ledger cannot be read: {current}"]


def test_the_head_of_another_ledger_is_not_recorded_and_the_log_says_so(bank, ledger, caplog):
    blocks_and_heads(bank, 1)
    before = Ledger.current().uuid
    Ledger.objects.update(uuid="00000000-0000-4000-8000-000000000000")
    tasks.seal()
    assert not file_of_heads(ledger).exists()
    (said,) = caplog.messages
    assert said.startswith(f"This ledger is {Ledger.current()}, but LEDGER_HEADS knows {before}: ")


def test_a_restore_needs_something_that_was_sealed(bank):
    assert chain.declare_restore("Nothing yet") is None


@needs_postgresql
@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_past_a_row_that_is_still_to_come(monkeypatch):
    """A writer has drawn the lower id and takes its time. Posting goes on meanwhile, and sealing waits."""
    a, b, c, d = a_bank(4)
    drawn, finish = threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            moved(a, b, 25, "slow")
            drawn.set()
            finish.wait(60)

    def meanwhile():
        drawn.wait(60)
        row = moved(c, d, 25, "quick")
        sealed = chain.seal()
        finish.set()
        return row.pk, sealed

    monkeypatch.setattr(chain, "PATIENCE", 0.5)
    _, (quick, sealed) = together(slowly, meanwhile)
    assert (sealed, chain.seal()) == (0, 2)
    assert Transfer.objects.get(key="slow").pk < quick
    assert Block.objects.get().last_id == quick


@needs_postgresql
@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_many_who_seal_at_once_while_others_post_each_row_is_sealed_once(monkeypatch):
    monkeypatch.setattr(chain, "MOST_ROWS", 3)
    accounts = a_bank(8)
    for number in range(60):
        moved(accounts[0], accounts[1], 1, f"before-{number}")

    def post(number):
        for step in range(10):
            moved(accounts[number], accounts[number - 1], 25, f"{number}-{step}")

    posts = [lambda n=n: post(n) for n in range(8)]
    answers = together(*posts, *[chain.seal for _ in range(4)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    chain.seal()
    assert sum(Block.objects.values_list("rows", flat=True)) == Transfer.objects.count() == 140
    assert [*chain.broken(), *altered()] == []
