import os

import pytest
from django.core.management.commands import flush
from django.db import connections

from exchange.bank import triggers

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs an event loop


@pytest.fixture(autouse=True)
def light_settings(settings):
    """Static files without a manifest, no mail on disk, and passwords that cost nothing."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_triggers():
    """The flush after a transactional test empties every table; only here are the triggers lifted."""
    ordinary = flush.Command.handle

    def handle(self, **options):
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
            else:
                for name in triggers.NAMES:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        try:
            ordinary(self, **options)
        finally:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET session_replication_role = DEFAULT")
            triggers.install(options["database"])

    flush.Command.handle = handle
    yield
    flush.Command.handle = ordinary
