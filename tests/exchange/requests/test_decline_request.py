from django.urls import reverse

from staff.models import Mail
from tests.exchange.cases import a_request, an_agreement, an_offer, send


def decline(client, cast, request, reason="There is a place on a programme"):
    return send(client, cast.coordinator, reverse("exchange:decline_request", args=[request.pk]), reason=reason)


def test_it_declines_and_takes_the_open_offer_back(client, cast):
    request = a_request(cast)
    commission = an_offer(cast, request)
    response = decline(client, cast, request)
    request.refresh_from_db()
    commission.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert (request.status, commission.status, request.committed) == ("declined", "cancelled", 0)
    assert request.events.get(verb="decline_request").reason == "There is a place on a programme"
    assert Mail.objects.filter(to=cast.head.email, text__contains="a place on a programme").exists()


def test_it_wants_a_reason(client, cast):
    request = a_request(cast)
    response = decline(client, cast, request, "")
    request.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert request.status == "open"


def test_agreed_work_has_to_end_first(client, cast):
    request = a_request(cast, days=500)
    an_agreement(cast, an_offer(cast, request, days=200))
    request.refresh_from_db()
    response = decline(client, cast, request)
    request.refresh_from_db()
    assert response.status_code == 409
    assert b"It has to be cancelled or finished first." in response.content
    assert request.status == "open"


def test_a_declined_request_is_not_declined_again(client, cast):
    request = a_request(cast)
    decline(client, cast, request)
    assert decline(client, cast, request).status_code == 409
    assert request.events.filter(verb="decline_request").count() == 1
