"""Whether the database has the tables of this version, or is too old to get them."""

from collections.abc import Collection, KeysView
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_too_old(tables: Collection[str], apps: Collection[str]) -> bool:
    """Whether a database of these tables, made by migrations of these apps, is of before 0.1.0.

    The bank was a part of the exchange then.
    """
    return "exchange_transfer" in tables or ("exchange" in apps and "bank" not in apps)


def is_migrated() -> bool:
    return _on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _on_disk() -> KeysView[tuple[str, str]]:
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()
