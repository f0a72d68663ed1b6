"""Reading the ledger as one moment saw it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is as one moment saw it, from the first reading on, and nobody waits for it.

    A transaction that only reads: within another one it goes along with that. SQLite's usual mode here takes the
    lock of the only writer at once, whatever comes.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with _deferred(), transaction.atomic():
            yield


@contextmanager
def _deferred() -> Iterator[None]:
    connection.ensure_connection()  # which sets the mode
    sqlite: Any = connection  # only its own has the mode
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        sqlite.transaction_mode = usual


@contextmanager
def whole_ledger() -> Iterator[CursorWrapper]:
    """A cursor for statements that read all of it, in one moment: with room to sort and count, not compiled first."""
    with one_moment(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SET LOCAL jit = off")
        yield cursor
