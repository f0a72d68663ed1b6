import pytest

from exchange import actions
from tests import factories
from tests.exchange.cases import an_offer, look, make_cast, send, url_of
from tests.exchange.work_cases import offered


def test_it_releases_with_the_terms(client, cast):
    commission = offered(cast)
    send(client, cast.home_head, url_of("release", commission), backfill_cost="£180.50", travel_payer="receiving")
    commission.refresh_from_db()
    assert (commission.home_yes_by, commission.backfill_cost, commission.travel_payer) == (
        cast.home_head,
        18050,
        "receiving",
    )


def test_a_delegate_releases_for_the_head(client, cast):
    commission = offered(cast)
    delegate = factories.delegate_of(cast.giving, cast.home_head, "release")
    send(client, delegate, url_of("release", commission), travel_payer="home")
    assert commission.events.get(verb="release").who == f"{delegate} for {cast.home_head}"
    assert f"{delegate} for {cast.home_head}" in look(client, cast.head, commission.get_absolute_url()).content.decode()


def test_a_delegate_with_another_right_may_not(client, cast):
    commission = offered(cast)
    delegate = factories.delegate_of(cast.giving, cast.home_head, "confirm")
    assert send(client, delegate, url_of("release", commission), travel_payer="home").status_code == 403


@pytest.mark.parametrize(("percent", "says"), [(10, "A levy of 10% of the days goes to the common fund"), (0, "")])
def test_it_says_what_levy_is_taken_of_the_days(client, db, percent, says):
    cast = make_cast(levy_percent=percent)
    page = look(client, cast.home_head, url_of("release", offered(cast))).content.decode()
    assert (says in page, "levy" in page) == (True, bool(percent))


@pytest.fixture
def by_its_head(cast):
    """An offer to a leader who heads the home school."""
    leader = factories.leader_at(cast.giving)
    factories.Role.objects.create(
        user=leader.person.user, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO
    )
    return an_offer(cast, leader=leader)


def test_a_leader_who_heads_the_school_accepts_and_releases_at_once(client, cast, by_its_head):
    user = by_its_head.leader.person.user
    send(client, user, url_of("release", by_its_head), travel_payer="home", governors_informed="on")
    by_its_head.refresh_from_db()
    assert (by_its_head.leader_yes_by, by_its_head.home_yes_by) == (user, user)
    actions.agreements.agree(commission=by_its_head, by=cast.head)
    assert by_its_head.status == "agreed"
    page = look(client, cast.head, by_its_head.get_absolute_url()).content.decode()
    assert "(governors informed)" in page


def test_the_governors_must_know(client, cast, by_its_head):
    response = send(client, by_its_head.leader.person.user, url_of("release", by_its_head), travel_payer="home")
    assert response.context["form"].errors.keys() == {"governors_informed"}
    by_its_head.refresh_from_db()
    assert by_its_head.home_yes_at is None
