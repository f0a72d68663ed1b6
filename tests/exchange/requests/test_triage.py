import uuid

import pytest
from django.urls import reverse

from exchange import actions
from staff.models import Mail
from tests import factories
from tests.exchange.cases import a_request, send


def url_of(request):
    return reverse("exchange:triage", args=[request.pk])


def test_it_opens_the_request_for_oneself(client, cast):
    request = a_request(cast, status="submitted")
    response = send(client, cast.coordinator, url_of(request), to=cast.coordinator.pk)
    request.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert (request.status, request.assigned_to) == ("open", cast.coordinator)


def test_it_gives_the_request_to_a_colleague_who_is_told(client, cast):
    colleague = factories.coordinator_of(cast.alliance)
    request = a_request(cast, status="submitted")
    send(client, cast.coordinator, url_of(request), to=colleague.pk)
    request.refresh_from_db()
    assert (request.status, request.assigned_to) == ("open", colleague)
    assert Mail.objects.filter(to=colleague.email, subject=f"{request.reference}: assigned to you").count() == 1


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("", "Select who looks after this request"),
        ("head", "Select a coordinator of this alliance"),
        ("x'", "Select a coordinator of this alliance"),
    ],
)
def test_it_assigns_only_to_a_coordinator_of_the_alliance(client, cast, to, error):
    request = a_request(cast, status="submitted")
    response = send(client, cast.coordinator, url_of(request), to=cast.head.pk if to == "head" else to)
    request.refresh_from_db()
    assert [str(message) for message in response.context["form"].errors["to"]] == [error]
    assert (request.status, request.assigned_to) == ("submitted", None)


def test_a_coordinator_of_another_alliance_cannot_be_chosen(client, cast):
    other = factories.coordinator_of(factories.AllianceFactory())
    request = a_request(cast, status="submitted")
    client.force_login(cast.coordinator)
    offered = client.get(url_of(request)).context["form"].fields["to"].queryset
    assert list(offered) == [cast.coordinator]
    assert send(client, cast.coordinator, url_of(request), to=other.pk).status_code == 200


def test_somebody_else_triaged_it_meanwhile(client, cast):
    colleague = factories.coordinator_of(cast.alliance)
    request = a_request(cast, status="submitted")
    client.force_login(cast.coordinator)
    assert client.get(url_of(request)).status_code == 200
    actions.requests.triage(support_request=request, by=colleague)
    response = send(client, cast.coordinator, url_of(request), to=cast.coordinator.pk)
    request.refresh_from_db()
    assert response.status_code == 409
    assert b"Somebody has dealt with this request already." in response.content
    assert request.assigned_to == colleague


def test_the_second_sending_has_the_first_ones_answer(client, cast):
    request, key = a_request(cast, status="submitted"), uuid.uuid4()
    answers = [send(client, cast.coordinator, url_of(request), key=key, to=cast.coordinator.pk) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert request.events.filter(verb="triage").count() == 1


VERBS = ["triage", "ask_question", "decline_request", "assign", "call_enough", "shortlist"]


@pytest.mark.parametrize("verb", VERBS)
def test_the_asking_head_sees_the_request_but_may_not(client, cast, verb):
    request = a_request(cast, status="submitted")
    client.force_login(cast.head)
    assert client.get(reverse(f"exchange:{verb}", args=[request.pk])).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["stranger", "other coordinator", "steering group"])
def test_for_everybody_else_the_request_does_not_exist(client, cast, verb, who):
    user = {
        "stranger": lambda: cast.stranger,
        "other coordinator": lambda: factories.coordinator_of(factories.AllianceFactory()),
        "steering group": lambda: factories.observer_of(cast.alliance, "steering"),
    }[who]()
    request = a_request(cast, supported_person="Nora Quill")
    client.force_login(user)
    response = client.get(reverse(f"exchange:{verb}", args=[request.pk]))
    assert response.status_code == 404
    assert b"Nora Quill" not in response.content


def test_a_stranger_can_send_nothing(client, cast):
    request = a_request(cast)
    for verb in ["triage", "ask_question", "decline_request", "assign", "call_enough"]:
        response = send(client, cast.stranger, reverse(f"exchange:{verb}", args=[request.pk]), reason="No")
        assert response.status_code == 404
    request.refresh_from_db()
    assert request.status == "open"


def test_the_pages_do_not_name_the_supported_person(client, cast):
    request = a_request(cast, status="submitted", supported_person="Nora Quill")
    client.force_login(cast.coordinator)
    for verb in ["triage", "ask_question", "decline_request", "assign"]:
        assert b"Nora Quill" not in client.get(reverse(f"exchange:{verb}", args=[request.pk])).content
