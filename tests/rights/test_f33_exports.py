"""What a spreadsheet opens: no text of a person's becomes a formula, and numbers stay numbers."""

import csv
import io
import re

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from bank import posting
from exchange import actions
from schools.models import School
from staff.models import Person
from tests.exchange.cases import a_logged_visit, an_agreement, look, make_cast

pytestmark = pytest.mark.slow

STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
NUMBER = re.compile(r"-?\d+(\.\d+)?$")


@pytest.fixture(scope="class")
def cast(set_up_shared):
    return set_up_shared("cast", make_cast)


@pytest.fixture
def worked(cast):
    commission = an_agreement(cast, days=200)
    visit = a_logged_visit(cast, commission, days=200)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return cast


def name_everything(cast, start):
    """Every name and reason that an export shows begins like a formula."""
    for school in (cast.asking, cast.giving, cast.other):
        School.objects.filter(pk=school.pk).update(name=f"{start} {school.name}")
    Person.objects.update(name=f"{start} Person")
    type(cast.alliance).objects.filter(pk=cast.alliance.pk).update(name=f"{start} Alliance")
    actions.movements.give(
        account=posting.school_account(cast.alliance, cast.giving), by=cast.home_head, amount=25, key="gift",
        to=posting.fund_account(cast.alliance), reason=f"{start} for all",
    )  # fmt: skip


def command(name, *options):
    out = io.StringIO()
    call_command(name, "--alliance", "netherby", *options, stdout=out)
    return out.getvalue()


def csv_cells(text):
    return [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) for cell in row]


def exports(client, cast):
    """{name: its cells}, of every table that leaves the portal."""
    coordinator, slug = cast.coordinator, cast.alliance.slug
    export = "admin:bank_account_export"
    sheet = look(client, coordinator, reverse(export, args=["xlsx"])).content
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    assert [cell.data_type for row in book.active for cell in row if cell.data_type == "f"] == []
    return {
        "bank.csv": csv_cells(look(client, coordinator, reverse("exchange:bank_csv", args=[slug])).content.decode()),
        "statement.csv": csv_cells(
            look(client, cast.head, reverse("exchange:statement_csv", args=[cast.asking.pk])).content.decode()
        ),
        "balances.csv": csv_cells(look(client, coordinator, reverse(export, args=["csv"])).content.decode()),
        "balances.xlsx": [cell.value for row in book.active for cell in row if cell.value is not None],
        "balances command": csv_cells(command("balances", "--format", "csv")),
        "ledger command": csv_cells(command("export_ledger", "--format", "csv")),
    }


@pytest.mark.parametrize("start", STARTS)
def test_f33_no_cell_begins_a_formula(client, worked, start):
    name_everything(worked, start)
    for name, cells in exports(client, worked).items():
        texts = [cell for cell in cells if isinstance(cell, str) and not NUMBER.match(cell)]
        assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], name
        assert any(start.strip() in text for text in texts), f"{name} shows none of the names"


def test_f33_numbers_are_not_touched(client, worked):
    found = exports(client, worked)
    for name in ("bank.csv", "balances.csv", "balances command", "statement.csv", "ledger command"):
        assert {"-2", "-2.00"} & set(found[name]), name
        assert [cell for cell in found[name] if re.match(r"'[-+]?\d", cell)] == [], name
    assert -2 in found["balances.xlsx"]


@pytest.mark.parametrize("start", STARTS)
def test_f33_the_journal_is_read_as_it_is_written(worked, start):
    """hledger has no formulas; a name must only not end its line or its account."""
    name_everything(worked, start)
    journal = command("export_ledger", "--format", "hledger")
    assert "\t" not in journal
    assert "\r" not in journal
    assert re.search(r"^    school:\d+ .*Ashgrove  -2\.00 DAY$", journal, re.MULTILINE)
