"""Reading the ledger as one moment saw it."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment():
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
def _deferred():
    connection.ensure_connection()  # which sets the mode
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual


@contextmanager
def whole_ledger():
    """A cursor for statements that read all of it, in one moment: with room to sort and count, not compiled first."""
    with one_moment(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SET LOCAL jit = off")
        yield cursor
