from datetime import timedelta

import pytest

from bank.models import Account
from exchange import actions
from exchange.models import Visit
from schools.models import Policy
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement, look, make_cast, send, url_of
from tests.exchange.money_cases import a_tariff, agreed_outside
from tests.exchange.work_cases import TODAY, logged


def test_it_confirms_and_moves_the_days(client, cast):
    visit = logged(cast)
    send(client, cast.head, url_of("confirm_visit", visit))
    visit.refresh_from_db()
    assert (visit.status, visit.confirmed_by) == ("confirmed", cast.head)
    assert [Account.objects.get(school=school).posted for school in (cast.asking, cast.giving)] == [-100, 90]


def test_whoever_goes_back_after_confirming_reads_that_it_is_confirmed(client, cast):
    visit = logged(cast)
    send(client, cast.head, url_of("confirm_visit", visit))
    response = look(client, cast.head, url_of("confirm_visit", visit))
    html = " ".join(response.content.decode().split())
    assert response.status_code == 409
    assert "This is done already, or cannot be done now</h1>" in html
    assert f"How it stands now: <strong>{visit}: Confirmed</strong>." in html
    assert "your click" not in html
    assert f'href="{visit.get_absolute_url()}"' in html


def test_a_second_click_is_told_that_it_changed_nothing(client, cast):
    visit = logged(cast)
    for _ in range(2):
        response = send(client, cast.head, url_of("confirm_visit", visit))
    html = response.content.decode()
    assert response.status_code == 409
    assert "That was not possible</h1>" in html
    assert "Nothing was changed by your click." in html


def test_a_delegate_confirms_for_the_head(client, cast):
    visit = logged(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "confirm")
    send(client, delegate, url_of("confirm_visit", visit))
    assert visit.events.get(verb="confirm_visit").who == f"{delegate} for {cast.head}"


def words_of(client, cast, visit):
    return " ".join(look(client, cast.head, url_of("confirm_visit", visit)).content.decode().split())


def test_it_says_what_the_giver_keeps_after_the_levy_of_the_visits_day(client, cast):
    visit = logged(cast)
    Policy.objects.create(alliance=cast.alliance, starts_on=TODAY() + timedelta(days=1), levy_percent=20)
    page = words_of(client, cast, visit)
    assert "1 day moves from Ashgrove to Birchwood." in page
    assert "Birchwood pays a levy of 10% to the common fund and keeps 0.9 days." in page


@pytest.mark.parametrize("case", ["no_levy", "in_money"])
def test_it_says_nothing_of_a_levy_where_none_applies(client, db, case):
    cast = make_cast(levy_percent=0 if case == "no_levy" else 10)
    a_tariff(cast.alliance)
    visit = logged(cast)
    if case == "in_money":
        cast.alliance.memberships.filter(school=cast.giving).update(ends_on=TODAY() - timedelta(days=1))
    assert "levy" not in words_of(client, cast, visit)


def test_it_says_the_price_of_a_visit_in_money(client, cast):
    visit = a_logged_visit(cast, agreed_outside(cast, day_rate=35000), days=150)
    page = words_of(client, cast, visit)
    assert "1.5 days count in money, because the two schools were not both members on that day." in page
    assert "Ashgrove is charged £525.00 (£350.00 a day)." in page
    assert "move" not in page.split("1.5 days count")[1].split("If something is wrong")[0]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"brokerage_inside": True, "brokerage_percent": 15}, "(£350.00 a day)."),
        ({"brokerage_inside": False, "brokerage_percent": 15}, "(£350.00 a day), plus brokerage."),
        ({"brokerage_inside": False, "brokerage_fixed": 500}, "(£350.00 a day), plus brokerage."),
        ({"brokerage_inside": True, "brokerage_percent": 15, "vat_percent": 20}, "(£350.00 a day), plus VAT at 20%."),
        (
            {"brokerage_inside": False, "brokerage_percent": 15, "vat_percent": 20},
            "(£350.00 a day), plus brokerage and VAT at 20%.",
        ),
    ],
)
def test_it_says_what_the_agreed_tariff_adds_to_the_price(client, cast, terms, words):
    nothing = {"brokerage_percent": 0, "brokerage_fixed": 0, "vat_percent": 0}
    commission = agreed_outside(cast, day_rate=35000, **nothing | terms)
    visit = a_logged_visit(cast, commission, days=150)
    assert f"Ashgrove is charged £525.00 {words}" in words_of(client, cast, visit)


def test_it_takes_few_statements(cast, django_assert_max_num_queries):
    """On a server each costs a round trip: what one act needs of several rows is fetched together."""
    commission = an_agreement(cast, days=300)
    first, second = [a_logged_visit(cast, commission, days=100).pk for _ in range(2)]
    visits = Visit.objects.select_related("leg__commission__support_request", "leg__receiving_school")  # as the page
    actions.confirmations.confirm(visit=visits.get(pk=first), by=cast.head)  # it opens the fund's account
    waiting = visits.get(pk=second)
    with django_assert_max_num_queries(16):  # 12, and two savepoints, of which the outer is the test's
        actions.confirmations.confirm(visit=waiting, by=cast.head)
