"""F9: transfers are never changed or deleted, by anyone, by any road."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from bank.models import Account, Balance, Transfer
from tests import factories
from tests.bank.ledger_cases import a_bank, moved

REFUSED = "transfers are never changed or deleted"
COLUMNS = ", ".join(field.column for field in Transfer._meta.local_fields)
ON_POSTGRESQL = connection.vendor == "postgresql"
BY_SQL = [
    "UPDATE bank_transfer SET amount = 1",
    "UPDATE bank_transfer SET reason = 'Another'",
    "DELETE FROM bank_transfer",
    f"INSERT INTO bank_transfer ({COLUMNS}) SELECT {COLUMNS} FROM bank_transfer WHERE true "
    "ON CONFLICT (key) DO UPDATE SET amount = 1",
    *(
        ["TRUNCATE bank_transfer CASCADE", "TRUNCATE bank_account CASCADE"]
        if ON_POSTGRESQL
        else [f"INSERT OR REPLACE INTO bank_transfer ({COLUMNS}) SELECT {COLUMNS} FROM bank_transfer"]
    ),
]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def row():
    debit, credit, _ = a_bank()
    found = moved(debit, credit, 25, "1")
    connection.check_constraints()  # else the checks put off to the end refuse a TRUNCATE already
    return found


@pytest.fixture
def everything(row):
    """What is there, as a function: to be compared before and after."""

    def everything():
        tables = (Transfer, Account, Balance)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    return everything


@pytest.mark.parametrize("statement", BY_SQL)
def test_f9_sql_is_refused(everything, statement):
    before = everything()
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert everything() == before


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no MERGE")
def test_f9_merge_is_refused(everything):
    before = everything()
    merge = """MERGE INTO bank_transfer t USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET amount = 1"""
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(merge)
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.delete(),
        lambda row: row.save(),
        lambda row: Transfer.objects.all().delete(),
        lambda row: Transfer.objects.all()._raw_delete("default"),
        lambda row: Transfer.objects.update(amount=1),
        lambda row: Transfer.objects.bulk_update([row], ["amount"]),
        lambda row: Transfer.objects.update_or_create(key=row.key, defaults={"amount": 1}),
        lambda row: Transfer.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["key"], update_fields=["amount"]
        ),
    ],
    ids=["delete", "save", "delete all", "raw delete", "update", "bulk update", "update or create", "upsert"],
)
def test_f9_the_orm_is_refused(row, everything, change):
    before = everything()
    row.amount = 1
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        change(row)
    assert everything() == before


def test_f9_the_same_row_written_again_under_its_id_is_refused(row, everything):
    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic():
        Transfer.objects.bulk_create([row])
    assert everything() == before


def test_f9_the_admin_is_refused(row, everything):
    before = everything()
    superuser = factories.UserFactory(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(superuser)
    fields = {name: getattr(row, name) for name in ("amount", "released", "kind", "reason", "key")} | {"amount": 1}
    change, delete, add = (
        reverse("admin:bank_transfer_change", args=[row.pk]),
        reverse("admin:bank_transfer_delete", args=[row.pk]),
        reverse("admin:bank_transfer_add"),
    )
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    listed = client.post(reverse("admin:bank_transfer_changelist"), bulk)
    answers = [client.post(change, fields), client.post(delete, {"post": "yes"}), client.post(add, fields)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert listed.status_code != 500
    assert everything() == before
    page = client.get(change).content.decode()
    assert 'name="amount"' not in page
    assert "deletelink" not in page
