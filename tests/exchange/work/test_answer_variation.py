from bank.models import Account
from exchange.models import Leg
from tests import factories
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import proposed


def test_two_yeses_change_the_days_and_the_hold(client, cast):
    variation = proposed(cast)
    send(client, cast.head, url_of("answer_variation", variation), answer="yes")
    assert Leg.objects.get().days == 500
    send(client, cast.home_head, url_of("answer_variation", variation), answer="yes")
    variation.refresh_from_db()
    assert (variation.status, Leg.objects.get().days) == ("agreed", 600)
    assert Account.objects.get(school=cast.asking).held == 600


def test_one_no_refuses_it(client, cast):
    variation = proposed(cast)
    send(client, cast.home_head, url_of("answer_variation", variation), answer="no", reason="No cover")
    variation.refresh_from_db()
    assert (variation.status, Leg.objects.get().days) == ("refused", 500)


def test_a_no_needs_a_reason(client, cast):
    response = send(client, cast.head, url_of("answer_variation", proposed(cast)), answer="no")
    assert response.context["form"].errors == {"reason": ["Say why you do not agree"]}


def test_a_delegate_answers_for_the_head(client, cast):
    variation = proposed(cast)
    delegate = factories.delegate_of(cast.giving, cast.home_head, "release")
    send(client, delegate, url_of("answer_variation", variation), answer="yes")
    event = variation.leg.commission.events.get(verb="agree_variation")
    assert event.who == f"{delegate} for {cast.home_head}"
