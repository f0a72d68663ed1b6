"""Every status, from by to: what the table allows happens with its history, everything else is refused."""

import itertools

import pytest
from django.apps import apps

from exchange.models import Charge, Commission, Event, SupportRequest, Variation, Visit
from portal import status
from portal.errors import SomebodyFaster
from schools.models import School
from staff.models import LeaderEvent, SystemLeader
from tests.exchange.cases import a_request, a_visit, an_agreement, an_offer

ALLOWED = {
    SupportRequest: {
        ("draft", "submitted"), ("draft", "withdrawn"),
        ("submitted", "open"), ("submitted", "clarification"), ("submitted", "declined"), ("submitted", "withdrawn"),
        ("clarification", "submitted"), ("clarification", "declined"), ("clarification", "withdrawn"),
        ("open", "matched"), ("open", "declined"), ("open", "withdrawn"), ("open", "closed"),
        ("matched", "open"), ("matched", "closed"),
    },
    Commission: {
        ("offered", "agreed"), ("offered", "declined"), ("offered", "lapsed"), ("offered", "cancelled"),
        ("agreed", "active"), ("agreed", "paused"), ("agreed", "cancelled"),
        ("active", "delivered"), ("active", "paused"), ("active", "stopped"),
        ("paused", "agreed"), ("paused", "active"), ("paused", "cancelled"), ("paused", "stopped"),
        ("delivered", "closed"),
    },
    Visit: {
        ("planned", "logged"), ("planned", "moved"), ("planned", "late_cancelled"), ("planned", "no_show"),
        ("logged", "confirmed"), ("logged", "disputed"), ("confirmed", "disputed"),
        ("disputed", "confirmed"), ("disputed", "no_show"),
    },
    Variation: {("proposed", "agreed"), ("proposed", "refused")},
    Charge: {("due", "paid"), ("due", "waived")},
    SystemLeader: {
        ("nominated", "active"), ("nominated", "ended"), ("active", "suspended"), ("active", "ended"),
        ("suspended", "active"), ("suspended", "ended"), ("ended", "nominated"), ("ended", "active"),
    },
}  # fmt: skip
#: A status that the register of schools gives is no way through the portal, and has no history in it.
WITHOUT_A_TABLE = {School}

CASES = [
    (model, old, new, (old, new) in ALLOWED[model])
    for model in ALLOWED
    for old, new in itertools.product(model.Status.values, repeat=2)
]


def make_things(cast):
    request = a_request(cast)
    commission = an_agreement(cast, an_offer(cast, request))
    visit = a_visit(cast, commission)
    variation = Variation.objects.create(
        leg=commission.leg,
        days=600,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="More",
        proposed_by=cast.head,
    )
    charge = Charge.objects.create(
        alliance=cast.alliance, number=1, commission=commission, school=cast.asking, home_school=cast.giving,
        work=0, brokerage=0, home_share=0, vat=0, total=0,
    )  # fmt: skip
    found = [request, commission, visit, variation, charge, cast.leader]
    return {type(row): row for row in found}


def test_every_model_with_a_status_has_its_table_and_stands_here():
    with_a_status = {
        model
        for model in apps.get_models()
        if any(field.name == "status" for field in model._meta.fields) and hasattr(model, "Status")
    } - WITHOUT_A_TABLE
    assert {model._meta.label for model in with_a_status} == set(status.tables)
    assert with_a_status == set(ALLOWED)


@pytest.fixture(scope="class")
def things(set_up_shared, cast):
    return set_up_shared("things", make_things, cast)


def said_of(model, name, cast):
    """What a row says of the moment in which it came to a status."""
    at = cast.lead.date_joined
    if model is Visit and name == "disputed":
        return {"disputed_by": cast.head, "disputed_at": at}
    facts = {}
    if model in (SupportRequest, Commission):
        facts["ended_at"] = at if name in model.Status.ended() else None
    if model is Commission:
        facts["decline_reason"] = "dates" if name == "declined" else ""
    if model is Charge and name != "due":
        facts = {"settled_at": at, "settled_by": cast.head, "settled_reason": "Because"}
    return facts


def history_of(model):
    """The rows of the model's history, and a verb that it knows."""
    return (LeaderEvent.objects, "suspend") if model is SystemLeader else (Event.objects, "assign")


@pytest.mark.parametrize(("model", "old", "new", "allowed"), CASES)
def test_the_table_of_transitions_in_full(things, cast, model, old, new, allowed):
    subject = things[model]
    # A done visit was logged, whichever status it is put in for this test.
    logged = {"logged_by": cast.lead, "logged_at": cast.lead.date_joined} if model is Visit else {}
    model.objects.filter(pk=subject.pk).update(status=old, **logged, **said_of(model, old, cast))
    subject.refresh_from_db()
    events, verb = history_of(model)
    before = events.count()
    if allowed:
        status.move(subject, new, by=cast.coordinator, verb=verb, reason="Because", **said_of(model, new, cast))
        event = events.latest("pk")
        assert (event.old, event.new, event.by, event.reason) == (old, new, cast.coordinator, "Because")
        assert model.objects.get(pk=subject.pk).status == new
    else:
        with pytest.raises(SomebodyFaster):
            status.move(subject, new, by=cast.coordinator, verb=verb)
        assert (model.objects.get(pk=subject.pk).status, events.count()) == (old, before)


def test_a_row_that_changed_since_it_was_read_is_not_moved(things, cast):
    stale = Commission.objects.get(pk=things[Commission].pk)
    status.move(things[Commission], "paused", by=cast.coordinator, verb="pause")
    with pytest.raises(SomebodyFaster):
        status.move(stale, "cancelled", by=cast.coordinator, verb="cancel")
    assert Commission.objects.get(pk=stale.pk).status == "paused"
