import pytest
from django.urls import reverse

from exchange import actions
from exchange.models import Concern
from tests import factories
from tests.exchange.cases import a_delivered_commission, send


def make_concern(cast):
    actions.evaluations.evaluate(
        commission=a_delivered_commission(cast),
        by=cast.head,
        side="receiving",
        evidence="The lessons were cancelled",
        rating=2,
    )
    return Concern.objects.get()


@pytest.fixture(scope="class")
def concern(set_up_shared, cast):
    return set_up_shared("concern", make_concern, cast)


def resolve(client, user, concern, resolution="Talked to both, a second leader takes over"):
    return send(client, user, reverse("exchange:resolve_concern", args=[concern.pk]), resolution=resolution)


def test_it_resolves(client, cast, concern):
    response = resolve(client, cast.coordinator, concern)
    concern.refresh_from_db()
    assert response.url == reverse("exchange:concerns", args=["netherby"])
    assert (concern.resolved_by, concern.resolution) == (cast.coordinator, "Talked to both, a second leader takes over")


def test_the_list_shows_open_ones_and_then_how_they_ended(client, cast, concern):
    client.force_login(cast.coordinator)
    url = reverse("exchange:concerns", args=["netherby"])
    assert list(client.get(url).context["open"]) == [concern]
    resolve(client, cast.coordinator, concern)
    page = client.get(url)
    assert b"No concern is open." in page.content
    assert b"Talked to both, a second leader takes over" in page.content


def test_it_wants_words(client, cast, concern):
    response = resolve(client, cast.coordinator, concern, "")
    concern.refresh_from_db()
    assert response.context["form"].errors["resolution"] == ["Enter what was found, and what was done"]
    assert concern.resolved_at is None


def test_a_colleague_was_faster(client, cast, concern):
    resolve(client, factories.coordinator_of(cast.alliance), concern, "It was a mistake")
    response = resolve(client, cast.coordinator, concern)
    concern.refresh_from_db()
    assert response.status_code == 409
    assert b"This concern has been resolved already." in response.content
    assert concern.resolution == "It was a mistake"


def test_nobody_but_the_coordinators_knows_of_it(client, cast, concern):
    for user in (cast.head, cast.lead, cast.home_head, cast.stranger):
        response = resolve(client, user, concern)
        assert response.status_code == 404
        assert b"The lessons were cancelled" not in response.content
    assert resolve(client, factories.coordinator_of(factories.AllianceFactory()), concern).status_code == 404


def test_the_page_of_the_work_leads_the_coordinator_to_an_open_one(client, cast, concern):
    address, resolves = concern.commission.get_absolute_url(), reverse("exchange:resolve_concern", args=[concern.pk])
    for user in (cast.head, cast.lead, cast.home_head):
        client.force_login(user)
        assert b"concern is open" not in client.get(address).content
    client.force_login(cast.coordinator)
    page = client.get(address).content.decode()
    assert "A concern is open" in page
    assert resolves in page
    assert reverse("exchange:concerns", args=["netherby"]) in page
    resolve(client, cast.coordinator, concern)
    assert "A concern is open" not in client.get(address).content.decode()
