from django.urls import reverse

from tests.exchange.cases import a_request, an_agreement, an_offer, send


def call(client, cast, request, reason="Three days will do"):
    return send(client, cast.coordinator, reverse("exchange:call_enough", args=[request.pk]), reason=reason)


def test_it_matches_with_fewer_days_than_asked(client, cast):
    request = a_request(cast, days=500)
    an_agreement(cast, an_offer(cast, request, days=300))
    response = call(client, cast, request)
    request.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert (request.status, request.days_wanted) == ("matched", 200)


def test_not_without_agreed_work(client, cast):
    request = a_request(cast)
    assert call(client, cast, request).status_code == 409
    request.refresh_from_db()
    assert request.status == "open"


def test_not_while_an_offer_is_open(client, cast):
    request = a_request(cast, days=500, may_split=True)
    an_agreement(cast, an_offer(cast, request, days=300))
    request.refresh_from_db()
    an_offer(cast, request, days=100)
    response = call(client, cast, request)
    request.refresh_from_db()
    assert b"An offer is still open." in response.content
    assert (response.status_code, request.status) == (409, "open")


def test_it_wants_a_reason(client, cast):
    request = a_request(cast, days=500)
    an_agreement(cast, an_offer(cast, request, days=300))
    response = call(client, cast, request, " ")
    request.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert request.status == "open"
