"""A broken module and an old database are answered by one sentence, never by a trace."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.faults.installation import ROOT, Installation, fetch

pytestmark = pytest.mark.slow  # they start processes

SETTINGS = """
from alliance.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "broken_app"]
"""
RAISES = "raise RuntimeError('The cupboard is bare')"
TWICE = """
from portal import clock


def sweep(day):
    pass


clock.act(sweep)
clock.act(sweep)
"""
BARE = "broken_app.menu cannot be loaded: RuntimeError: The cupboard is bare"
SWEPT_TWICE = (
    "broken_app.clock cannot be loaded: ImproperlyConfigured: "
    "The job of the clock “broken_app.clock.sweep” is registered twice."
)
TOO_OLD = "This database was made before 0.1.0. Start with an empty one, or restore a backup made since."


def ended(environment, *command):
    """How a process ended: (status, what it said on stderr)."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr.strip()


# A broken module -------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path):
    """The environment of a portal with an app more, and a function that gives it a module."""
    app = tmp_path / "broken_app"
    app.mkdir()
    (app / "__init__.py").touch()
    (tmp_path / "broken_settings.py").write_text(SETTINGS)
    environment = Installation(tmp_path).environment | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "broken_settings",
    }
    return environment, lambda name, text: (app / f"{name}.py").write_text(text)


def test_each_broken_module_is_named_in_a_sentence(broken):
    environment, write = broken
    write("menu", RAISES)
    write("clock", TWICE)
    status, said = ended(environment, "manage.py", "check")
    assert status == 1
    assert f"?: (portal.E001) {BARE}\n" in said
    assert f"?: (portal.E001) {SWEPT_TWICE}\n" in said
    assert "Traceback" not in said


def test_what_others_import_from_it_hides_no_sentence(broken):
    environment, write = broken
    write("rules", RAISES)
    write("admin", "from . import rules")
    status, said = ended(environment, "manage.py", "check")
    assert (status, said) == (1, BARE.replace("menu", "rules"))


@pytest.mark.parametrize(
    "command",
    [
        ("-c", "import alliance.wsgi"),
        ("-m", "celery", "--app", "alliance", "worker", "--pool", "solo"),
        ("-m", "celery", "--app", "alliance", "beat"),
    ],
    ids=["web", "worker", "beat"],
)
def test_nothing_starts_with_a_broken_module(broken, command):
    environment, write = broken
    write("menu", RAISES)
    status, said = ended(environment, *command)
    assert status != 0
    assert said.splitlines()[-1].endswith(BARE)


# An old database -------------------------------------------------------------------------------

TABLE = "CREATE TABLE exchange_transfer (id integer PRIMARY KEY, amount integer)"
MIGRATIONS = (
    "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255), applied datetime)"
)
APPLIED = """
INSERT INTO django_migrations (app, name, applied) VALUES
    ('staff', '0001_initial', '2026-01-05'), ('exchange', '0001_initial', '2026-01-05'),
    ('exchange', '0002_initial', '2026-01-05')
"""


def old_database(folder, *statements):
    installation = Installation(folder)
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return installation


@pytest.mark.parametrize("layout", [[TABLE], [MIGRATIONS, APPLIED]], ids=["its table", "its migrations"])
def test_migrate_refuses_a_database_of_before(tmp_path, layout):
    installation = old_database(tmp_path, *layout)
    assert ended(installation.environment, "manage.py", "migrate", "--verbosity", "0") == (1, TOO_OLD)


def test_it_is_not_ready_with_one(tmp_path):
    with old_database(tmp_path, TABLE, MIGRATIONS, APPLIED).web() as address:
        status, text = fetch(f"{address}/readyz")
    assert (status, '"migrations": "not ok"' in text) == (503, True)
