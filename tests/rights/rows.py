"""Whether rows change: every table as it stands, and which of them somebody has tried to write to."""

import re
from contextlib import contextmanager
from functools import cache

from django.db import connection

WRITES = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
#: Who is signed in and how often somebody failed to is not what the matrix is about.
LEFT_OUT = {"django_session", "django_cache", "django_migrations", "usersessions_usersession", "sqlite_sequence"}


@cache
def tables():
    return sorted(set(connection.introspection.table_names()) - LEFT_OUT)


def content(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return sorted(map(repr, cursor.fetchall()))


class Rows:
    """The rows as they stood at the beginning."""

    def __init__(self):
        self.before = {table: content(table) for table in tables()}
        self.touched = set()

    def _note(self, execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found:
            self.touched.add(found[1])
        return execute(sql, params, many, context)

    def changed(self):
        """The tables, of those that were written to, whose rows are not what they were."""
        return {table for table in self.touched & self.before.keys() if content(table) != self.before[table]}


@contextmanager
def watched():
    """The rows, while what is done is looked at."""
    rows = Rows()
    with connection.execute_wrapper(rows._note):
        yield rows
