"""F25: every migration forward, back and forward again with rows in the tables; the ledger's triggers are there."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.fault]

THERE_AND_BACK = """
import json
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from exchange.ledger import verification
from bank import triggers
from bank.models import Transfer
from exchange.models import Visit
from staff.models import User
from tests.exchange.cases import *

cast = make_cast()
actions.confirmations.confirm(visit=a_logged_visit(cast, an_agreement(cast)), by=cast.head)
before = (Transfer.objects.count(), Visit.objects.count(), User.objects.count())
names = {app: [] for app in ("exchange", "staff", "portal", "bank", "schools")}
for app, name in sorted(MigrationLoader(None).disk_migrations):
    if app in names:
        names[app].append(name)
first = "0001"  # what made the tables: back from it no row is left
later, steps = sum(len(all_names) - 1 for all_names in names.values()), 0
triggers.make_way(plan=["back"])
for app, all_names in names.items():
    for name in reversed(all_names[:-1]):
        if name[:4] >= first:
            executor = MigrationExecutor(connection)
            executor.migrate([(app, name)])
            steps += 1
triggers.install()  # as an installation that is updated has them
call_command("migrate", verbosity=0, interactive=False)
after = (Transfer.objects.count(), Visit.objects.count(), User.objects.count())
found = list(verification.findings(verification.checks()))
try:
    Transfer.objects.update(amount=1); refused = False
except Exception as error:
    refused = "transfers are never changed" in str(error)
print(json.dumps([before == after, after[0], steps == later, triggers.missing(), found, refused]))
"""


def test_f25_every_migration_there_and_back_with_rows(request, tmp_path):
    on_postgresql = connection.vendor == "postgresql"
    installation = Installation(
        tmp_path, database=request.getfixturevalue("postgres_database")() if on_postgresql else ""
    )
    installation.make_tables()
    assert json.loads(installation.run(THERE_AND_BACK)) == [True, 2, True, [], [], True]


def test_f25_no_model_has_changed_without_a_migration(db, settings, capsys):
    settings.MIGRATION_MODULES = {}
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out
