"""The history of a request, commission or visit in words, newest first."""

from dataclasses import dataclass
from datetime import datetime

TITLES = {
    "submit": "Request sent",
    "triage": "Request taken in, looking for a leader",
    "ask_question": "Question asked",
    "answer": "Question answered",
    "decline_request": "Request declined",
    "withdraw": "Request withdrawn",
    "assign": "Request assigned",
    "call_enough": "The agreed days are enough",
    "match": "All the days are agreed",
    "reopen": "Looking for a leader again",
    "close": "Request closed, all its work has ended",
    "close_request": "Request closed",
    "ask_package": "Further support asked for after the findings",
    "offer": "Offer made",
    "accept": "The leader has said yes",
    "release": "The home school has said yes",
    "agree": "The receiving school has said yes",
    "all_agreed": "Everybody has said yes",
    "decline": "Offer declined",
    "lapse": "Offer lapsed, nobody answered in time",
    "take_back": "Offer taken back",
    "override_limit": "Limit overridden for this offer",
    "start": "Work under way",
    "pause": "Work paused",
    "resume": "Work goes on",
    "cancel": "Work cancelled",
    "stop": "Work stopped early",
    "finish": "Work finished early",
    "deliver": "Work delivered",
    "propose_variation": "Change of days or dates proposed",
    "agree_variation": "Yes to the change of days or dates",
    "refuse_variation": "Change of days or dates refused",
    "vary": "Days or dates changed",
    "report_findings": "Findings reported",
    "evaluate": "Work evaluated",
    "raise_concern": "Concern raised",
    "resolve_concern": "Concern resolved",
    "close_work": "Work closed",
    "take_tariff": "Price set for visits in money",
    "raise_charge": "Charge raised",
    "pay_charge": "Charge paid",
    "waive_charge": "Charge waived",
    "leave_alliance": "A school has left the alliance",
    "join_alliance": "A school has joined the alliance",
    "leader_suspended": "The leader's designation is suspended",
    "forget_person": "The name of the person supported was deleted, a year after the end",
    "leader_ended": "The leader's designation has ended",
}
OF_VISITS = {
    "plan_visit": "{visit} planned",
    "move_visit": "{visit} moved to another day",
    "cancel_visit": "{visit} cancelled",
    "log_visit": "{visit} logged",
    "confirm_visit": "{visit} confirmed",
    "dispute_visit": "{visit} disputed",
    "settle_dispute": "Dispute settled: {visit}",
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
    words = TITLES.get(event.verb) or OF_VISITS.get(event.verb) or event.verb.replace("_", " ").capitalize()
    if event.verb == "cancel_visit":
        words = ENDINGS.get(event.new, words)
    title = words.format(visit=event.visit)
    return f"C-{event.commission_id:04d}: {title}" if several and event.commission_id else title


def _who(event, user):
    if event.by_id is None or event.by_id != user.pk:
        return event.who
    return f"You for {event.acting_for}" if event.acting_for_id else "You"
