"""The fixed cast: one asks, one leads at another school, one is a stranger, one coordinates."""

from datetime import time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from exchange import actions
from exchange.models import Outcome, SupportRequest
from staff.models import Specialism
from tests import factories


@pytest.fixture(scope="class")
def cast(play):
    return play("cast", make_cast)


def make_cast(**policy):
    alliance = factories.AllianceFactory(
        slug="netherby", name="Netherby Schools", **{f"policy_version__{name}": value for name, value in policy.items()}
    )
    asking, giving, other = (factories.member(alliance, name=name) for name in ("Ashgrove", "Birchwood", "Castle Hill"))
    leader = factories.leader_at(giving)
    return SimpleNamespace(
        alliance=alliance,
        asking=asking,
        giving=giving,
        other=other,
        leader=leader,
        lead=leader.person.user,
        head=factories.head_of(asking),
        home_head=factories.head_of(giving),
        stranger=factories.head_of(other),
        coordinator=factories.coordinator_of(alliance),
    )


def a_request(cast, *, days=500, status="open", **fields):
    """A request of the asking school, brought as far as a status by the real actions."""
    fields = {
        "kind": "specific",
        "need": "Fractions in year 4",
        "specialism": Specialism.objects.get(name="Mathematics"),
        "phase": "Primary",
        **fields,
    }
    request = SupportRequest.objects.create(
        alliance=cast.alliance,
        school=cast.asking,
        asked_by=cast.head,
        days=days,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
        **fields,
    )
    Outcome.objects.create(request=request, text="Fractions are taught with confidence", baseline=3)
    if status != "draft":
        actions.requests.submit(request=request, by=cast.head)
    if status == "open":
        actions.requests.triage(request=request, by=cast.coordinator)
    return request


def an_offer(cast, request=None, *, days=None, **fields):
    request = request or a_request(cast, days=days or 500)
    fields = {"leader": cast.leader, "home_school": cast.giving, "objectives": "Plan and model lessons", **fields}
    today = timezone.localdate()
    return actions.offers.offer(
        request=request, by=cast.coordinator, days=days or request.days, starts_on=today, ends_on=today, **fields
    )


def an_agreement(cast, commission=None, *, by=None, **fields):
    commission = commission or an_offer(cast, **fields)
    actions.agreements.accept(commission=commission, by=by or cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    return commission


def a_visit(cast, commission, *, days=100, on=None, leg=None):
    return actions.visits.plan(
        leg=leg or commission.leg,
        by=cast.lead,
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
