"""The text of each transfer that is sealed: every column, the same on both databases, whatever their settings.

Numbers first, then the lengths of the texts in bytes, then the texts: so no text can pass for two others. Dates
and moments are days and microseconds from the start of 2000, in hexadecimal, as PostgreSQL keeps them. Of five
million rows each part costs a quarter of a second: so three lengths are one number, and the texts one part.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .moment import whole_ledger

NUMBERS = ("id", "debit_id", "credit_id", "amount", "released")
TEXTS = ("kind", "cause_kind", "cause_id", "posted_by", "reason", "key")
COLUMNS = (*NUMBERS, "reverses_id", "occurred_on", "posted_at", *TEXTS)
BASE = 2**20  # above every length

Line = tuple[int, str]  # a transfer's id and text
Span = tuple[int, int, int]  # a block's number, above which id it begins, and up to which it goes


def _lengths(*names: str) -> str:
    first, second, third = (f"octet_length({name})" for name in names)
    return f"{first} + ({second} + {third}::bigint * {BASE}) * {BASE}"


LINE = f"""concat_ws('|', {", ".join(NUMBERS)}, 'r' || reverses_id, date_send(occurred_on), timestamptz_send(posted_at),
    {_lengths(*TEXTS[:3])}, {_lengths(*TEXTS[3:])}, {" || ".join(TEXTS)})"""
# The inner order is the order in which the aggregate takes the rows.
CONTENTS = f"""
    SELECT block.number, (
        SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n'), ''), 'UTF8')), 'hex')
        FROM (SELECT {LINE} AS line FROM bank_transfer
              WHERE id > block.after AND id <= block.until ORDER BY id) AS ordered)
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS block (number, after, until)"""  # noqa: S608  our own columns
FIRST_DAY = date(2000, 1, 1)
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def lines(after: int, until: int, most: int | None = None) -> list[Line]:
    """[(id, text)] of the transfers above one id and up to another, in the order of their ids; not more than `most`."""
    on_postgresql = connection.vendor == "postgresql"
    # As text, so that on SQLite a cell nobody should have written is compared like any other.
    columns = LINE if on_postgresql else ", ".join(f"CAST({name} AS text)" for name in COLUMNS)
    limit = "" if most is None else f"LIMIT {int(most)}"
    query = f"""
        SELECT id, {columns} FROM bank_transfer
        WHERE id > %s AND id <= %s ORDER BY id {limit}"""  # noqa: S608  our own columns, an int
    with _reading() as cursor:
        cursor.execute(query, [after, until])
        found = cursor.fetchall()
    return found if on_postgresql else [(pk, line(*cells)) for pk, *cells in found]


def content(found: Iterable[Line]) -> str:
    """SHA-256 of rows as `lines` returns them."""
    return hashlib.sha256("\n".join(text for _, text in found).encode()).hexdigest()


def contents(blocks: Sequence[Span]) -> dict[int, str]:
    """{number: SHA-256 of its rows} of blocks (number, above this id, up to this id)."""
    if connection.vendor != "postgresql":
        return {number: content(lines(after, until)) for number, after, until in blocks}
    with _reading() as cursor:
        cursor.execute(CONTENTS, [list(column) for column in zip(*blocks, strict=True)])
        return dict(cursor.fetchall())


@contextmanager
def _reading() -> Iterator[CursorWrapper]:
    with whole_ledger() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL bytea_output = 'hex'")
        yield cursor


def line(*cells: str | None) -> str:
    """The same text as PostgreSQL's, of cells in the order of COLUMNS, each a text or None."""
    numbers, (reverses, on, at), texts = cells[:5], cells[5:8], cells[8:]
    parts = [*numbers, reverses and f"r{reverses}", _day(on), _moment(at)]
    there = [text for text in texts if text is not None]
    if len(there) == len(texts):
        lengths = [len(text.encode()) for text in there]
        parts += [_packed(*lengths[:3]), _packed(*lengths[3:]), "".join(there)]
    return "|".join(part for part in parts if part is not None)


def _packed(first: int, second: int, third: int) -> str:
    return str(first + (second + third * BASE) * BASE)


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return rf"\x{struct.pack('>i', (date.fromisoformat(text) - FIRST_DAY).days).hex()}"
    except ValueError:
        return text


def _moment(text: str | None) -> str | None:
    """SQLite keeps moments in UTC, without saying so."""
    if text is None:
        return None
    try:
        since = datetime.fromisoformat(text).replace(tzinfo=UTC) - FIRST_MOMENT
    except ValueError:
        return text
    return rf"\x{struct.pack('>q', since // timedelta(microseconds=1)).hex()}"
