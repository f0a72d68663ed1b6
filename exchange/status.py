"""The tables of the exchange's statuses, and the history of what is done."""

from typing import Any

from django.db.models import Model

from portal import status

from .models import Charge, Commission, Concern, Event, SupportRequest, Variation, Visit
from .models.history import Verb

TRANSITIONS: dict[type[Model], dict[Any, list[Any]]] = {
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


def record(subject, verb, *, by, reason="", acting_for=None, old="", new=""):
    """Write the history of an act that changes no status. Raises ValueError for a verb that is none."""
    facts = {"verb": Verb(verb), "old": old, "new": new, "reason": reason, "by": by, "acting_for": acting_for}
    return Event.objects.create(**_subject(subject), **facts)


def _subject(subject):
    if isinstance(subject, SupportRequest):
        return {"support_request": subject}
    if isinstance(subject, Commission):
        return {"support_request": subject.support_request, "commission": subject}
    if isinstance(subject, Charge):
        return {
            "support_request": subject.commission.support_request,
            "commission": subject.commission,
            "charge": subject,
        }
    if isinstance(subject, Concern):
        return {
            "support_request": subject.commission.support_request,
            "commission": subject.commission,
            "concern": subject,
        }
    commission = subject.leg.commission
    visit = subject if isinstance(subject, Visit) else None
    return {"support_request": commission.support_request, "commission": commission, "visit": visit}


for model, moves in TRANSITIONS.items():
    status.register(model, moves, record)
