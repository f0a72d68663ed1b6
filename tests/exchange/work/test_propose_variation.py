from datetime import date

import pytest

from exchange.models import Commission, Variation
from tests import factories
from tests.exchange.cases import a_day, a_visit, in_boxes, send, url_of
from tests.exchange.work_cases import TODAY, agreed, agreed_leg


def propose(client, user, leg, *, days="6", first=-30, last=60):
    boxes = {**in_boxes("starts_on", a_day(first)), **in_boxes("ends_on", a_day(last))}
    return send(client, user, url_of("propose_variation", leg), days=days, reason="More to do", **boxes)


def test_it_proposes(client, cast):
    leg = agreed_leg(cast)
    propose(client, cast.lead, leg, days="6.5", last=90)
    variation = leg.variations.get()
    assert (variation.days, variation.ends_on, variation.status) == (650, a_day(90), "proposed")
    leg.refresh_from_db()
    assert leg.days == 500


def test_a_head_who_proposes_has_said_yes(client, cast):
    leg = agreed_leg(cast)
    propose(client, cast.head, leg)
    assert leg.variations.get().receiving_yes_by == cast.head


def test_a_delegate_proposes_for_the_head(client, cast):
    leg = agreed_leg(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "agree")
    propose(client, delegate, leg)
    event = leg.commission.events.get(verb="propose_variation")
    assert event.who == f"{delegate} for {cast.head}"


def test_a_planned_visit_stays_inside(client, cast):
    commission = agreed(cast)
    a_visit(cast, commission, on=a_day(20))
    response = propose(client, cast.lead, commission.leg, last=10)
    assert response.context["form"].errors.keys() == {"ends_on"}


def test_not_fewer_days_than_are_planned(client, cast):
    commission = agreed(cast)
    a_visit(cast, commission, days=300)
    response = propose(client, cast.lead, commission.leg, days="2")
    assert response.context["form"].errors == {"days": ["Visits of 3 days are planned or done: it cannot be fewer"]}


def test_the_last_day_is_not_before_the_first(client, cast):
    response = propose(client, cast.lead, agreed_leg(cast), first=5, last=1)
    assert response.context["form"].errors.keys() == {"ends_on"}


def test_something_has_to_change(client, cast):
    response = propose(client, cast.lead, agreed_leg(cast), days="5")
    assert response.context["form"].errors == {"days": ["Change the days or the dates"]}


def propose_dates(client, user, leg, first, last):
    boxes = {**in_boxes("starts_on", first), **in_boxes("ends_on", last)}
    boxes |= {name: f"{value:04d}" for name, value in boxes.items() if name.endswith("year")}
    return send(client, user, url_of("propose_variation", leg), days="6", reason="More to do", **boxes)


def test_no_day_before_the_rules_of_the_alliance_is_proposed(client, cast):
    leg = agreed_leg(cast)
    cast.alliance.policies.update(starts_on=a_day(-40))
    for first in (a_day(-41), date(1, 1, 1)):
        response = propose_dates(client, cast.lead, leg, first, a_day(60))
        assert response.context["form"].errors == {
            "starts_on": [f"The first day must be {a_day(-40):%-d %B %Y}, when the alliance's rules began, or later"]
        }
    assert propose_dates(client, cast.lead, leg, a_day(-40), a_day(60)).status_code == 302


@pytest.mark.parametrize("first", [a_day(0), date(9999, 12, 31)])
def test_no_day_beyond_the_next_two_years_is_proposed(client, cast, first):
    response = propose_dates(client, cast.lead, agreed_leg(cast), first, date(9999, 12, 31))
    assert response.context["form"].errors["ends_on"] == ["The last day must be within the next two years"]
    assert not Variation.objects.exists()
    last = date(TODAY().year + 2, 12, 31)
    assert propose_dates(client, cast.lead, agreed_leg(cast), a_day(0), last).status_code == 302


def test_what_was_agreed_before_may_stay(client, cast):
    leg = agreed_leg(cast)
    cast.alliance.policies.update(starts_on=a_day(-10))
    Commission.objects.filter(pk=leg.commission_id).update(ends_on=date(9999, 12, 31))
    assert propose_dates(client, cast.lead, leg, leg.commission.starts_on, date(9999, 12, 31)).status_code == 302


def test_no_more_days_than_the_leader_has_left_are_proposed(client, cast):
    leg = agreed_leg(cast)  # five of the leader's fifteen days, whose next year is free
    response = propose(client, cast.lead, leg, days="20.25")
    assert "Enter 20 days or fewer" in response.content.decode()
    assert not leg.variations.exists()
    assert propose(client, cast.lead, leg, days="20").status_code == 302
