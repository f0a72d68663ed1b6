"""Mail about the exchange: what it says, and to whom. Never the name of a supported person."""

from portal.words import clock, days_long
from staff import mail
from staff import rules as people

mail.kinds.register_all(
    {
        "request_sent": ("{ref}: {school} asks for support", "{school} asks for {days} of support with {title}."),
        "urgent_request": (
            "Urgent, {ref}: {school} asks for support",
            "{school} asks for urgent support with {title}.",
        ),
        "assigned": ("{ref}: assigned to you", "The request of {school} for {title} is now yours to coordinate."),
        "question": ("{ref}: a question about your request", "The coordinator has a question: {detail}"),
        "answer": ("{ref}: {school} has answered your question", "{school} has answered: {detail}"),
        "request_declined": ("{ref}: your request was declined", "The coordinator declined the request: {detail}"),
        "request_withdrawn": (
            "{ref}: {school} has withdrawn its request",
            "{school} no longer needs support with {title}.",
        ),
        "request_matched": ("{ref}: your request is matched", "All the days of your request for {title} are agreed."),
        "offer_to_leader": (
            "{ref}: can you help {school}?",
            "You are asked to give {days} of support with {title} to {school}.",
        ),
        "offer_to_home": (
            "{ref}: can you release {who}?",
            "{who} is asked to give {days} of support with {title} to {school}.",
        ),
        "offer_to_receiving": (
            "{ref}: a leader for your request",
            "{who} of {home} could give you {days} of support with {title}.",
        ),
        "offer_reminder": (
            "{ref}: an offer waits for your answer",
            "The offer lapses on {lapses} if it is not answered.",
        ),
        "offer_declined": ("{ref}: the offer was declined", "The offer to {who} was declined: {detail}"),
        "offer_lapsed": ("{ref}: the offer has lapsed", "The offer to {who} was not answered in time."),
        "offer_taken_back": ("{ref}: the offer was taken back", "The coordinator took the offer back: {detail}"),
        "agreed": (
            "{ref}: agreed",
            "Everybody has said yes: {days} of support with {title}, {who} for {school}.{travel}",
        ),
        "cancelled": ("{ref}: the work was cancelled", "The work of {who} for {school} was cancelled: {detail}"),
        "stopped": ("{ref}: the work was stopped", "The work of {who} for {school} was stopped: {detail}"),
        "paused": ("{ref}: the work is paused", "The work of {who} for {school} is paused: {detail}"),
        "resumed": ("{ref}: the work goes on", "The work of {who} for {school} goes on."),
        "visit_planned": (
            "{ref}: a visit on {on}",
            "{who} comes to {school} on {on}, {time}. On arrival they ask for: {contact}.",
        ),
        "visit_moved": ("{ref}: the visit has moved to {on}", "The visit is now on {on}, {time}. {detail}"),
        "visit_cancelled": ("{ref}: the visit on {on} will not take place", "{detail}"),
        "visit_tomorrow": (
            "{ref}: a visit {when}",
            "{who} comes to {school} on {on}, {time}. On arrival they ask for: {contact}.",
        ),
        "visit_to_log": ("{ref}: please log your visit of {on}", "The visit to {school} on {on} has no note yet."),
        "visit_logged": ("{ref}: please confirm the visit of {on}", "{who} logged {days} on {on}. Please confirm it."),
        "visit_to_confirm": (
            "{ref}: the visit of {on} waits for you",
            "Please confirm the visit of {on}, or say what is wrong. It counts as confirmed on {confirm_by}.",
        ),
        "visit_confirmed_by_clock": (
            "{ref}: the visit of {on} counts as confirmed",
            "Nobody answered in time. Until {dispute_until} you can still say that something is wrong.",
        ),
        "disputed": ("{ref}: the visit of {on} is disputed", "{detail}"),
        "settled": ("{ref}: the dispute about {on} is settled", "{detail}"),
        "variation": ("{ref}: a change is proposed", "{detail}"),
        "variation_answered": ("{ref}: the proposed change was answered", "{detail}"),
        "findings": ("{ref}: the findings are there", "{who} has reported what the diagnostic found."),
        "package_asked": ("{ref}: {school} asks for follow-up support", "{school} asks for {days} more."),
        "evaluation_due": (
            "{ref}: how did it go?",
            "The work of {who} for {school} has been delivered. Please say what came of it; it takes five minutes.",
        ),
        "concern": ("{ref}: a concern was raised", "An evaluation of this work asks you to look at it."),
        "charge_raised": (
            "{ref}: {amount} to pay",
            "{school} is charged {amount} for the work of {who}, which was not in credits.",
        ),
        "credit_note_raised": ("{ref}: {amount} back to you", "{school} is credited {amount} for the work of {who}."),
        "charge_paid": ("{ref}: paid", "The coordinator has recorded that {amount} is paid. Thank you."),
        "charge_waived": ("{ref}: waived", "{amount} for the work of {who} need not be paid: {detail}"),
        "left_alliance": (
            "{ref}: {left} is no longer a member of {alliance}",
            "The work of {who} for {school} goes on. Visits after {on} are not in credits: {detail}",
        ),
        "joined_alliance": (
            "{ref}: {joined} is a member of {alliance} now",
            "The work of {who} for {school} goes on. Visits from {on} are in credits, not charged.",
        ),
        "review": ("Review of {who} on {on}", "The designation of {who} is due for review on {on}."),
        "band": ("The balance of {school}", "The balance of {school} is now {days}. {detail}"),
        "movement": (
            "The balance of {school} is now {balance}",
            "{who} has moved {days} {way} the account of {school} in {alliance} ({what}): {detail}",
        ),
        "ledger_difference": (
            "The bank of {who}: the nightly check found a difference",
            "The totals of {detail} differ from their transfers and holds. Nothing was changed: "
            "please ask whoever runs the portal to look.",
        ),
        "school_closed": ("{school} has closed", "The register of schools says that {school}, a member, has closed."),
        "nominated": ("{school} nominates {who}", "{school} puts {who} forward as a system leader."),
        "designated": ("{who} is now a system leader", "{who} can now be asked to support other schools."),
        "nomination_declined": ("The nomination of {who} was declined", "The coordinator declined it: {detail}"),
        "leader_flagged": (
            "{ref}: {who} may take on no new work",
            "The designation of {who} is {detail}. The work for {school} is not stopped by that; "
            "the coordinator decides with you how it goes on.",
        ),
        "delegated": ("You can now act for {school}", "{who} has asked you to act for {school}: {detail}"),
        "name_goes": (
            "{ref}: the name of the person supported is deleted on {on}",
            "The request for {title} ended almost a year ago. On {on} the name of the person supported is deleted. "
            "You need do nothing.",
        ),
        "person_seen": (
            "{ref}: a superuser has seen a confidential name",
            "{who}, who is not part of the case, was shown the name of the person to be supported. "
            "The reason given: {detail}",
        ),
        "digest": ("The week in {who}", "{detail}"),
    }
)


def notify_of_request(users, kind, support_request, **facts):
    mail.send(users, kind, support_request.get_absolute_url(), **{**about_request(support_request), **facts})


def notify_of_work(users, kind, commission, **facts):
    mail.send(users, kind, commission.get_absolute_url(), **{**about(commission), **facts})


def notify_of_visit(users, kind, visit, **facts):
    mail.send(users, kind, visit.get_absolute_url(), **{**about_visit(visit), **facts})


def leader_of(commission):
    """The users who do the work; none where the person never signs in."""
    people_at_work = {leg.person for leg in commission.legs.select_related("person__user")}
    return [person.user for person in people_at_work if hasattr(person, "user") and person.user.is_active]


def workers_of(leg):
    """The one who does a leg's work; where that person never signs in, the heads who plan and log for them."""
    user = getattr(leg.person, "user", None)
    if user and user.is_active:
        return [user]
    return [] if leg.commission.leader_id else people_who_may("release", leg.giving_school)


def people_who_may(right, school):
    return people.with_right(right, school)


def coordinators_of(support_request):
    """The coordinator it is assigned to; all of the alliance where nobody is, or where that one has left."""
    coordinators = people.coordinators_of(support_request.alliance)
    return coordinators.filter(pk=support_request.assigned_to_id) or coordinators


def about_request(support_request):
    return {
        "ref": support_request.reference,
        "school": support_request.school,
        "title": support_request.title,
        "days": days_long(support_request.days),
        "hides": support_request.redacted,
    }


def about(commission):
    return {
        **about_request(commission.support_request),
        "ref": commission.reference,
        "who": commission.who,
        "home": commission.home_school,
        "days": days_long(commission.days),
        "lapses": f"{commission.lapses_on:%-d %B %Y}",
    }


def about_visit(visit):
    return {
        **about(visit.leg.commission),
        "who": visit.leg.person.name,
        "school": visit.leg.receiving_school,
        "on": f"{visit.on:%-d %B %Y}",
        "days": days_long(visit.days),
        "time": clock(visit.arrival_time),
        "contact": visit.arrival_contact,
    }
