"""The history of a request, commission or visit in words, newest first."""

from dataclasses import dataclass
from datetime import datetime

from ..models.history import Verb

OF_VISITS = {
    Verb.PLAN_VISIT: "{visit} planned",
    Verb.MOVE_VISIT: "{visit} moved to another day",
    Verb.CANCEL_VISIT: "{visit} cancelled",
    Verb.LOG_VISIT: "{visit} logged",
    Verb.CONFIRM_VISIT: "{visit} confirmed",
    Verb.DISPUTE_VISIT: "{visit} disputed",
    Verb.SETTLE_DISPUTE: "Dispute settled: {visit}",
}
ENDINGS = {"no_show": "{visit} did not take place"}


@dataclass
class Entry:
    at: datetime
    title: str
    who: str
    detail: str


def timeline(events, user):
    """Entries for _partials/timeline.html of a queryset of events; the user's own acts are said by "You".

    Where the events are of several commissions, each title names its own.
    """
    events = list(events.select_related("by__person", "acting_for__person", "visit"))
    several = len({event.commission_id for event in events if event.commission_id}) > 1
    return [Entry(event.at, _title(event, several), _who(event, user), event.reason) for event in events]


def _title(event, several):
    words = OF_VISITS.get(event.verb, event.get_verb_display())
    if event.verb == Verb.CANCEL_VISIT:
        words = ENDINGS.get(event.new, words)
    title = words.format(visit=event.visit)
    return f"C-{event.commission_id:04d}: {title}" if several and event.commission_id else title


def _who(event, user):
    if event.by_id is None or event.by_id != user.pk:
        return event.who
    return f"You for {event.acting_for}" if event.acting_for_id else "You"
