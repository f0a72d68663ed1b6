import pytest
from django.urls import reverse

from bank.models import Account, FloorChange
from exchange import actions
from staff.models import Post
from tests import factories
from tests.exchange.cases import a_request, an_agreement, an_offer, make_cast, send

pytestmark = pytest.mark.slow

NOT_IN_THE_WAY = b"The limit is not in the way of an open offer or a proposed change."


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


def test_it_wants_a_reason(client, tight):
    cast, commission = tight, an_offer(tight, days=300)
    response = override(client, cast.coordinator, commission, "")
    commission.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert commission.override_by is None


def test_not_when_the_offer_is_gone(client, cast):
    commission = an_offer(cast)
    send(client, cast.coordinator, reverse("exchange:take_back", args=[commission.pk]), reason="Too far")
    response = override(client, cast.coordinator, commission)
    assert response.status_code == 409
    assert NOT_IN_THE_WAY in response.content


def test_heads_may_not_and_others_do_not_see_it(client, cast):
    commission = an_offer(cast)
    assert override(client, cast.head, commission).status_code == 403
    assert override(client, cast.stranger, commission).status_code == 404
    assert override(client, factories.coordinator_of(factories.AllianceFactory()), commission).status_code == 404
    commission.refresh_from_db()
    assert commission.override_by is None


def test_it_is_offered_only_where_the_limit_is_in_the_way_and_nobody_has_overridden_it(client, tight):
    inside = an_offer(tight, days=200)
    assert offers_it(client, tight, inside) is False
    assert NOT_IN_THE_WAY in override(client, tight.coordinator, inside).content
    beyond = an_offer(tight, days=225)
    assert offers_it(client, tight, beyond) is True
    override(client, tight.coordinator, beyond)
    assert offers_it(client, tight, beyond) is False


def test_a_proposed_change_is_overridden_for_itself_and_only_when_it_adds_more_than_there_is_room_for(client, tight):
    commission = an_agreement(tight, days=150)
    for days, offered in ((100, False), (200, False), (225, True)):
        commission.leg.variations.filter(status="proposed").delete()
        propose(tight, commission, days)
        assert offers_it(client, tight, commission) is offered, days
    override(client, tight.coordinator, commission)
    assert offers_it(client, tight, commission) is False
    commission.leg.variations.filter(status="proposed").delete()
    propose(tight, commission, 250)
    assert offers_it(client, tight, commission) is True


def offers_it(client, cast, commission):
    client.force_login(cast.coordinator)
    page = client.get(commission.get_absolute_url()).content.decode()
    return reverse("exchange:override_limit", args=[commission.pk]) in page


def propose(cast, commission, days):
    dates = {"starts_on": commission.starts_on, "ends_on": commission.ends_on}
    actions.work.propose_variation(leg=commission.leg, by=cast.home_head, days=days, reason="More", **dates)
