from django.urls import reverse

from exchange import actions
from staff.models import Mail
from tests import factories
from tests.exchange.cases import a_request, an_offer, send


def take_back(client, user, commission, reason="A nearer leader"):
    return send(client, user, reverse("exchange:take_back", args=[commission.pk]), reason=reason)


def test_it_takes_the_offer_back_and_the_days_are_wanted_again(client, cast):
    request = a_request(cast)
    commission = an_offer(cast, request)
    response = take_back(client, cast.coordinator, commission)
    commission.refresh_from_db()
    request.refresh_from_db()
    assert response.url == request.get_absolute_url()
    assert (commission.status, request.status, request.days_wanted) == ("cancelled", "open", 500)
    for user in (cast.lead, cast.head, cast.home_head):
        assert Mail.objects.filter(to=user.email, text__contains="A nearer leader").count() == 1


def test_not_when_it_was_declined_meanwhile(client, cast):
    commission = an_offer(cast)
    actions.offers.decline(commission=commission, by=cast.lead, reason="dates")
    assert take_back(client, cast.coordinator, commission).status_code == 409
    commission.refresh_from_db()
    assert commission.status == "declined"


def test_it_wants_a_reason(client, cast):
    commission = an_offer(cast)
    response = take_back(client, cast.coordinator, commission, "")
    commission.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert commission.status == "offered"


def test_the_leader_may_not_and_others_do_not_see_it(client, cast):
    commission = an_offer(cast)
    assert take_back(client, cast.lead, commission).status_code == 403
    assert take_back(client, cast.stranger, commission).status_code == 404
    assert take_back(client, factories.coordinator_of(factories.AllianceFactory()), commission).status_code == 404
