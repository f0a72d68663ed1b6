"""The same starts as in cases.py, reached by the real actions, with the mail that they write: for tests of the road.

test_road.py says that both leave the same rows.
"""

from datetime import time

from django.utils import timezone

from exchange import actions
from tests.exchange import cases


def a_request(cast, *, status="open", **fields):
    support_request = cases.a_request(cast, status="draft", **fields)
    if status != "draft":
        actions.requests.submit(support_request=support_request, by=cast.head)
    if status == "open":
        actions.requests.triage(support_request=support_request, by=cast.coordinator)
    return support_request


def an_offer(cast, support_request=None, *, days=None, **fields):
    support_request = support_request or a_request(cast, days=days or 500)
    fields = {"leader": cast.leader, "home_school": cast.giving, "objectives": "Plan and model lessons", **fields}
    today = timezone.localdate()
    return actions.offers.offer(
        support_request=support_request,
        by=cast.coordinator,
        days=days or support_request.days,
        starts_on=today,
        ends_on=today,
        **fields,
    )


def an_agreement(cast, commission=None, *, by=None, **fields):
    commission = commission or an_offer(cast, **fields)
    actions.agreements.accept(commission=commission, by=by or cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    return commission


def a_visit(cast, commission, *, by=None, days=100, on=None, leg=None):
    return actions.visits.plan(
        leg=leg or commission.leg,
        by=by or cast.lead,
        on=on or timezone.localdate(),
        days=days,
        arrival_time=time(9, 0),
        arrival_contact="The office",
    )


def a_logged_visit(cast, commission, *, days=100, on=None):
    visit = a_visit(cast, commission, days=days, on=on)
    actions.visits.log(visit=visit, by=cast.lead, days=days, note="Modelled a lesson")
    commission.refresh_from_db()
    return visit
