import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.bank import posting
from schools import calendar
from tests import factories

from .conftest import a_logged_visit, an_agreement

YEAR = calendar.year_of(timezone.localdate())


def work(cast):
    actions.confirm_visit(visit=a_logged_visit(cast, an_agreement(cast, days=200), days=175), by=cast.head)
    return cast


@pytest.fixture(scope="class")
def worked(play, cast):
    """Ashgrove has received 1.75 days from Birchwood."""
    return play("worked", work, cast)


def get(client, user, name="totals", query=""):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=["netherby"]) + query)


def rows(response):
    columns = ("name", "given", "received", "levy", "other", "net")
    return [tuple(row[column] for column in columns) for row in response.context["rows"]]


EXPECTED = [
    ("Ashgrove", 0, 175, 0, 0, -175),
    ("Birchwood", 175, 0, 18, 0, 157),
    ("Castle Hill", 0, 0, 0, 0, 0),
    ("Common fund", 0, 0, -18, 0, 18),
]


def test_it_shows_every_member_and_the_fund(client, worked):
    response = get(client, worked.coordinator)
    assert rows(response) == EXPECTED
    assert sum(row[-1] for row in rows(response)) == 0


def test_it_can_be_asked_for_a_year(client, worked):
    giver = posting.school_account(worked.alliance, worked.giving)
    posting.adjust(
        debit=giver, credit=posting.fund_account(worked.alliance), amount=100, by="clock", reason="A gift", key="gift",
        occurred_on=calendar.first_day(YEAR) - timedelta(days=1),
    )  # fmt: skip
    response = get(client, worked.coordinator, query=f"?year={YEAR}")
    assert rows(response) == EXPECTED
    assert [year for year, _ in response.context["years"]] == [YEAR, YEAR - 1]
    assert rows(get(client, worked.coordinator))[1] == ("Birchwood", 175, 0, 18, -100, 57)
    assert rows(get(client, worked.coordinator, query=f"?year={YEAR - 1}"))[1] == ("Birchwood", 0, 0, 0, -100, -100)


@pytest.mark.parametrize("year", ["x", "99999", "-1", "", "1e3"])
def test_a_strange_year_shows_all_years(client, worked, year):
    response = get(client, worked.coordinator, query=f"?year={year}")
    assert (response.status_code, response.context["year"]) == (200, None)


@pytest.mark.parametrize("name", ["totals", "totals_csv"])
def test_who_may_see_it(client, worked, name):
    for kind in ("steering", "auditor"):
        assert get(client, factories.observer_of(worked.alliance, kind), name).status_code == 200
    stranger = factories.head_of(factories.member(factories.AllianceFactory(is_open=True)))
    for user in (worked.head, worked.lead, stranger, factories.coordinator_of(factories.AllianceFactory())):
        response = get(client, user, name)
        assert response.status_code == 404
        assert b"Birchwood" not in response.content


def test_in_an_open_alliance_the_heads_of_its_members_see_it(client, worked):
    worked.alliance.is_open = True
    worked.alliance.save()
    assert get(client, worked.stranger).status_code == 200
    assert get(client, worked.lead).status_code == 404
    worked.alliance.memberships.filter(school=worked.other).update(ends_on=factories.LONG_AGO)
    assert get(client, worked.stranger).status_code == 404


def test_a_school_that_has_left_keeps_its_row(client, worked):
    worked.alliance.memberships.filter(school=worked.giving).update(ends_on=factories.LONG_AGO)
    assert rows(get(client, worked.coordinator)) == EXPECTED


def test_the_file_has_the_same_figures(client, worked):
    worked.giving.name = "=HYPERLINK(1)"
    worked.giving.save()
    response = get(client, worked.coordinator, "totals_csv", f"?year={YEAR}")
    assert response["Content-Disposition"] == f'attachment; filename="netherby-totals-{YEAR}.csv"'
    found = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert found == [
        ["URN", "School", "Given", "Received", "Levy", "Other", "Net"],
        [str(worked.giving.pk), "'=HYPERLINK(1)", "1.75", "0.00", "0.18", "0.00", "1.57"],
        [str(worked.asking.pk), "Ashgrove", "0.00", "1.75", "0.00", "0.00", "-1.75"],
        [str(worked.other.pk), "Castle Hill", "0.00", "0.00", "0.00", "0.00", "0.00"],
        ["", "Common fund", "0.00", "0.00", "-0.18", "0.00", "0.18"],
    ]


def test_three_schools_or_thirty_cost_the_same(client, worked):
    client.force_login(worked.coordinator)
    url = reverse("exchange:totals", args=["netherby"])
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    for _ in range(30):
        posting.school_account(worked.alliance, factories.member(worked.alliance))
    with CaptureQueriesContext(connection) as thirty:
        assert len(rows(client.get(url))) == 34
    assert len(thirty) == len(three)
