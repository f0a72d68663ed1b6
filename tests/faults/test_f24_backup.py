"""F24: backup, drop, restore: rows and the head of the ledger's chain are equal, on both databases."""

import json
import shutil
import stat
import zipfile

import pytest
from django.db import connection

from portal import backup
from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.fault]

KEYS = {"LEDGER_KEYS": "first:a fictional secret"}
COMMON = """
import json, zipfile
from io import StringIO
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from datetime import timedelta
from portal import backup
from bank import chain, checkpoints
from bank.models import Account, Block, Transfer
from exchange.models import Visit
from tests.exchange.cases import *
from tests.bank.ledger_cases import moved

def facts():
    with connection.cursor() as cursor:
        return backup._facts(cursor)

def one_more(key, **fields):
    schools = Account.objects.filter(kind="school")
    moved(schools[0], schools[1], 25, key, **fields)

def later(key):
    one_more(key)
    chain.seal(); checkpoints.record()

def said(*command, **options):
    out = StringIO()
    try:
        call_command(*command, stdout=out, **options)
    except CommandError as error:
        return str(error)
    return out.getvalue().strip()
"""
BEFORE = """
cast = make_cast()
actions.confirmations.confirm(visit=a_logged_visit(cast, an_agreement(cast)), by=cast.head)
client = Client()
client.force_login(cast.head)
UserSession.objects.update_or_create(
    session_key=client.session.session_key, defaults={"user": cast.head, "ip": "127.0.0.1"}
)
chain.seal(); checkpoints.record()
one_more("not sealed in the backup", posted_at=timezone.now() - timedelta(hours=2))
found = {"facts": facts(), "said": [said("backup", FILE), said("backup", FILE)]}
later("after the backup")
with zipfile.ZipFile(FILE) as whole:
    manifest, content = json.loads(whole.read("manifest.json")), whole.read("database")
def make(file, manifest, content):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("database", content)
make(DAMAGED, manifest, content[:-1000])
manifest["counts"]["usersessions_usersession"] = 1  # as an older version counted them
make(OLDER, manifest, content)
make(NAMELESS, [manifest], content)
found["said"].append(said("restore", FILE, why="the disk failed"))
found["said"].append(said("restore", DAMAGED, why="x", replace=True))
found["said"].append(said("restore", NO_BACKUP, why="x", replace=True))
found["said"].append(said("restore", NAMELESS, why="x", replace=True))
found["transfers"] = Transfer.objects.count()
print(json.dumps(found))
"""
AFTER = """
found = {"said": [said("restore", FILE, why="the disk failed")], "facts": facts()}
found |= {"blocks": list(Block.objects.values_list("number", "declared")), "visits": Visit.objects.count()}
found["sessions"] = Session.objects.count() + UserSession.objects.count()
later("after the restore")  # the triggers work, and the chain goes on
found["said"].append(said("restore", OLDER, why="once more", replace=True))
checkpoints._current().write_text("2026-09-01 00000000-0000-4000-8000-000000000000 The one before\\n")
found["said"].append(said("restore", FILE, why="this is the right one", replace=True))
found["said"].append(said("verify_ledger", another_ledger="The portal moved here"))
print(json.dumps(found))
"""


@pytest.fixture
def fresh(request, tmp_path):
    """Makes the installation with its tables; again and without: its database was dropped, and is empty."""
    if connection.vendor == "postgresql":
        database = request.getfixturevalue("postgres_database")

        def make(*, tables):
            installation = Installation(tmp_path, database=database(), **KEYS)
            if tables:
                installation.make_tables()
            return installation
    else:
        migrated = request.getfixturevalue("migrated")

        def make(*, tables):
            for file in tmp_path.glob("portal.sqlite3*"):
                file.unlink()
            if tables:
                shutil.copy(migrated, tmp_path)
            return Installation(tmp_path, **KEYS)

    return make


def test_f24_backup_drop_restore(fresh, tmp_path):
    names = ("FILE", "DAMAGED", "OLDER", "NAMELESS", "NO_BACKUP")
    files = {name: tmp_path / f"{name.lower()}.backup" for name in names}
    file, no_backup = files["FILE"], files["NO_BACKUP"]
    no_backup.write_text("Dear Ada")
    places = "".join(f"{name} = {str(path)!r}\n" for name, path in files.items())
    before = json.loads(fresh(tables=True).run(COMMON + places + BEFORE))
    assert before["said"] == [
        str(file),
        f"{file} is there already.",
        "The database is not empty. With --replace everything in it is given up.",
        "The backup is damaged: its checksum is wrong. Nothing was changed.",
        f"{no_backup} cannot be read as a backup (BadZipFile).",
        f"{files['NAMELESS']} is no backup: its manifest does not say what it holds.",
    ]
    assert (before["facts"]["counts"]["bank_transfer"], before["transfers"]) == (3, 4)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    manifest = json.loads(zipfile.ZipFile(file).read("manifest.json"))
    assert {name: manifest[name] for name in before["facts"]} == before["facts"]

    after = json.loads(fresh(tables=False).run(COMMON + places + AFTER))
    assert [words.partition(". Ledger")[0] for words in after["said"]] == [
        "No findings", "No findings", "1 finding", "No findings",
    ]  # fmt: skip
    assert [number for number, _ in after["blocks"]] == [1, 2, 3]
    assert after["blocks"][1][1].endswith(": the disk failed")
    assert after["facts"]["counts"] == before["facts"]["counts"] | {"bank_block": 3}
    assert (after["visits"], after["sessions"]) == (1, 0)
    assert after["facts"]["migrations"] == before["facts"]["migrations"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite needs none")
def test_f24_without_the_servers_programs_there_is_a_sentence(monkeypatch, tmp_path, transactional_db):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(backup.BackupError, match=r"^pg_dump is not on the PATH: install PostgreSQL's programs"):
        backup.write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def no_hard_links(*places):
    raise PermissionError("Operation not permitted")


@pytest.fixture
def share(monkeypatch, tmp_path):
    """A folder of a disk without hard links, and a new file to be placed in it."""
    monkeypatch.setattr(backup.os, "link", no_hard_links)
    (tmp_path / "new").write_text("a long new backup")
    return tmp_path


def test_f24_a_share_without_hard_links_takes_one_all_the_same(share):
    backup._place(share / "new", share / "kept")
    assert (share / "kept").read_text() == "a long new backup"
    assert stat.S_IMODE((share / "kept").stat().st_mode) == 0o600


def test_f24_what_is_there_already_stays_there(share, monkeypatch):
    (share / "kept").write_text("another one")
    for _ in range(2):
        with pytest.raises(FileExistsError):
            backup._place(share / "new", share / "kept")
        monkeypatch.undo()  # with hard links too
    assert (share / "kept").read_text() == "another one"


def test_f24_of_a_share_that_fails_half_way_nothing_is_left(share, monkeypatch):
    def fill(source, target, length):
        target.write(source.read(10))
        raise OSError("No space left on device")

    monkeypatch.setattr(backup.shutil, "copyfileobj", fill)
    with pytest.raises(OSError, match="No space left on device"):
        backup._place(share / "new", share / "kept")
    assert not (share / "kept").exists()


def test_f24_where_nothing_can_be_written_there_is_a_sentence():
    with pytest.raises(backup.BackupError, match=r"^The backup cannot be written to /proc/kept \(\w+Error\)\.$"):
        backup.write("/proc/kept")
