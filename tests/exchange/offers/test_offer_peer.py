import pytest
from django.urls import reverse

from exchange.models import Commission
from tests import factories
from tests.exchange.cases import a_request, send
from tests.exchange.forms import facts


@pytest.fixture
def asked(cast):
    return a_request(cast, kind="peer", days=200)


def offer(client, user, cast, request, partner=None, **changes):
    url = reverse("exchange:offer_peer", args=[request.pk, (partner or cast.giving).pk])
    data = {"days": "2", "return_days": "1.5", "person": cast.leader.person.pk, "return_person": cast.head.person.pk}
    return send(client, user, url, **facts(cast, **data | changes))


def test_it_offers_both_directions(client, cast, asked):
    response = offer(client, cast.coordinator, cast, asked)
    commission = Commission.objects.get()
    assert response.url == commission.get_absolute_url()
    assert list(commission.legs.values_list("giving_school", "receiving_school", "person", "days")) == [
        (cast.giving.pk, cast.asking.pk, cast.leader.person.pk, 200),
        (cast.asking.pk, cast.giving.pk, cast.head.person.pk, 150),
    ]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"person": ""}, {"person": ["Select who gives the support"]}),
        ({"days": "2.25"}, {"days": ["Enter 2 days or fewer"]}),
        ({"return_days": "half"}, {"return_days": ["Enter the days as a number, for example 0.5 or 1.75"]}),
    ],
)
def test_bad_input_offers_nothing(client, cast, asked, changes, errors):
    response = offer(client, cast.coordinator, cast, asked, **changes)
    assert response.context["form"].errors == errors
    assert Commission.objects.count() == 0


def test_a_person_who_works_elsewhere_is_not_one_of_the_schools(client, cast, asked):
    response = offer(client, cast.coordinator, cast, asked, person=cast.stranger.person.pk)
    assert list(response.context["form"].errors) == ["person"]
    assert Commission.objects.count() == 0


def test_only_for_peer_requests_and_member_schools(client, cast, asked):
    outside = factories.SchoolFactory()
    assert offer(client, cast.coordinator, cast, asked, partner=outside).status_code == 404
    assert offer(client, cast.coordinator, cast, asked, partner=cast.asking).status_code == 404
    assert offer(client, cast.coordinator, cast, a_request(cast)).status_code == 404


def test_others_may_not(client, cast, asked):
    assert offer(client, cast.head, cast, asked).status_code == 403
    assert offer(client, cast.stranger, cast, asked).status_code == 404
    other = factories.coordinator_of(factories.AllianceFactory())
    assert offer(client, other, cast, asked).status_code == 404
    assert Commission.objects.count() == 0
