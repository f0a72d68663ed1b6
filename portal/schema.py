"""Whether the database has the tables of this version."""

from collections.abc import KeysView
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_migrated() -> bool:
    return _on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _on_disk() -> KeysView[tuple[str, str]]:
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()
