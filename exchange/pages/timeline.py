"""The history of a request, commission or visit in words, newest first."""

from dataclasses import replace

from portal import timeline as words

from ..models import Event
from ..models.history import Verb

words.register(
    Event,
    {
        Verb.PLAN_VISIT: "{event.visit} planned",
        Verb.MOVE_VISIT: "{event.visit} moved to another day",
        Verb.CANCEL_VISIT: "{event.visit} cancelled",
        Verb.LOG_VISIT: "{event.visit} logged",
        Verb.CONFIRM_VISIT: "{event.visit} confirmed",
        Verb.DISPUTE_VISIT: "{event.visit} disputed",
        Verb.SETTLE_DISPUTE: "Dispute settled: {event.visit}",
    },
)
words.register(Event, {Verb.CANCEL_VISIT: "{event.visit} did not take place"}, new="no_show")


def timeline(events, user):
    """Entries for _partials/timeline.html of a queryset of events; the user's own acts are said by "You".

    Where the events are of several commissions, each title names its own.
    """
    events = list(events.select_related("by__person", "acting_for__person", "visit"))
    several = len({event.commission_id for event in events if event.commission_id}) > 1
    return [_entry(event, user, several) for event in events]


def _entry(event, user, several):
    found = words.entry(event, user)
    if several and event.commission_id:
        return replace(found, title=f"C-{event.commission_id:04d}: {found.title}")
    return found
