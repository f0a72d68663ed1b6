from django.urls import reverse

from staff.models import Mail
from tests import factories
from tests.exchange.cases import a_request, send


def test_it_assigns(client, cast):
    colleague, request = factories.coordinator_of(cast.alliance), a_request(cast)
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=colleague.pk)
    request.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert request.assigned_to == colleague
    assert request.events.filter(verb="assign").first().reason == f"To {colleague}"
    assert Mail.objects.filter(to=colleague.email, subject=f"{request.reference}: assigned to you").count() == 1


def test_only_to_a_coordinator_of_the_alliance(client, cast):
    request = a_request(cast)
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=cast.stranger.pk)
    request.refresh_from_db()
    assert response.context["form"].errors["to"] == ["Select a coordinator of this alliance"]
    assert request.assigned_to == cast.coordinator


def test_who_takes_a_request_for_themselves_stands_in_its_history(client, cast):
    colleague, request = factories.coordinator_of(cast.alliance), a_request(cast)
    send(client, colleague, reverse("exchange:assign", args=[request.pk]), to=colleague.pk)
    event = request.events.filter(verb="assign").first()
    client.force_login(cast.head)
    page = client.get(request.get_absolute_url()).content.decode()
    assert (event.by, event.reason) == (colleague, "To themselves")
    assert "Request assigned" in page
    assert f"{colleague}" in page


def test_not_when_it_has_ended(client, cast):
    request = a_request(cast)
    send(client, cast.coordinator, reverse("exchange:decline_request", args=[request.pk]), reason="No leader")
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=cast.coordinator.pk)
    assert response.status_code == 409
    assert b"This request has ended." in response.content
