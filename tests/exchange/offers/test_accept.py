import uuid

from django.urls import reverse

from tests import factories
from tests.exchange.cases import an_offer, send


def test_it_accepts(client, cast):
    commission = an_offer(cast)
    response = send(client, cast.lead, reverse("exchange:accept", args=[commission.pk]))
    commission.refresh_from_db()
    assert response.url == commission.get_absolute_url()
    assert (commission.leader_yes_by, commission.status) == (cast.lead, "offered")


def test_it_does_not_accept_twice(client, cast):
    commission = an_offer(cast)
    send(client, cast.lead, reverse("exchange:accept", args=[commission.pk]))
    response = send(client, cast.lead, reverse("exchange:accept", args=[commission.pk]))
    assert response.status_code == 409
    assert commission.events.filter(verb="accept").count() == 1


def test_the_second_sending_has_the_first_ones_answer(client, cast):
    url, key = reverse("exchange:accept", args=[an_offer(cast).pk]), uuid.uuid4()
    answers = [send(client, cast.lead, url, key=key).url for _ in range(2)]
    assert answers[0] == answers[1]


def test_it_hides_other_schools_commissions(client, cast):
    url = reverse("exchange:accept", args=[an_offer(cast).pk])
    assert send(client, cast.stranger, url).status_code == 404
    assert send(client, factories.UserFactory(), url).status_code == 404


def test_the_head_sees_but_may_not_accept(client, cast):
    commission = an_offer(cast)
    assert send(client, cast.head, reverse("exchange:accept", args=[commission.pk])).status_code == 403
    commission.refresh_from_db()
    assert commission.leader_yes_at is None
