"""A backup of before 0.1.0 is refused; tests/faults restores those that are read."""

import hashlib
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from portal import backup
from schools.models import School
from tests import factories

pytestmark = pytest.mark.django_db
BEFORE = {"counts": {"exchange_transfer": 2}, "migrations": ["exchange.0001_initial", "exchange.0002_initial"]}


@pytest.fixture
def old(tmp_path):
    content = b"tables of before"
    manifest = {
        "format": backup.FORMAT, "made_at": "2026-01-05T09:00:00+00:00", "vendor": "sqlite", "head": None,
        "sha256": hashlib.sha256(content).hexdigest(), **BEFORE,
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "old.backup", "w") as archive:
        archive.writestr(backup.MANIFEST, json.dumps(manifest))
        archive.writestr(backup.CONTENT, content)
    return tmp_path / "old.backup"


def test_one_of_before_is_refused_and_nothing_is_changed(old):
    school = factories.SchoolFactory()
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(old), why="The disk broke", replace=True)
    assert str(refused.value) == (
        "The backup was made before 0.1.0, which this version does not read. Nothing was changed."
    )
    assert list(School.objects.all()) == [school]
