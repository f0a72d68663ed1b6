"""manage.py balances: every account of a bank, for people and for programs."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from bank import posting
from bank.models import Transfer
from tests import factories

pytestmark = pytest.mark.django_db
HEADER = ["urn", "school", "given", "received", "levy", "other", "net", "held", "available"]


@pytest.fixture
def bank():
    """Ashgrove was helped by Birchwood five days in 2026 to 2027, and one in the year before."""
    alliance = factories.AllianceFactory(name="Netherby Schools", slug="netherby", policy_version__limit=-1000)
    ashgrove = factories.member(alliance, urn=900101, name="Ashgrove")
    birchwood = factories.member(alliance, urn=900102, name="Birchwood")
    receiver, giver = (posting.school_account(alliance, school) for school in (ashgrove, birchwood))
    for number, amount, on in ((1, 500, date(2026, 10, 1)), (2, 100, date(2026, 8, 31))):
        posting.post_visit(
            giver=giver, receiver=receiver, amount=amount, levy_percent=10, occurred_on=on, cause_id=number, by="clock"
        )
    posting.hold(receiver, 150, cause_kind="leg", cause_id=1)
    return alliance


def run(*options):
    out, err = io.StringIO(), io.StringIO()
    call_command("balances", *options, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def as_csv(*options):
    return list(csv.reader(io.StringIO(run("--alliance", "netherby", "--format", "csv", *options))))


def test_it_prints_all_time_for_every_school_then_the_fund_and_the_outside(bank):
    assert as_csv() == [
        HEADER,
        ["900101", "Ashgrove", "0.00", "6.00", "0.00", "0.00", "-6.00", "1.50", "2.50"],
        ["900102", "Birchwood", "6.00", "0.00", "0.60", "0.00", "5.40", "0.00", "15.40"],
        ["", "fund", "0.00", "0.00", "-0.60", "0.00", "0.60", "0.00", "0.60"],
        ["", "outside", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", ""],
    ]


def test_a_year_begins_in_september_and_held_and_available_are_of_now(bank):
    first, second, fund, _ = as_csv("--year", "2026")[1:]
    assert first == ["900101", "Ashgrove", "0.00", "5.00", "0.00", "0.00", "-5.00", "1.50", "2.50"]
    assert second == ["900102", "Birchwood", "5.00", "0.00", "0.50", "0.00", "4.50", "0.00", "15.40"]
    assert fund[6] == "0.50"
    assert [row[6] for row in as_csv("--year", "2025")[1:]] == ["-1.00", "0.90", "0.10", "0.00"]


def test_another_alliance_and_the_outside_have_a_row_each(bank):
    partner = factories.AllianceFactory(slug="stonnerford")
    posting.open_trade(bank, partner, 200, by="user:1", reason="The two trade")
    posting.transfer(
        kind=Transfer.Kind.OPENING, debit=posting.outside_account(bank), credit=posting.fund_account(bank),
        amount=300, occurred_on=date(2026, 9, 1), by="user:1", reason="From before", key="opening",
    )  # fmt: skip
    rows = {row[1]: row for row in as_csv()}
    assert rows["clearing:stonnerford"] == ["", "clearing:stonnerford", *["0.00"] * 6, "2.00"]
    assert rows["outside"][:7] == ["", "outside", "0.00", "0.00", "0.00", "-3.00", "-3.00"]
    assert rows["fund"][5:7] == ["3.00", "3.60"]


def test_json_has_the_same_figures_under_the_same_names(bank):
    found = json.loads(run("--alliance", "netherby", "--format", "json"))
    header, *rows = as_csv()
    assert [list(row) for row in found] == [header] * 4
    assert [[str(cell or "") for cell in row.values()] for row in found] == rows


def test_the_table_has_them_in_columns(bank):
    header, *rows = run("--alliance", "netherby").splitlines()
    assert header.split() == HEADER
    assert [row.split() for row in rows] == [[cell for cell in row if cell] for row in as_csv()[1:]]
    assert len({len(row) for row in [header, *rows]}) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_name_never_becomes_a_formula_and_a_number_stays_one(bank, start):
    bank.schools.filter(pk=900101).update(name=f"{start}1+1\tAcademy\nTrust")
    row = next(row for row in as_csv() if row[0] == "900101")
    assert row[1] == f"'{start}1+1 Academy Trust"
    assert row[6] == "-6.00"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--alliance", "nowhere"], "There is no alliance nowhere."),
        (["--alliance", "netherby", "--format", "xml"], "There is no format xml: choose table, csv or json."),
        (["--alliance", "netherby", "--year", "soon"], "Netherby Schools has no year soon: choose one from 2025 to"),
        (["--alliance", "netherby", "--year", "1826"], "Netherby Schools has no year 1826: choose one from 2025 to"),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(bank, options, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        run(*options)
    assert refusal.value.returncode == 1
