import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import Commission
from schools import calendar
from staff.models import Mail, Post, SystemLeader
from tests import factories
from tests.exchange.cases import a_request, an_offer, send
from tests.exchange.forms import facts


def in_boxes(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def url_of(request, leader):
    return reverse("exchange:offer", args=[request.pk, leader.pk])


def test_it_offers_and_asks_all_three(client, cast):
    request = a_request(cast)
    response = send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast))
    commission = Commission.objects.get()
    assert response.url == commission.get_absolute_url()
    assert (commission.status, commission.leader, commission.home_school) == ("offered", cast.leader, cast.giving)
    assert (commission.days, commission.modes, commission.objectives) == (
        500,
        "coaching, remote",
        "Plan and model lessons",
    )
    for user in (cast.lead, cast.home_head, cast.head):
        assert Mail.objects.filter(to=user.email, subject__startswith=commission.reference).count() == 1


def test_the_form_begins_with_what_was_asked(client, cast):
    request = a_request(cast)
    client.force_login(cast.coordinator)
    form = client.get(url_of(request, cast.leader)).context["form"]
    assert {name: form[name].value() for name in ("home_school", "days", "starts_on", "objectives")} == {
        "home_school": cast.giving.pk,
        "days": "5",
        "starts_on": request.starts_on,
        "objectives": "Fractions are taught with confidence",
    }


def test_with_two_home_schools_the_coordinator_chooses(client, cast):
    Post.objects.create(person=cast.leader.person, school=cast.other, starts_on=factories.LONG_AGO)
    request = a_request(cast)
    client.force_login(cast.coordinator)
    assert client.get(url_of(request, cast.leader)).context["form"]["home_school"].value() is None
    response = send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast, home_school=""))
    assert response.context["form"].errors == {"home_school": ["Select the school that releases the leader"]}
    send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast, home_school=cast.other.pk))
    assert Commission.objects.get().home_school == cast.other


TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"days": ""}, {"days": ["Enter the days, for example 0.5 or 1.75"]}),
        ({"days": "0"}, {"days": ["Enter 0.25 days or more"]}),
        ({"days": "5.25"}, {"days": ["Enter 5 days or fewer"]}),
        ({"days": "1.1"}, {"days": ["Enter the days in quarters, for example 0.5 or 1.75"]}),
        ({"objectives": " "}, {"objectives": ["Enter the objectives"]}),
        ({"modes": ["dancing"]}, {"modes": ["Select a valid choice. dancing is not one of the available choices."]}),
        ({"ends_on": TODAY - timedelta(days=1)}, {"ends_on": ["The last day must not be before the first"]}),
        (
            {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)},
            {"ends_on": ["The last day must be today or later"]},
        ),
        ({"starts_on_month": "13"}, {"starts_on": ["Enter a real date for the first day, for example 12 1 2027"]}),
        ({"home_school": "900"}, {"home_school": ["Select one of the leader's schools"]}),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_offered(client, cast, changes, errors):
    request = a_request(cast)
    response = send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast, **changes))
    assert response.context["form"].errors == errors
    assert b"There is a problem" in response.content
    assert Commission.objects.count() == 0


def test_not_more_days_than_the_leader_has_left(client, cast):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(allowance=200)
    request = a_request(cast)
    client.force_login(cast.coordinator)
    assert client.get(url_of(request, cast.leader)).context["form"]["days"].value() == "2"
    response = send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast))
    year = calendar.label(calendar.year_of(TODAY))
    assert response.context["form"].errors["days"] == [f"{cast.leader.person} has 2 days left in {year}"]
    assert Commission.objects.count() == 0


def test_a_part_can_be_offered_where_the_days_may_be_split(client, cast):
    second = factories.leader_at(cast.other)
    request = a_request(cast, days=500, may_split=True)
    send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast, days="2"))
    send(client, cast.coordinator, url_of(request, second), **facts(cast, days="3", home_school=cast.other.pk))
    request.refresh_from_db()
    assert (request.commissions.count(), request.days_wanted) == (2, 0)


def test_a_second_offer_is_refused_while_the_first_is_open(client, cast):
    second = factories.leader_at(cast.other)
    request = a_request(cast)
    an_offer(cast, request, days=200)
    response = send(
        client, cast.coordinator, url_of(request, second), **facts(cast, days="2", home_school=cast.other.pk)
    )
    assert response.status_code == 409
    assert b"An offer for this request is open already." in response.content
    assert Commission.objects.count() == 1


def test_after_a_no_the_next_leader_is_offered_it(client, cast):
    second = factories.leader_at(cast.other)
    request = a_request(cast)
    actions.offers.decline(commission=an_offer(cast, request), by=cast.lead, reason="capacity")
    response = send(client, cast.coordinator, url_of(request, second), **facts(cast, home_school=cast.other.pk))
    assert response.status_code == 302
    assert list(request.commissions.order_by("pk").values_list("status", flat=True)) == ["declined", "offered"]


def test_a_suspended_leader_is_refused_with_the_reason(client, cast):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(status="suspended")
    request = a_request(cast)
    response = send(client, cast.coordinator, url_of(request, cast.leader), **facts(cast))
    assert response.status_code == 409
    assert b"cannot be offered this work. Not active: suspended." in response.content
    assert Commission.objects.count() == 0


def test_the_second_sending_has_the_first_ones_answer(client, cast):
    request, key = a_request(cast), uuid.uuid4()
    answers = [send(client, cast.coordinator, url_of(request, cast.leader), key=key, **facts(cast)) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Commission.objects.count() == 1


def test_leaders_of_other_alliances_do_not_exist_here(client, cast):
    foreign = factories.leader_at(factories.member(factories.AllianceFactory()))
    response = send(client, cast.coordinator, url_of(a_request(cast), foreign), **facts(cast))
    assert response.status_code == 404
    assert foreign.person.name.encode() not in response.content


def test_others_may_not(client, cast):
    request = a_request(cast)
    assert send(client, cast.head, url_of(request, cast.leader), **facts(cast)).status_code == 403
    assert send(client, cast.stranger, url_of(request, cast.leader), **facts(cast)).status_code == 404
    assert send(client, cast.lead, url_of(request, cast.leader), **facts(cast)).status_code == 404
    other = factories.coordinator_of(factories.AllianceFactory())
    assert send(client, other, url_of(request, cast.leader), **facts(cast)).status_code == 404
    assert Commission.objects.count() == 0
