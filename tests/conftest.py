import gc
import os
from contextlib import nullcontext

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.management.commands import flush
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from bank import triggers
from tests import shared_data, signing_in
from tests.demo.cases import make_demo, noon
from tests.exchange.cases import make_cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs an event loop
TODAY = timezone.localdate()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test on shared data has a savepoint of its own on top. The demonstration comes first and together, as
    it takes longest: one process loads it once, while the others go on."""
    for item in items:
        if "set_up_shared" in item.fixturenames:
            item.add_marker(pytest.mark.django_db)
        if "demo" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: "demo" not in item.fixturenames)


def pytest_collection_finish():
    """What is imported by now stays: the garbage collector would look at all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(autouse=True, scope="session")
def light_settings():
    """Static files without a manifest, no mail on disk, and passwords that cost nothing."""
    with override_settings(
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        RELAY_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SECOND_FACTOR_REQUIRED=False,  # the tests of it turn it on
        ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 60 * 60,  # who signs in with shared data stays in while it stands
    ):
        yield


@pytest.fixture(autouse=True, scope="session")
def signed_in_recently():
    user_logged_in.connect(signing_in.count_as_recent)
    yield
    user_logged_in.disconnect(signing_in.count_as_recent)


@pytest.fixture(autouse=True, scope="class")
def day_of_the_run():
    """Modules and shared data keep a date for today: when the run goes on past midnight, it stays the day it began."""
    past = timezone.localdate() - TODAY
    with time_machine.travel(timezone.now() - past) if past else nullcontext():
        yield


@pytest.fixture(autouse=True, scope="class")
def only_its_own_shared_data(request, django_db_blocker, day_of_the_run):
    """A test sees no shared data but its own. That changes before the test's transaction, so at a class's scope,
    which for a function is the function."""
    wanted = request.fixturenames if "set_up_shared" in request.fixturenames else ()
    with django_db_blocker.unblock():
        shared_data.tear_down(unless=wanted)


@pytest.fixture(scope="session")
def no_shared_data_is_left(django_db_setup, django_db_blocker):
    yield
    with django_db_blocker.unblock():
        shared_data.tear_down()


@pytest.fixture(scope="class")
def set_up_shared(no_shared_data_is_left, django_db_blocker):
    """For a fixture of shared data, of the same scope: set_up_shared(its name, how it is made, what that needs)."""
    with django_db_blocker.unblock():
        yield shared_data.set_up


@pytest.fixture(scope="class")
def cast(set_up_shared):
    """The fixed cast: one asks, one leads at another school, one is a stranger, one coordinates."""
    return set_up_shared("cast", make_cast)


@pytest.fixture(scope="class")
def demo(set_up_shared):
    set_up_shared("demo", make_demo)
    with noon():
        yield


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
