from datetime import timedelta

import pytest

from exchange.models import Account
from schools.models import Policy
from tests import factories

from .conftest import make_cast
from .work_cases import TODAY, logged, look, send, url_of


def test_it_confirms_and_moves_the_days(client, cast):
    visit = logged(cast)
    send(client, cast.head, url_of("confirm_visit", visit))
    visit.refresh_from_db()
    assert (visit.status, visit.confirmed_by) == ("confirmed", cast.head)
    assert [Account.objects.get(school=school).posted for school in (cast.asking, cast.giving)] == [-100, 90]


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
    visit = logged(cast)
    if case == "in_money":
        cast.alliance.memberships.filter(school=cast.giving).update(ends_on=TODAY() - timedelta(days=1))
    assert "levy" not in words_of(client, cast, visit)
