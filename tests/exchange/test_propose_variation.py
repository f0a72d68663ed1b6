from tests import factories

from .conftest import a_visit
from .work_cases import a_day, agreed, agreed_leg, in_boxes, send, url_of


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
