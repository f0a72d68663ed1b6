import csv
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Account, Balance
from exchange import actions
from exchange.clock.balances import every_night
from exchange.models import Charge
from schools import calendar
from schools.day import Day
from staff.models import User
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement

pytestmark = pytest.mark.slow

YEAR = calendar.year_of(timezone.localdate())
TODAY = timezone.localdate


@pytest.fixture
def worked(cast):
    """Ashgrove has received 1.75 days from Birchwood, and 0.25 are held."""
    actions.confirmations.confirm(visit=a_logged_visit(cast, an_agreement(cast, days=200), days=175), by=cast.head)
    return cast


def get(client, user, name="bank", query=""):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=["netherby"]) + query)


def rows(response):
    columns = ("given", "received", "levy", "other", "net")
    found = [*response.context["schools"], *response.context["others"]]
    return [(row.name, *(row.figures[column] for column in columns)) for row in found]


def move(cast, kind, debit, credit, amount, key, on=None, reason="A reason"):
    return posting.transfer(
        kind=kind, debit=debit, credit=credit, amount=amount, occurred_on=on or TODAY(), by="user:1", reason=reason,
        key=key,
    )  # fmt: skip


EXPECTED = [
    ("Ashgrove", 0, 175, 0, 0, -175),
    ("Birchwood", 175, 0, 18, 0, 157),
    ("Castle Hill", 0, 0, 0, 0, 0),
    ("Common fund", 0, 0, -18, 0, 18),
    ("Outside the alliance", 0, 0, 0, 0, 0),
]


# The accounts ------------------------------------------------------------------------------------


def test_it_shows_every_member_the_fund_and_the_outside(client, worked):
    response = get(client, worked.coordinator)
    assert rows(response) == EXPECTED
    assert response.context["total"] == {
        "given": 175, "received": 175, "levy": 0, "other": 0, "net": 0, "held": 25
    }  # fmt: skip
    assert [(row.account.held, row.account.available) for row in response.context["schools"]] == [
        (25, 800),
        (0, 1157),
        (0, 1000),
    ]


def test_it_can_be_asked_for_a_year(client, worked):
    giver, fund = posting.school_account(worked.alliance, worked.giving), posting.fund_account(worked.alliance)
    move(worked, "gift", giver, fund, 100, "gift", calendar.first_day(YEAR) - timedelta(days=1))
    response = get(client, worked.coordinator, query=f"?year={YEAR}")
    assert rows(response) == EXPECTED
    assert [year for year, _ in response.context["years"]] == [YEAR, YEAR - 1]
    assert rows(get(client, worked.coordinator))[1] == ("Birchwood", 175, 0, 18, -100, 57)
    assert rows(get(client, worked.coordinator, query=f"?year={YEAR - 1}"))[1] == ("Birchwood", 0, 0, 0, -100, -100)


@pytest.mark.parametrize("year", ["x", "99999", "-1", "", "1e3"])
def test_a_strange_year_shows_all_time(client, worked, year):
    response = get(client, worked.coordinator, query=f"?year={year}")
    assert (response.status_code, response.context["year"]) == (200, None)


def test_the_outside_and_other_alliances_have_their_rows(client, worked):
    other = factories.AllianceFactory(name="Upland Schools")
    posting.open_trade(worked.alliance, other, 500, by="user:1", reason="A trade")
    outside, school = posting.outside_account(worked.alliance), posting.school_account(worked.alliance, worked.other)
    move(worked, "opening", outside, school, 200, "opening")
    response = get(client, worked.coordinator)
    assert [row.name for row in response.context["others"]] == [
        "Common fund", "Outside the alliance", "Clearing with Upland Schools"
    ]  # fmt: skip
    assert "No limit" in response.content.decode()
    assert response.context["total"]["net"] == 0


def test_a_school_that_has_left_keeps_its_row_and_its_balance_waits_to_be_settled(client, worked):
    worked.alliance.memberships.filter(school=worked.giving).update(ends_on=factories.LONG_AGO)
    response = get(client, worked.coordinator)
    assert rows(response) == EXPECTED
    assert reverse("exchange:settle_leaver", args=["netherby", worked.giving.pk]) in response.content.decode()
    observed = get(client, factories.observer_of(worked.alliance, "auditor")).content.decode()
    assert "Has left" in observed
    assert "settle the balance" not in observed


def test_a_bank_in_which_nothing_has_moved(client, cast):
    response = get(client, cast.coordinator)
    assert [row[1:] for row in rows(response)] == [(0, 0, 0, 0, 0)] * 5
    assert "Nothing has come into the fund or gone out of it in this period." in response.content.decode()


# Who sees what -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bank", "bank_csv"])
def test_who_may_see_it(client, worked, name):
    observers = [factories.observer_of(worked.alliance, kind) for kind in ("steering", "auditor")]
    for user in (worked.coordinator, *observers, User.objects.create_superuser("root@example.org")):
        assert get(client, user, name).status_code == 200
    stranger = factories.head_of(factories.member(factories.AllianceFactory(is_open=True)))
    for user in (worked.head, worked.lead, stranger, factories.coordinator_of(factories.AllianceFactory())):
        response = get(client, user, name)
        assert response.status_code == 404
        assert b"Birchwood" not in response.content


def test_in_an_open_alliance_the_heads_of_its_members_see_what_was_given_and_received_and_no_more(client, worked):
    worked.alliance.is_open = True
    worked.alliance.save()
    posting.outside_account(worked.alliance)
    response = get(client, worked.stranger)
    assert rows(response) == EXPECTED[:-1]
    html = response.content.decode()
    for words in ("Held now", "Available now", "The whole bank", "Schools that took part", "Move days", "In order"):
        assert words not in html
    file = get(client, worked.stranger, "bank_csv").content.decode()
    assert "Common fund" in file
    assert "Held" not in file
    assert "Outside" not in file
    assert get(client, worked.lead).status_code == 404
    worked.alliance.memberships.filter(school=worked.other).update(ends_on=factories.LONG_AGO)
    assert get(client, worked.stranger).status_code == 404


def test_in_an_open_alliance_the_statement_leads_to_it(client, worked):
    url = reverse("exchange:bank", args=["netherby"])
    client.force_login(worked.stranger)
    statement = reverse("exchange:statement", args=[worked.other.pk])
    assert url not in client.get(statement).content.decode()
    worked.alliance.is_open = True
    worked.alliance.save()
    assert url in client.get(statement).content.decode()


def test_only_a_coordinator_finds_the_verbs(client, worked):
    url = reverse("exchange:pay_service", args=["netherby"])
    assert url in get(client, worked.coordinator).content.decode()
    assert url not in get(client, factories.observer_of(worked.alliance, "steering")).content.decode()


# The check ---------------------------------------------------------------------------------------


def night(on):
    """What the clock does in the night to a day; the moment of it."""
    now = datetime.fromisoformat(f"{on} 02:10+00:00")
    every_night(Day(now))
    return now


def test_it_says_that_all_adds_up_and_what_the_last_nightly_check_found(client, worked):
    html = get(client, worked.coordinator).content.decode()
    assert "All accounts together are 0, as they must be" in html
    assert "has not run yet" in html
    assert "In order" not in html
    night("2026-11-17")
    night("2026-11-18")
    html = " ".join(get(client, worked.coordinator).content.decode().split())
    assert "All accounts together are 0, as they must be" in html
    assert "The nightly check of 18 November 2026, 2:10am, found that each agreed with its transfers and holds." in html
    assert "In order" in html


def test_it_says_loudly_where_the_totals_differ_from_the_rows(client, worked):
    account = worked.giving.accounts.get()
    Account.objects.filter(pk=account.pk).update(other=7, posted=164)
    Balance.objects.filter(account=account).update(given=200)
    night("2026-11-17")
    response = get(client, factories.observer_of(worked.alliance, "auditor"))
    assert response.context["differences"] == [
        f"Birchwood, {calendar.label(YEAR)}: given is 2 but 1.75 by the rows",
        "Birchwood: other is 0.07 but 0 by the rows",
    ]
    html = " ".join(response.content.decode().split())
    assert "The bank does not add up" in html
    assert "All accounts together are +0.07 days and not 0" in html
    assert "The nightly check of 17 November 2026, 2:10am, found these differences" in html
    assert "as they must be" not in html


def test_the_sum_is_of_now_and_the_comparison_with_the_rows_the_last_nights(client, worked):
    night("2026-11-17")
    account = worked.giving.accounts.get()
    Account.objects.filter(pk=account.pk).update(other=7, posted=164)
    Balance.objects.filter(account=account).update(given=200)
    response = get(client, worked.coordinator)
    assert response.context["differences"] == []
    html = response.content.decode()
    assert "All accounts together are +0.07 days and not 0" in html
    assert "In order" not in html
    assert "The nightly check of" not in html
    Account.objects.filter(pk=account.pk).update(other=0, posted=157)
    night("2026-11-18")
    html = get(client, worked.coordinator).content.decode()
    assert "All accounts together are" not in html
    assert "given is 2 but 1.75 by the rows" in html
    Balance.objects.filter(account=account).update(given=175)
    night("2026-11-19")
    assert "In order" in get(client, worked.coordinator).content.decode()


def test_a_look_reads_no_row_of_the_schools(client, worked):
    """The ledger can be millions of rows: a look reads the totals, and of the rows only the fund's."""
    night("2026-11-17")
    with CaptureQueriesContext(connection) as queries:
        get(client, worked.coordinator)
    fund = posting.fund_account(worked.alliance)
    reads = [query["sql"] for query in queries if 'FROM "bank_transfer"' in query["sql"]]
    assert len(reads) == 2
    for side, sql in zip(("credit", "debit"), reads, strict=True):
        assert f'"bank_transfer"."{side}_id" = {fund.pk}' in sql
    assert not [query["sql"] for query in queries if "bank_transfer t" in query["sql"]]


def test_what_is_found_in_one_bank_is_no_other_banks(client, worked):
    other = factories.AllianceFactory(slug="upland")
    account = posting.school_account(other, factories.member(other))
    Account.objects.filter(pk=account.pk).update(held=7)
    night("2026-11-17")
    assert get(client, worked.coordinator).context["differences"] == []
    client.force_login(factories.coordinator_of(other))
    page = client.get(reverse("exchange:bank", args=["upland"]))
    assert page.context["differences"] == [f"{account}: held is 0.07 but 0 by the rows"]


# The common fund ---------------------------------------------------------------------------------


def flows(response):
    return [(flow.label, flow.name, flow.income, flow.spending) for flow in response.context["flows"]]


def test_the_funds_income_and_spending_by_year_kind_and_the_services_names(client, worked):
    fund = posting.fund_account(worked.alliance)
    giver, school = (posting.school_account(worked.alliance, one) for one in (worked.giving, worked.other))
    before = calendar.first_day(YEAR) - timedelta(days=1)
    move(worked, "gift", giver, fund, 100, "gift", before)
    move(worked, "service", fund, school, 30, "one", reason="Training day")
    move(worked, "service", fund, school, 20, "two", reason="Training day")
    wrong = move(worked, "service", fund, school, 10, "three", reason="Newsletter")
    posting.reverse([wrong], by="user:1", reason="A slip")
    this, last = calendar.label(YEAR), calendar.label(YEAR - 1)
    response = get(client, worked.coordinator)
    assert flows(response) == [(this, "Levy", 18, 0), (this, "Training day", 0, 50), (last, "Gift", 100, 0)]
    assert response.context["income"] - response.context["spending"] == posting.fund_account(worked.alliance).posted
    assert flows(get(client, worked.coordinator, query=f"?year={YEAR - 1}")) == [(last, "Gift", 100, 0)]


def test_a_levy_taken_back_is_no_income(client, worked):
    visit = worked.asking.requests.get().commissions.get().leg.visits.get()
    actions.confirmations.dispute(visit=visit, by=worked.head, reason="Nobody came")
    visit.refresh_from_db()
    actions.confirmations.settle(visit=visit, by=worked.coordinator, days=0, reason="Nobody came")
    assert flows(get(client, worked.coordinator)) == []


# Year on year ------------------------------------------------------------------------------------


def test_how_many_schools_gave_received_did_both_or_neither(client, worked):
    asking, other = (posting.school_account(worked.alliance, one) for one in (worked.asking, worked.other))
    before = calendar.first_day(YEAR) - timedelta(days=1)
    for giver, receiver, on, key in ((asking, other, TODAY(), "a"), (asking, other, before, "b")):
        posting.post_visit(
            giver=giver, receiver=receiver, amount=100, levy_percent=0, occurred_on=on, cause_id=key, by="clock"
        )
    worked.alliance.memberships.filter(school=worked.giving).update(starts_on=calendar.first_day(YEAR))
    found = get(client, worked.coordinator).context["participation"]
    assert found == [
        {"label": calendar.label(YEAR), "schools": 3, "gave": 2, "received": 2, "both": 1, "neither": 0},
        {"label": calendar.label(YEAR - 1), "schools": 2, "gave": 1, "received": 1, "both": 0, "neither": 0},
    ]


def test_members_that_did_nothing_are_counted_as_neither(client, cast):
    (row,) = get(client, cast.coordinator).context["participation"]
    assert (row["schools"], row["gave"], row["neither"]) == (3, 0, 3)


# Money -------------------------------------------------------------------------------------------


def test_charges_in_money_by_their_status(client, worked):
    commission = worked.asking.requests.get().commissions.get()
    assert "Charges in money" not in get(client, worked.coordinator).content.decode()
    for number in (1, 2):
        Charge.objects.create(
            alliance=worked.alliance, number=number, commission=commission, school=worked.asking,
            home_school=worked.giving, work=35000, brokerage=5250, home_share=29750, vat=0, total=35000,
        )  # fmt: skip
    response = get(client, worked.coordinator)
    (row,) = response.context["charges"]
    assert (row["label"], row["how_many"], row["total"], row["brokerage"]) == ("Due", 2, 70000, 10500)
    assert "£700.00" in response.content.decode()


# Files and size ----------------------------------------------------------------------------------


def test_the_file_has_the_same_figures(client, worked):
    worked.giving.name = "=HYPERLINK(1)"
    worked.giving.save()
    posting.outside_account(worked.alliance)
    response = get(client, worked.coordinator, "bank_csv", f"?year={YEAR}")
    assert response["Content-Disposition"] == f'attachment; filename="netherby-bank-{YEAR}.csv"'
    found = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert found == [
        ["URN", "School", "Given", "Received", "Levy", "Other", "Net", "Held now", "Available now"],
        [str(worked.giving.pk), "'=HYPERLINK(1)", "1.75", "0.00", "0.18", "0.00", "1.57", "0.00", "11.57"],
        [str(worked.asking.pk), "Ashgrove", "0.00", "1.75", "0.00", "0.00", "-1.75", "0.25", "8.00"],
        [str(worked.other.pk), "Castle Hill", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "10.00"],
        ["", "Common fund", "0.00", "0.00", "-0.18", "0.00", "0.18", "0.00", "0.18"],
        ["", "Outside the alliance", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", ""],
    ]


def test_three_schools_or_thirty_cost_the_same(client, worked):
    client.force_login(worked.coordinator)
    url = reverse("exchange:bank", args=["netherby"])
    client.get(url)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    for _ in range(30):
        posting.school_account(worked.alliance, factories.member(worked.alliance))
    with CaptureQueriesContext(connection) as thirty:
        assert len(rows(client.get(url))) == 35
    assert len(thirty) == len(three)


def test_a_national_bank_has_pages_of_schools_and_one_sum(client, worked, monkeypatch):
    monkeypatch.setattr("exchange.views.bank.ROWS", 2)
    response = get(client, worked.coordinator, query="?page=2")
    assert [row[0] for row in rows(response)] == ["Castle Hill", "Common fund", "Outside the alliance"]
    assert response.context["total"]["given"] == 175
