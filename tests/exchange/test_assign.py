from django.urls import reverse

from staff.models import Mail
from tests import factories

from .conftest import a_request
from .test_accept import send


def test_it_assigns(client, cast):
    colleague, request = factories.coordinator_of(cast.alliance), a_request(cast)
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=colleague.pk)
    request.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert request.assigned_to == colleague
    assert request.events.get(verb="assign").reason == f"To {colleague}"
    assert Mail.objects.filter(to=colleague.email, subject=f"{request.reference}: assigned to you").count() == 1


def test_only_to_a_coordinator_of_the_alliance(client, cast):
    request = a_request(cast)
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=cast.stranger.pk)
    request.refresh_from_db()
    assert response.context["form"].errors["to"] == ["Select a coordinator of this alliance"]
    assert request.assigned_to == cast.coordinator


def test_not_when_it_has_ended(client, cast):
    request = a_request(cast)
    send(client, cast.coordinator, reverse("exchange:decline_request", args=[request.pk]), reason="No leader")
    response = send(client, cast.coordinator, reverse("exchange:assign", args=[request.pk]), to=cast.coordinator.pk)
    assert response.status_code == 409
    assert b"This request has ended." in response.content
