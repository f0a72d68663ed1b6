"""The one place where a status changes: the transition tables, and the claim of the row."""

from django.db import transaction

from .errors import SomebodyFaster
from .models import Charge, Commission, Event, SupportRequest, Variation, Visit

R, C, V = SupportRequest.Status, Commission.Status, Visit.Status

TRANSITIONS = {
    SupportRequest: {
        R.DRAFT: [R.SUBMITTED, R.WITHDRAWN],
        R.SUBMITTED: [R.OPEN, R.CLARIFICATION, R.DECLINED, R.WITHDRAWN],
        R.CLARIFICATION: [R.SUBMITTED, R.DECLINED, R.WITHDRAWN],
        R.OPEN: [R.MATCHED, R.DECLINED, R.WITHDRAWN, R.CLOSED],
        R.MATCHED: [R.OPEN, R.CLOSED],
        R.CLOSED: [],
        R.DECLINED: [],
        R.WITHDRAWN: [],
    },
    Commission: {
        C.OFFERED: [C.AGREED, C.DECLINED, C.LAPSED, C.CANCELLED],
        C.AGREED: [C.ACTIVE, C.PAUSED, C.CANCELLED],
        C.ACTIVE: [C.DELIVERED, C.PAUSED, C.STOPPED],
        C.PAUSED: [C.AGREED, C.ACTIVE, C.CANCELLED, C.STOPPED],
        C.DELIVERED: [C.CLOSED],
        C.CLOSED: [],
        C.DECLINED: [],
        C.LAPSED: [],
        C.CANCELLED: [],
        C.STOPPED: [],
    },
    Visit: {
        V.PLANNED: [V.LOGGED, V.MOVED, V.LATE_CANCELLED, V.NO_SHOW],
        V.LOGGED: [V.CONFIRMED, V.DISPUTED],
        V.CONFIRMED: [V.DISPUTED],
        V.DISPUTED: [V.CONFIRMED, V.NO_SHOW],
        V.MOVED: [],
        V.LATE_CANCELLED: [],
        V.NO_SHOW: [],
    },
    Variation: {
        Variation.Status.PROPOSED: [Variation.Status.AGREED, Variation.Status.REFUSED],
        Variation.Status.AGREED: [],
        Variation.Status.REFUSED: [],
    },
    Charge: {
        Charge.Status.DUE: [Charge.Status.PAID, Charge.Status.WAIVED],
        Charge.Status.PAID: [],
        Charge.Status.WAIVED: [],
    },
}


def move(thing, new, *, by, verb, reason="", acting_for=None, **fields):
    """Move a row from the status it was read with to another, and write the history.

    Raises SomebodyFaster when the move is not in the table or the row has changed since it was read.
    `fields` are set in the same statement. `by` is None for the clock.
    """
    old = thing.status
    if new not in TRANSITIONS[type(thing)][old]:
        raise SomebodyFaster(thing)
    fields["status"] = new
    with transaction.atomic(savepoint=False):
        claimed = type(thing).objects.filter(pk=thing.pk, status=old).update(**fields) == 1
        if claimed:
            for name, value in fields.items():
                setattr(thing, name, value)
            record(thing, verb, by=by, reason=reason, acting_for=acting_for, old=old, new=new)
    if not claimed:
        raise SomebodyFaster(thing)


def record(thing, verb, *, by, reason="", acting_for=None, old="", new=""):
    """Write the history of an act that changes no status."""
    subject = _subject(thing)
    reason = subject["request"].redacted(reason)
    return Event.objects.create(**subject, verb=verb, old=old, new=new, reason=reason, by=by, acting_for=acting_for)


def _subject(thing):
    if isinstance(thing, SupportRequest):
        return {"request": thing}
    if isinstance(thing, Commission):
        return {"request": thing.request, "commission": thing}
    if isinstance(thing, Charge):
        return {"request": thing.commission.request, "commission": thing.commission}
    commission = thing.leg.commission
    visit = thing if isinstance(thing, Visit) else None
    return {"request": commission.request, "commission": commission, "visit": visit}
