"""The transfers sealed in blocks, each chained to the one before by a key that is not in the database.

Sealing comes after posting and never holds it up: what is not sealed yet is no fault, unless it has waited long.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from itertools import pairwise

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from .models import Block, Ledger, Transfer
from .rows import Line, Span, content, contents, lines

logger = logging.getLogger(__name__)

MOST_ROWS = 10_000  # in a block
START = -(2**63)  # below every id
MARK = 16  # bytes a row: 8 of its id, 8 of its hash
PATIENCE = 20  # seconds
LATE = timedelta(hours=1)  # by then what was posted has been sealed many times over, where the worker runs
WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = 'bank_transfer'::regclass AND granted AND pid IS DISTINCT FROM pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"""


def seal() -> int:
    """Seal what no running transaction can add to any more. Returns how many transfers were sealed.

    Without a key nothing is sealed, and the log says so.
    """
    if not settings.LEDGER_KEYS:
        logger.warning("No transfers are sealed: LEDGER_KEYS is not set")
        return 0
    sealed, until = 0, _complete()
    while rows := _seal_one(until):
        sealed += rows
    return sealed


def _complete() -> int:
    """The highest id up to which every row that there will ever be is there; START where somebody writes for long.

    On PostgreSQL ids commit out of order. Whoever has drawn an id held the lock of a writer before, and holds
    it to the end: so it is enough to wait for those that are writing now. On SQLite the only writer is alone.
    """
    last = Transfer.objects.aggregate(last=Max("pk"))["last"] or START
    if connection.vendor == "postgresql":
        writing, until = _writing(), time.monotonic() + PATIENCE
        while writing and time.monotonic() < until:
            time.sleep(0.1)
            writing &= _writing()
        if writing:
            logger.info("No transfers are sealed: somebody has been writing for %s seconds", PATIENCE)
            return START
    return last


def _writing() -> set[str]:
    """The other transactions that write transfers, or may."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {transaction for (transaction,) in cursor.fetchall()}


@transaction.atomic
def _seal_one(until: int) -> int:
    """Seal the next block of rows up to an id; the number of its rows. Of two at once the second waits."""
    ledger = _locked_ledger()
    last = Block.objects.last()
    found = lines(last.last_id if last else START, until, most=MOST_ROWS)
    if found:
        _append(ledger, last, found)
    return len(found)


def _locked_ledger() -> Ledger:
    Ledger.current()
    return Ledger.objects.select_for_update().get(pk=1)


def _append(ledger: Ledger, last: Block | None, found: Sequence[Line], declared: str = "") -> Block:
    key_id = list(settings.LEDGER_KEYS)[-1]
    before = last.last_id if last else START
    block = Block(
        number=last.number + 1 if last else 1,
        last_id=found[-1][0] if found else before,
        rows=len(found),
        content=content(found),
        key_id=key_id,
        marks=marks(found),
        declared=declared,
        sealed_at=timezone.now(),
    )
    block.digest = digest(block, last.digest if last else str(ledger.uuid), settings.LEDGER_KEYS[key_id])
    block.save(force_insert=True)
    return block


def marks(found: Iterable[Line]) -> bytes:
    """16 bytes a row, to tell later which row it was."""
    return b"".join(
        pk.to_bytes(8, "big", signed=True) + hashlib.sha256(text.encode()).digest()[: MARK - 8] for pk, text in found
    )


def digest(block: Block, previous: str, secret: str) -> str:
    """HMAC-SHA-256 of a block and the digest before it; before the first stands the ledger's own name.

    The moment is in it, because a declared restore excuses the heads that were recorded before it.
    """
    at = block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (previous, block.number, block.last_id, block.rows, block.content, at, block.declared)
    return hmac.new(secret.encode(), "|".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def declare_restore(reason: str) -> Block | None:
    """Record that the ledger was put back to an earlier state, as a block without rows. None before any block."""
    ledger = _locked_ledger()
    last = Block.objects.last()
    return last and _append(ledger, last, [], declared=reason[:300])


def broken() -> Iterator[str]:
    """Sentences: where the chain of the blocks does not hold. The rows themselves are `altered`'s matter."""
    previous, number = str(Ledger.current().uuid), 0
    unknown = set()
    for block in Block.objects.defer("marks").iterator():
        if block.number != number + 1:
            yield f"Block {number + 1} is missing"
        secret = settings.LEDGER_KEYS.get(block.key_id)
        if secret is None and block.key_id not in unknown:
            unknown.add(block.key_id)
            yield f"Block {block.number} cannot be checked: its key {block.key_id} is not in LEDGER_KEYS"
        elif secret is not None and not hmac.compare_digest(block.digest, digest(block, previous, secret)):
            yield f"Block {block.number} does not fit its seal"
        previous, number = block.digest, block.number


def late() -> Iterator[str]:
    """A sentence where transfers are not sealed that should have been long ago."""
    last = Block.objects.aggregate(last=Max("last_id"))["last"] or START
    count = Transfer.objects.filter(pk__gt=last, posted_at__lt=timezone.now() - LATE).count()
    if count:
        why = "see whether beat and the worker run" if settings.LEDGER_KEYS else "LEDGER_KEYS is not set"
        many = "1 transfer has" if count == 1 else f"{count:,} transfers have"
        yield f"{many} waited more than an hour to be sealed: {why}"


def pieces(rows: int) -> Iterator[list[Span]]:
    """The blocks in groups of about so many rows: lists of (number, above this id, up to this id)."""
    piece, held = [], 0
    ends = Block.objects.values_list("number", "last_id", "rows").iterator()
    for (_, after, _), (number, until, count) in pairwise(_with_start(ends)):
        piece.append((number, after, until))
        held += count
        if held >= rows:
            yield piece
            piece, held = [], 0
    if piece:
        yield piece


def _with_start(ends: Iterable[Span]) -> Iterator[Span]:
    yield 0, START, 0
    yield from ends


def altered(piece: Sequence[Span]) -> Iterator[str]:
    """Sentences: which rows of a piece are not as they were sealed."""
    sealed = dict(Block.objects.filter(number__in=[row[0] for row in piece]).values_list("number", "content"))
    found = contents(piece)
    for number, after, until in piece:
        if found[number] != sealed[number]:
            yield from _named(number, lines(after, until))


def _named(number: int, found: Sequence[Line]) -> Iterator[str]:
    before = _by_id(bytes(Block.objects.get(number=number).marks))
    now = _by_id(marks(found))
    words = {
        "was added after": now.keys() - before,
        "was removed after": before.keys() - now,
        "was changed after": {pk for pk in before.keys() & now if before[pk] != now[pk]},
    }
    for what, ids in words.items():
        for pk in sorted(ids):
            yield f"Transfer {pk} {what} block {number} was sealed"
    if not any(words.values()):
        yield f"Block {number} holds other rows than were sealed"


def _by_id(found: bytes) -> dict[int, bytes]:
    parts = (found[start : start + MARK] for start in range(0, len(found), MARK))
    return {int.from_bytes(part[:8], "big", signed=True): part[8:] for part in parts}
