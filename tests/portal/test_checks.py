"""The age of a database; tests/house starts the commands that say it."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management.base import SystemCheckError
from django.db import connection

from portal import checks, schema

OF_BEFORE = (
    "CREATE TABLE IF NOT EXISTS django_migrations (id integer, app varchar(255), name varchar(255), applied timestamp)",
    "DELETE FROM django_migrations",
    "INSERT INTO django_migrations (id, app, name, applied) VALUES (1, 'exchange', '0001_initial', '2026-01-05')",
)


def check():
    return run_checks(tags=[Tags.database], databases=["default"])


@pytest.mark.django_db
def test_this_database_is_young_enough():
    assert check() == []


@pytest.mark.django_db
def test_one_with_the_banks_former_table_is_too_old():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE exchange_transfer (id integer)")
    with pytest.raises(SystemCheckError) as refused:
        check()
    assert str(refused.value) == checks.TOO_OLD


@pytest.mark.django_db
def test_one_that_migrations_of_before_made_is_too_old():
    with connection.cursor() as cursor:
        for statement in OF_BEFORE:
            cursor.execute(statement)
    with pytest.raises(SystemCheckError):
        check()


@pytest.mark.parametrize("apps", [set(), {"staff", "schools"}, {"exchange", "bank"}])
def test_an_empty_one_and_one_of_this_version_are_not(apps):
    assert not schema.is_too_old([], apps)
