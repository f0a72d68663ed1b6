from django.urls import reverse

from tests import factories
from tests.exchange.cases import a_delivered_commission, an_agreement, send


def close(client, user, commission, reason="The school has a new head"):
    return send(client, user, reverse("exchange:close_work", args=[commission.pk]), reason=reason)


def test_it_closes_the_work_and_its_request(client, cast):
    commission = a_delivered_commission(cast)
    response = close(client, cast.coordinator, commission)
    commission.refresh_from_db()
    assert response.url == commission.get_absolute_url()
    assert (commission.status, commission.support_request.status) == ("closed", "closed")
    assert commission.events.get(verb="close_work").reason == "The school has a new head"


def test_only_delivered_work(client, cast):
    commission = an_agreement(cast)
    assert close(client, cast.coordinator, commission).status_code == 409
    commission.refresh_from_db()
    assert commission.status == "agreed"


def test_it_wants_a_reason(client, cast):
    commission = a_delivered_commission(cast)
    response = close(client, cast.coordinator, commission, "")
    commission.refresh_from_db()
    assert response.context["form"].errors["reason"] == ["Enter a reason"]
    assert commission.status == "delivered"


def test_the_leader_may_not_and_others_do_not_see_it(client, cast):
    commission = a_delivered_commission(cast)
    assert close(client, cast.lead, commission).status_code == 403
    assert close(client, cast.stranger, commission).status_code == 404
    assert close(client, factories.coordinator_of(factories.AllianceFactory()), commission).status_code == 404
