import pytest
from django.urls import reverse

from exchange.models import Account, FloorChange
from staff.models import Post
from tests import factories

from .conftest import a_request, an_offer, make_cast
from .test_accept import send


@pytest.fixture
def tight(db):
    """An alliance where a school may owe two days at most."""
    return make_cast(limit=-200)


def override(client, user, commission, reason="An inspection is due"):
    return send(client, user, reverse("exchange:override_limit", args=[commission.pk]), reason=reason)


def say_yes(client, cast, commission):
    send(client, cast.lead, reverse("exchange:accept", args=[commission.pk]))
    send(client, cast.home_head, reverse("exchange:release", args=[commission.pk]), travel_payer="home")
    return send(
        client, cast.head, reverse("exchange:agree", args=[commission.pk]), exit_plan="The subject lead carries on"
    )


def test_the_last_yes_beyond_the_limit_is_refused_until_a_coordinator_overrides(client, tight):
    request = a_request(tight, days=300)
    commission = an_offer(tight, request)
    refused = say_yes(client, tight, commission)
    commission.refresh_from_db()
    assert refused.status_code == 409
    assert b"Ashgrove has reached its limit and cannot take 3 days more." in refused.content
    assert (commission.status, commission.receiving_yes_at) == ("offered", None)
    assert Account.objects.get(school=tight.asking).held == 0

    assert override(client, tight.coordinator, commission).url == commission.get_absolute_url()
    assert say_yes(client, tight, commission).status_code == 302
    commission.refresh_from_db()
    change, account = FloorChange.objects.get(), Account.objects.get(school=tight.asking)
    assert (commission.status, account.held, account.floor) == ("agreed", 300, -300)
    assert (change.old, change.new) == (-200, -300)
    assert (change.by, change.reason) == (f"user:{tight.coordinator.pk}", "An inspection is due")
    assert commission.events.get(verb="override_limit").by == tight.coordinator


def test_a_coordinator_who_works_at_the_school_needs_a_colleague(client, tight):
    Post.objects.create(person=tight.coordinator.person, school=tight.asking, starts_on=factories.LONG_AGO)
    commission = an_offer(tight, a_request(tight, days=300))
    response = override(client, tight.coordinator, commission)
    commission.refresh_from_db()
    assert response.status_code == 409
    assert b"You work at Ashgrove: another coordinator has to decide this." in response.content
    assert commission.override_by is None
    colleague = factories.coordinator_of(tight.alliance)
    assert override(client, colleague, commission).status_code == 302


def test_it_wants_a_reason(client, cast):
    commission = an_offer(cast)
    response = override(client, cast.coordinator, commission, "")
    commission.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert commission.override_by is None


def test_not_when_the_offer_is_gone(client, cast):
    commission = an_offer(cast)
    send(client, cast.coordinator, reverse("exchange:take_back", args=[commission.pk]), reason="Too far")
    response = override(client, cast.coordinator, commission)
    assert response.status_code == 409
    assert b"The limit matters only while an offer or a proposed change is open." in response.content


def test_heads_may_not_and_others_do_not_see_it(client, cast):
    commission = an_offer(cast)
    assert override(client, cast.head, commission).status_code == 403
    assert override(client, cast.stranger, commission).status_code == 404
    assert override(client, factories.coordinator_of(factories.AllianceFactory()), commission).status_code == 404
    commission.refresh_from_db()
    assert commission.override_by is None
