from datetime import time, timedelta

import pytest

from exchange import actions
from exchange.models import Commission, Visit
from portal.errors import Refused
from schools import calendar
from tests import factories
from tests.exchange.cases import a_day, in_boxes, look, send, url_of
from tests.exchange.road import a_visit, an_agreement, an_offer
from tests.exchange.work_cases import LONG_BEFORE, agreed, agreed_leg


def facts(on, **data):
    """Whichever day of the week the test runs on, it is not asked for once more."""
    at = {"arrival_time": "9.30am", "arrival_contact": "Mrs Office", "all_the_same": "on"}
    return {"days": "1", **at, **in_boxes("on", on), **data}


def test_it_plans(client, cast):
    leg = agreed_leg(cast)
    send(client, cast.lead, url_of("plan_visit", leg), **facts(a_day(), days="1.25", purpose="Observe"))
    visit = leg.visits.get()
    assert (visit.on, visit.days, visit.arrival_time) == (a_day(), 125, time(9, 30))
    assert (visit.arrival_contact, visit.purpose, visit.planned_by) == ("Mrs Office", "Observe", cast.lead)


def test_a_past_day_of_the_work_can_be_entered_afterwards(client, cast):
    leg = agreed_leg(cast)
    send(client, cast.lead, url_of("plan_visit", leg), **facts(a_day(-10)))
    assert leg.visits.get().on == a_day(-10)


@pytest.mark.parametrize("on", [LONG_BEFORE, a_day(-31), a_day(61)])
def test_a_day_outside_the_work_is_refused_beside_the_field(client, cast, on):
    leg = agreed_leg(cast)
    response = send(client, cast.lead, url_of("plan_visit", leg), **facts(on))
    assert response.context["form"].errors.keys() == {"on"}
    assert not Visit.objects.exists()


@pytest.mark.parametrize("number", [-30, 60])
def test_the_first_and_the_last_day_are_inside(client, cast, number):
    leg = agreed_leg(cast)
    send(client, cast.lead, url_of("plan_visit", leg), **facts(a_day(number)))
    assert leg.visits.get().on == a_day(number)


def test_no_more_than_the_days_left(client, cast):
    commission = agreed(cast)
    a_visit(cast, commission, days=450)
    response = send(client, cast.lead, url_of("plan_visit", commission.leg), **facts(a_day()))
    assert response.context["form"].errors["days"] == [
        "Left of the agreed days: 0.5 days. More days need a variation, which both heads agree to"
    ]
    assert Visit.objects.count() == 1


def test_it_is_not_offered_when_no_days_are_left_and_says_why(client, cast):
    commission = agreed(cast)
    visit = a_visit(cast, commission, days=500)
    url = url_of("plan_visit", commission.leg)
    page = look(client, cast.lead, commission.get_absolute_url()).content.decode()
    assert "0 left to plan" in page
    assert (url in page, url_of("propose_variation", commission.leg) in page) == (False, True)
    response = look(client, cast.lead, url)
    assert response.status_code == 409
    assert "days are left to plan" in response.content.decode()
    Visit.objects.filter(pk=visit.pk).update(status=Visit.Status.LATE_CANCELLED)
    assert url in look(client, cast.lead, commission.get_absolute_url()).content.decode()


def coming(weekday):
    """The first such day of the work that is no bank holiday."""
    days = (a_day(number) for number in range(1, 60))
    return next(on for on in days if on.weekday() == weekday and on not in calendar.bank_holidays())


def test_a_day_at_the_weekend_is_asked_for_once_more(client, cast):
    leg, on = agreed_leg(cast), coming(weekday=5)
    response = send(client, cast.lead, url_of("plan_visit", leg), **facts(on, all_the_same=""))
    assert response.context["form"].errors == {"all_the_same": [f"{on:%-d %B %Y} is a Saturday"]}
    assert "Plan it all the same" in response.content.decode()
    assert not Visit.objects.exists()
    send(client, cast.lead, url_of("plan_visit", leg), **facts(on, all_the_same="on"))
    assert leg.visits.get().on == on


def test_a_day_on_which_the_alliance_is_shut_is_asked_for_once_more(client, cast):
    leg, on = agreed_leg(cast), coming(weekday=2)
    cast.alliance.closures.create(name="Christmas", starts_on=on, ends_on=on)
    response = send(client, cast.lead, url_of("plan_visit", leg), **facts(on, all_the_same=""))
    said = f"{on:%-d %B %Y} is a day on which schools are shut"
    assert response.context["form"].errors == {"all_the_same": [said]}


def test_a_day_of_school_is_asked_for_once(client, cast):
    leg, on = agreed_leg(cast), coming(weekday=2)
    assert send(client, cast.lead, url_of("plan_visit", leg), **facts(on, all_the_same="")).status_code == 302


def test_it_shows_how_to_arrive(client, cast):
    leg = agreed_leg(cast)
    leg.receiving_school.arrival = "Park in Elm Road"
    leg.receiving_school.save()
    page = look(client, cast.lead, url_of("plan_visit", leg)).content.decode()
    assert "Park in Elm Road" in page


def test_not_without_the_safeguarding_date(client, cast):
    leader = factories.leader_at(cast.giving, confirmed=False)
    commission = an_agreement(cast, an_offer(cast, leader=leader), by=leader.person.user)
    Commission.objects.filter(pk=commission.pk).update(ends_on=a_day() + timedelta(days=9))
    response = send(client, leader.person.user, url_of("plan_visit", commission.leg), **facts(a_day()))
    assert response.status_code == 409
    assert not Visit.objects.exists()


@pytest.mark.parametrize("days", [-25, 0, 10, 525])
def test_days_that_no_visit_has_are_refused_wherever_they_come_from(cast, days):
    commission = agreed(cast)
    with pytest.raises(Refused, match="quarters of a day, 5 days at most"):
        a_visit(cast, commission, days=days)
    visit = a_visit(cast, commission)
    with pytest.raises(Refused, match="quarters of a day, 5 days at most"):
        actions.visits.log(visit=visit, by=cast.lead, days=days, note="A slip")
    assert [(visit.status, visit.days) for visit in Visit.objects.all()] == [("planned", 100)]
