"""The one place where a status changes: the transition tables, and the claim of the row."""

from django.db import transaction

from portal.errors import SomebodyFaster

from .models import Charge, Commission, Concern, Event, SupportRequest, Variation, Visit
from .models.history import Verb

TRANSITIONS = {
    SupportRequest: {
        SupportRequest.Status.DRAFT: [SupportRequest.Status.SUBMITTED, SupportRequest.Status.WITHDRAWN],
        SupportRequest.Status.SUBMITTED: [
            SupportRequest.Status.OPEN,
            SupportRequest.Status.CLARIFICATION,
            SupportRequest.Status.DECLINED,
            SupportRequest.Status.WITHDRAWN,
        ],
        SupportRequest.Status.CLARIFICATION: [
            SupportRequest.Status.SUBMITTED,
            SupportRequest.Status.DECLINED,
            SupportRequest.Status.WITHDRAWN,
        ],
        SupportRequest.Status.OPEN: [
            SupportRequest.Status.MATCHED,
            SupportRequest.Status.DECLINED,
            SupportRequest.Status.WITHDRAWN,
            SupportRequest.Status.CLOSED,
        ],
        SupportRequest.Status.MATCHED: [SupportRequest.Status.OPEN, SupportRequest.Status.CLOSED],
        SupportRequest.Status.CLOSED: [],
        SupportRequest.Status.DECLINED: [],
        SupportRequest.Status.WITHDRAWN: [],
    },
    Commission: {
        Commission.Status.OFFERED: [
            Commission.Status.AGREED,
            Commission.Status.DECLINED,
            Commission.Status.LAPSED,
            Commission.Status.CANCELLED,
        ],
        Commission.Status.AGREED: [Commission.Status.ACTIVE, Commission.Status.PAUSED, Commission.Status.CANCELLED],
        Commission.Status.ACTIVE: [Commission.Status.DELIVERED, Commission.Status.PAUSED, Commission.Status.STOPPED],
        Commission.Status.PAUSED: [
            Commission.Status.AGREED,
            Commission.Status.ACTIVE,
            Commission.Status.CANCELLED,
            Commission.Status.STOPPED,
        ],
        Commission.Status.DELIVERED: [Commission.Status.CLOSED],
        Commission.Status.CLOSED: [],
        Commission.Status.DECLINED: [],
        Commission.Status.LAPSED: [],
        Commission.Status.CANCELLED: [],
        Commission.Status.STOPPED: [],
    },
    Visit: {
        Visit.Status.PLANNED: [
            Visit.Status.LOGGED,
            Visit.Status.MOVED,
            Visit.Status.LATE_CANCELLED,
            Visit.Status.NO_SHOW,
        ],
        Visit.Status.LOGGED: [Visit.Status.CONFIRMED, Visit.Status.DISPUTED],
        Visit.Status.CONFIRMED: [Visit.Status.DISPUTED],
        Visit.Status.DISPUTED: [Visit.Status.CONFIRMED, Visit.Status.NO_SHOW],
        Visit.Status.MOVED: [],
        Visit.Status.LATE_CANCELLED: [],
        Visit.Status.NO_SHOW: [],
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
                thing._meta.get_field(name).pre_save(thing, add=False)  # in hand a text is what its row has
            record(thing, verb, by=by, reason=reason, acting_for=acting_for, old=old, new=new)
    if not claimed:
        raise SomebodyFaster(thing)


def record(thing, verb, *, by, reason="", acting_for=None, old="", new=""):
    """Write the history of an act that changes no status. Raises ValueError for a verb that is none."""
    facts = {"verb": Verb(verb), "old": old, "new": new, "reason": reason, "by": by, "acting_for": acting_for}
    return Event.objects.create(**_subject(thing), **facts)


def _subject(thing):
    if isinstance(thing, SupportRequest):
        return {"request": thing}
    if isinstance(thing, Commission):
        return {"request": thing.request, "commission": thing}
    if isinstance(thing, Charge):
        return {"request": thing.commission.request, "commission": thing.commission, "charge": thing}
    if isinstance(thing, Concern):
        return {"request": thing.commission.request, "commission": thing.commission, "concern": thing}
    commission = thing.leg.commission
    visit = thing if isinstance(thing, Visit) else None
    return {"request": commission.request, "commission": commission, "visit": visit}
