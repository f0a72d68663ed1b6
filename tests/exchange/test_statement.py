import csv
import io
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange import actions, spreadsheet
from exchange.bank import posting
from schools.models import Membership
from tests import factories

from .conftest import a_logged_visit, an_agreement, make_cast

TODAY = date(2026, 11, 17)


def cast_of_today():
    with time_machine.travel(TODAY, tick=False):
        return make_cast()


@pytest.fixture(scope="class")
def cast(play):
    with time_machine.travel(TODAY, tick=False):
        yield play("cast", cast_of_today)


def get(client, user, school, name="statement", **query):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=[school.urn]), query)


def give(cast, days, on=TODAY):
    """So many days confirmed, given by the giving to the asking school; a levy of 10%."""
    visit = a_logged_visit(cast, an_agreement(cast, days=days), days=days, on=on)
    actions.confirm_visit(visit=visit, by=cast.head)
    return visit.leg.commission


def grant(cast, school, amount, on, reason="Opening"):
    posting.adjust(
        debit=posting.outside_account(cast.alliance),
        credit=posting.school_account(cast.alliance, school),
        amount=amount,
        occurred_on=on,
        by="user:1",
        reason=reason,
        key=f"{reason}:{on}:{amount}",
    )


def table(response):
    text = response.content.decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_it_shows_the_figures_and_what_they_mean(client, cast):
    give(cast, 500)
    response = get(client, cast.home_head, cast.giving)
    found = response.context["found"]
    assert (found["given"], found["received"], found["levy"], found["net"]) == (500, 0, 50, 450)
    words = " ".join(response.content.decode().split())
    assert "Your school has given 5 days more than it received in 2026 to 2027." in words


def test_the_receiver_reads_the_other_side(client, cast):
    give(cast, 100)
    words = " ".join(get(client, cast.head, cast.asking).content.decode().split())
    assert "Your school has received 1 day more than it gave in 2026 to 2027." in words


def test_held_and_available_are_of_today(client, cast):
    an_agreement(cast, days=300)
    response = get(client, cast.head, cast.asking)
    assert [figure["value"] for figure in response.context["standing"]] == ["0", "3", "7"]


def test_years_go_by_the_day_of_the_movement(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    grant(cast, cast.giving, 300, date(2026, 9, 1))
    by_year = {
        year: get(client, cast.home_head, cast.giving, year=year).context["found"]["net"]
        for year in ("2025", "2026", "12m", "all")
    }
    assert by_year == {"2025": 200, "2026": 300, "12m": 500, "all": 500}


def test_the_balance_runs_on_from_what_was_before(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    give(cast, 100)
    response = get(client, cast.home_head, cast.giving)
    assert response.context["opening"] == 200
    assert [(line.days, line.balance) for line in response.context["lines"]] == [(100, 300), (-10, 290)]


def test_a_movement_links_to_its_commission(client, cast):
    commission = give(cast, 100)
    response = get(client, cast.home_head, cast.giving)
    assert commission.get_absolute_url() in response.content.decode()


def test_it_is_paged_and_the_balance_goes_on(client, cast):
    for number in range(60):
        grant(cast, cast.giving, 100, TODAY, reason=f"Gift {number}")
    page = get(client, cast.home_head, cast.giving, page=2)
    assert [line.balance for line in page.context["lines"]] == [100 * n for n in range(51, 61)]


def test_a_school_that_never_moved_a_day_has_an_empty_statement(client, cast):
    words = " ".join(get(client, cast.stranger, cast.other).content.decode().split())
    assert "Your school has neither given nor received days in 2026 to 2027." in words
    assert "No days have moved in this period." in words


def test_who_may_see_it(client, cast):
    allowed = [
        cast.head,
        factories.delegate_of(cast.asking, cast.head),
        factories.business_manager_of(cast.asking),
        cast.coordinator,
    ]
    assert {get(client, user, cast.asking).status_code for user in allowed} == {200}


@pytest.mark.parametrize("name", ["statement", "statement_csv"])
def test_nobody_else_may(client, cast, name):
    give(cast, 100)
    others = [cast.home_head, cast.lead, cast.stranger, factories.coordinator_of(factories.AllianceFactory())]
    assert {get(client, user, cast.asking, name).status_code for user in others} == {404}


def test_each_alliance_has_its_own_bank(client, cast):
    give(cast, 100)
    second = factories.AllianceFactory(name="Zealous Schools", slug="zealous")
    Membership.objects.create(alliance=second, school=cast.giving, starts_on=factories.LONG_AGO)
    assert get(client, cast.home_head, cast.giving).context["found"]["given"] == 100
    assert get(client, cast.home_head, cast.giving, alliance="zealous").context["found"]["given"] == 0
    coordinator = factories.coordinator_of(second)
    assert get(client, coordinator, cast.giving).context["alliance"] == second
    assert get(client, coordinator, cast.giving, alliance="netherby").status_code == 404


def test_a_wrong_period_is_said_and_the_present_year_shown(client, cast):
    give(cast, 100)
    response = get(client, cast.head, cast.asking, year="99999")
    assert "There is a problem" in response.content.decode()
    assert response.context["period"].label == "2026 to 2027"
    assert get(client, cast.head, cast.asking, "statement_csv", year="99999").status_code == 404


def test_a_school_without_an_alliance_is_told_so(client, db):
    school = factories.SchoolFactory()
    response = get(client, factories.head_of(school), school)
    assert "is not a member of an alliance" in response.content.decode()


def test_the_file_has_two_decimals_and_no_formulas(client, cast):
    grant(cast, cast.giving, 25, TODAY, reason="Opening")
    cast.asking.name = "=HYPERLINK(1)"
    cast.asking.save()
    commission = give(cast, 175)
    rows = table(get(client, cast.home_head, cast.giving, "statement_csv"))
    assert rows == [
        ["Date", "What", "Partner", "Commission", "Days", "Balance"],
        ["2026-11-17", "Adjustment: Opening", "Outside the alliance", "", "0.25", "0.25"],
        ["2026-11-17", "Visit", "'=HYPERLINK(1)", commission.reference, "1.75", "2.00"],
        ["2026-11-17", "Levy", "Common fund", commission.reference, "-0.18", "1.82"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_never_turns_into_a_formula(start):
    assert spreadsheet.text(f"{start}1") == f"'{start}1"
    assert spreadsheet.hundredths(-5) == "-0.05"


def test_more_movements_need_no_more_queries(client, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            get(client, cast.home_head, cast.giving)
        return len(captured)

    give(cast, 100)
    queries()
    few = queries()
    for _ in range(3):
        give(cast, 100)
    assert queries() == few
