"""manage.py export_ledger: the ledger as another program reads it. hledger is the judge."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from bank import posting
from bank.models import Transfer
from exchange import actions
from exchange.ledger.journal import as_csv, as_hledger, entries, length
from exchange.models import Charge
from schools.models import Alliance
from tests import factories
from tests.bank.ledger_cases import moved
from tests.exchange.cases import an_agreement, make_cast
from tests.exchange.journal_cases import balances_kept, balances_of, export, hledger, needs_hledger
from tests.races import together

pytestmark = pytest.mark.slow

RUBBISH = 'St  Mary;\x1b a:b\n\t"Upper" (1)\u2028 =*! £5.00 @ 2 | end '


def read_csv(alliance):
    return list(csv.DictReader(io.StringIO(export(alliance, "csv"))))


@needs_hledger
def test_hledger_finds_the_demonstrations_balances_school_by_school(demo):
    for alliance in Alliance.objects.all():
        journal = export(alliance.slug)
        hledger(journal, "check", "--strict")
        kept = balances_kept(alliance.slug)
        assert balances_of(journal, "DAY") == kept
        assert len(kept) > 8
        assert sum(kept.values()) == 0


def test_every_transfer_of_the_demonstration_is_one_transaction(demo):
    journal = export("larkmere")
    rows = Transfer.objects.filter(debit__alliance__slug="larkmere")
    assert journal.count(" DAY\n") - 1 == 2 * rows.count()  # and one declares the commodity
    for row in (rows.first(), rows.exclude(reason="").first()):
        line = next(line for line in journal.splitlines() if line.startswith(f"{row.occurred_on} ({row.pk}) "))
        assert f"  ; kind:{row.kind}, cause:{row.cause_kind} {row.cause_id}" in line
        assert row.reason in line


def test_the_csv_has_a_line_for_each_side_and_sums_to_zero(demo):
    totals = {"DAY": Counter(), "£": Counter()}
    rows = read_csv("larkmere")
    for row in rows:
        totals[row["commodity"]][row["account"]] += Decimal(row["amount"])
    assert {name: total for name, total in totals["DAY"].items() if total} == balances_kept("larkmere")
    days = [row for row in rows if row["commodity"] == "DAY"]
    assert len(days) == 2 * Transfer.objects.filter(debit__alliance__slug="larkmere").count()
    assert totals["£"]["outside"] < 0
    assert sum(totals["£"].values()) == 0


@pytest.fixture
def bank(cast):
    """Names and reasons with everything in them that a journal could stumble over."""
    cast.alliance.schools.filter(pk=cast.asking.pk).update(name=RUBBISH)
    cast.asking.refresh_from_db()
    receiver, giver = (posting.school_account(cast.alliance, school) for school in (cast.asking, cast.giving))
    posting.post_visit(
        giver=giver, receiver=receiver, amount=175, levy_percent=10, occurred_on=date(2026, 10, 1), cause_id=1,
        by="clock", reason=f"={RUBBISH}",
    )  # fmt: skip
    return cast


@pytest.mark.django_db
@needs_hledger
def test_no_name_and_no_reason_makes_hledger_stumble(bank):
    name = f'school:{bank.asking.pk} St Mary, a -b "Upper" (1) =*! £5.00 @ 2 | end'
    journal = export("netherby")
    hledger(journal, "check", "--strict")
    assert balances_of(journal, "DAY") == {
        name: Decimal("-1.75"),
        f"school:{bank.giving.pk} Birchwood": Decimal("1.57"),
        "fund": Decimal("0.18"),
    }
    (visit, levy) = json.loads(hledger(journal, "print", "-O", "json"))
    assert visit["tdate"] == levy["tdate"] == "2026-10-01"
    assert visit["tdescription"] == 'Visit | =St Mary, a:b "Upper" (1) =*! £5.00 @ 2 | end'
    assert ["kind", "visit"] in visit["ttags"]
    assert ["cause", "visit 1"] in visit["ttags"]


@pytest.mark.django_db
def test_no_reason_becomes_a_formula(bank):
    reasons = {row["reason"] for row in read_csv("netherby")}
    assert reasons == {'\'=St Mary, a:b "Upper" (1) =*! £5.00 @ 2 | end'}


@pytest.mark.django_db
def test_a_reversal_names_what_it_reverses(bank):
    rows = list(Transfer.objects.order_by("pk"))
    posting.reverse(rows, by="user:1", reason="Logged twice")
    tags = [row["tags"] for row in read_csv("netherby") if row["what"] == "Reversal"]
    assert sorted({tag.rpartition(", ")[2] for tag in tags}) == [f"reverses:{row.pk}" for row in rows]


@pytest.mark.django_db
@needs_hledger
def test_two_banks_that_trade_have_a_clearing_account_each(cast):
    partner = Alliance.objects.create(name="Stonner", slug="stonner", lead_school=cast.other)
    partner.policies.create(starts_on=date(2020, 9, 1))
    posting.open_trade(cast.alliance, partner, 500, by="user:1", reason="The two trade")
    receiver = posting.school_account(cast.alliance, cast.asking)
    giver = posting.school_account(partner, cast.other)
    posting.post_visit(
        giver=giver, receiver=receiver, amount=200, levy_percent=10, occurred_on=date(2026, 10, 1), cause_id=1,
        by="clock",
    )  # fmt: skip
    here, there = export("netherby"), export("stonner")
    assert balances_of(here, "DAY") == balances_kept("netherby") == {
        f"school:{cast.asking.pk} Ashgrove": Decimal("-2.00"),
        "clearing:stonner": Decimal("2.00"),
    }  # fmt: skip
    assert balances_of(there, "DAY") == balances_kept("stonner") == {
        f"school:{cast.other.pk} Castle Hill": Decimal("1.80"),
        "clearing:netherby": Decimal("-2.00"),
        "fund": Decimal("0.20"),
    }  # fmt: skip


def a_charge(cast, number, **figures):
    """GBP 420, 2 days, 15% on top, VAT at 20%, unless told otherwise. Pence."""
    figures = {"work": 84000, "home_share": 84000, "brokerage": 12600, "vat": 19320, **figures}
    return Charge.objects.create(
        alliance=cast.alliance,
        number=number,
        commission=cast.commission,
        school=cast.asking,
        home_school=cast.giving,
        total=figures["home_share"] + figures["brokerage"] + figures["vat"],
        raised_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
        **figures,
    )


@pytest.fixture
def charging(cast):
    cast.commission = an_agreement(cast)
    return cast


@pytest.mark.django_db
@needs_hledger
def test_a_charge_is_a_transaction_in_pounds(charging):
    a_charge(charging, 1)
    a_charge(charging, 2, work=-42000, home_share=-42000, brokerage=-6300, vat=0)
    journal = export("netherby")
    hledger(journal, "check", "--strict")
    assert balances_of(journal, "£") == {
        "outside": Decimal("-676.20"),
        f"school:{charging.giving.pk} Birchwood": Decimal("420.00"),
        "fund": Decimal("63.00"),
        "fund:vat": Decimal("193.20"),
    }
    charge, note = (line for line in journal.splitlines() if "kind:charge" in line)
    assert charge == (
        f"2026-10-31 (NETHERBY-0001) Charge | for {charging.asking.pk} Ashgrove"
        f"  ; kind:charge, cause:commission {charging.commission.pk}, status:due"
    )
    assert note.startswith("2026-10-31 (NETHERBY-0002) Credit note | for ")


@pytest.mark.django_db
@needs_hledger
def test_a_waived_charge_stands_in_the_journal_and_is_taken_back(charging):
    charge = a_charge(charging, 1)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        actions.charges.waive(charge=charge, by=charging.coordinator, reason="A school; in need")
    journal = export("netherby")
    hledger(journal, "check", "--strict")
    assert balances_of(journal, "£") == {}
    raised, waived = (line for line in journal.splitlines() if "kind:charge" in line)
    assert raised.startswith("2026-10-31 (NETHERBY-0001) Charge | for ")
    words = f"2026-11-20 (NETHERBY-0001) Waived | for {charging.asking.pk} Ashgrove, A school, in need  ; "
    assert waived.startswith(words)
    assert waived.endswith("status:waived")
    assert len(list(entries(charging.alliance))) == length(charging.alliance) == 2


@pytest.mark.django_db
def test_money_in_the_csv_sums_to_zero(charging):
    a_charge(charging, 1)
    rows = read_csv("netherby")
    assert [(row["account"], row["amount"], row["commodity"]) for row in rows] == [
        ("outside", "-1159.20", "£"),
        (f"school:{charging.giving.pk} Birchwood", "840.00", "£"),
        ("fund", "126.00", "£"),
        ("fund:vat", "193.20", "£"),
    ]


@pytest.mark.django_db
@needs_hledger
def test_an_empty_bank_is_a_journal_too(cast):
    assert hledger(export("netherby"), "balance", "--no-total") == ""


@pytest.mark.django_db
def test_the_other_alliances_transfers_stay_out(bank):
    Alliance.objects.create(name="Stonner", slug="stonner", lead_school=bank.other)
    assert " DAY\n" not in export("stonner").split("account", 1)[1]
    assert export("stonner", "csv") == "code,date,what,reason,tags,account,amount,commodity\n"


@pytest.mark.django_db
@pytest.mark.parametrize("pieces", [as_hledger, as_csv])
def test_after_what_stands_first_each_piece_is_an_entry_as_the_progress_bar_counts_them(demo, pieces):
    alliance = Alliance.objects.get(slug="larkmere")
    assert len(list(pieces(alliance))) == 1 + length(alliance) > 300


def test_a_long_ledger_comes_whole(bank, monkeypatch):
    """Written in pieces, with nothing lost between them."""
    whole = export("netherby")
    monkeypatch.setattr("exchange.management.commands.export_ledger.BATCH", 1)
    assert export("netherby") == whole


class Interrupted(io.StringIO):
    """A file that lets somebody do something once it has the beginning."""

    def __init__(self, act):
        super().__init__()
        self.acts = [act]

    def write(self, text):
        while self.acts:
            assert together(self.acts.pop()) == [None]
        return super().write(text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["hledger", "csv"])
def test_a_journal_is_of_one_moment_and_holds_nobody_up(format):
    """Somebody joins and is given days while it is read, as by a pager that waits for a key."""
    cast = make_cast()
    first, second = (posting.school_account(cast.alliance, school) for school in (cast.asking, cast.giving))
    for number in range(3):
        moved(first, second, 25, f"{number}")
    before = export("netherby", format)

    def join():
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA busy_timeout = 100")
        new = posting.school_account(cast.alliance, factories.member(cast.alliance, name="Newcomer"))
        moved(first, new, 25, "3", occurred_on=date(2026, 10, 6))

    out = Interrupted(join)
    call_command("export_ledger", alliance="netherby", format=format, stdout=out, stderr=io.StringIO())
    assert out.getvalue() == before
    assert "Newcomer" in export("netherby", format)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alliance", "format", "sentence"),
    [
        ("nowhere", "csv", "There is no alliance nowhere."),
        ("netherby", "pdf", "There is no format pdf: choose hledger or csv."),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(cast, alliance, format, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        export(alliance, format)
    assert refusal.value.returncode == 1


def test_whoever_reads_the_beginning_only_gets_no_traceback():
    """As in `manage.py export_ledger ... | head`; any command that prints much will do."""
    command = [sys.executable, "manage.py", "diffsettings", "--all"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.wait()
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
