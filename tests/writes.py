"""Which tables are written to, and how they stood before: for writes what CaptureQueriesContext is for queries."""

import re
from contextlib import contextmanager

from django.db import connection

from bank import triggers

WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
READS = re.compile(r"[\s(]*(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SET|PRAGMA)\b")
#: Who is signed in and how often somebody failed to is not what the matrix is about.
LEFT_OUT = {"django_session", "django_cache", "django_migrations", "usersessions_usersession", "sqlite_sequence"}
#: A table whose triggers write to others: see bank/triggers.py.
WITH_TRIGGERS = {triggers.TRANSFER: ("bank_account", "bank_balance")}


def content(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return sorted(map(repr, cursor.fetchall()))


class CapturedWrites:
    """The rows of every table that is written to, as they stood before the first write."""

    def __init__(self):
        self.before = {}

    def _note(self, execute, sql, params, many, context):
        """Every statement comes by here; one that is neither read nor understood is an error."""
        if written := WRITES.match(sql):
            for table in {written[1], *WITH_TRIGGERS.get(written[1], ())} - LEFT_OUT - self.before.keys():
                self.before[table] = content(table)
        else:
            assert READS.match(sql), f"Does this write? {sql}"
        return execute(sql, params, many, context)

    @property
    def touched(self):
        return set(self.before)

    def changed(self):
        """The tables that were written to and whose rows are not what they were."""
        return {table for table, rows in self.before.items() if content(table) != rows}


@contextmanager
def capture_writes():
    """The writes of what is done inside; afterwards still what they changed."""
    writes = CapturedWrites()
    with connection.execute_wrapper(writes._note):
        yield writes
