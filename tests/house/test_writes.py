"""The watcher of rows notices every way to write: what it does not notice, no walk would."""

import pytest
from django.db import connection

from schools.models import School
from tests import factories
from tests.bank.ledger_cases import a_bank, moved
from tests.writes import capture_writes

pytestmark = pytest.mark.django_db
TABLE = School._meta.db_table


@pytest.fixture
def school():
    return factories.SchoolFactory(name="Ashgrove")


def by_sql(school):
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{TABLE}" SET name = %s', ["Birchwood"])


def by_many_statements(school):
    with connection.cursor() as cursor:
        cursor.executemany(f'DELETE FROM "{TABLE}" WHERE urn = %s', [(school.urn,), (1,)])


@pytest.mark.parametrize(
    "write",
    [
        lambda school: factories.SchoolFactory(),
        lambda school: School.objects.filter(pk=school.pk).update(name="Birchwood"),
        lambda school: school.delete(),
        lambda school: School.objects.bulk_create([factories.SchoolFactory.build()]),
        lambda school: School.objects.bulk_create([factories.SchoolFactory.build()], ignore_conflicts=True),
        lambda school: School.objects.get_or_create(urn=1, defaults={"name": "Birchwood"}),
        by_sql,
        by_many_statements,
    ],
)
def test_every_write_is_noticed(school, write):
    with capture_writes() as writes:
        write(school)
    assert writes.changed() == {TABLE}


def test_what_is_written_and_stays_as_it_was_is_touched_and_not_changed(school):
    with capture_writes() as writes:
        school.save()
    assert (writes.touched, writes.changed()) == ({TABLE}, set())


def test_reading_is_not_writing(school):
    with capture_writes() as writes:
        assert School.objects.get() == school
    assert (writes.touched, writes.changed()) == (set(), set())


def test_what_it_does_not_understand_is_an_error(school):
    with capture_writes(), connection.cursor() as cursor, pytest.raises(AssertionError, match="Does this write"):
        cursor.execute(f"WITH one AS (SELECT 1) UPDATE {TABLE} SET name = ''")


def test_what_a_trigger_writes_is_noticed():
    first, second, _ = a_bank()
    with capture_writes() as writes:
        moved(first, second, 100, "key")
    assert writes.changed() >= {"bank_transfer", "bank_account", "bank_balance"}
