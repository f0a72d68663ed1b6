"""What waits for a school, and what the school waits for. Each thing to do only where the right is held."""

from operator import itemgetter

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from schools import calendar
from schools.templatetags.portal import days_long, pounds
from staff import rules as people
from staff.models import Role, SystemLeader

from . import rules
from .models import Charge, Commission, Evaluation, SupportRequest, Variation, Visit

R, C, V = SupportRequest.Status, Commission.Status, Visit.Status
SIDES = Evaluation.Side


def for_school(user, school):
    """Things to do for the school as items of _partials/tasks.html, the earliest due first."""
    collectors = {
        "ask": (_questions, _findings, _drafts),
        "agree": (_offers_to_agree, _charges_to_pay),
        "release": (_offers_to_release,),
        "confirm": (_visits_to_confirm,),
        "evaluate": (_work_to_evaluate,),
    }
    held = [right for right in Role.RIGHTS if people.may(user, right, school)]
    items = [item for right in held for collect in collectors[right] for item in collect(school)]
    items += _variations(school, held)
    if rules.can_answer_for_leaders(user, school):
        items += _safeguarding(school)
    return sorted(items, key=lambda item: (item["due"] is None, item["due"] or timezone.localdate()))


def _item(title, name, *args, hint="", due=None, tag="", tag_status=""):
    late = due is not None and due < timezone.localdate()
    tag, tag_status = ("Overdue", "overdue") if late else (tag, tag_status)
    return {
        "title": title,
        "url": reverse(f"exchange:{name}", args=args),
        "hint": hint,
        "due": due,
        "tag": tag,
        "tag_status": tag_status,
    }


def _requests(school, status):
    return SupportRequest.objects.filter(school=school, status=status).select_related("specialism", "alliance")


def _commissions(**facts):
    return Commission.objects.filter(**facts).with_parts()


def _questions(school):
    return [
        _item(f"Answer a question about {request.reference}", "answer", request.pk, hint=request.title)
        for request in _requests(school, R.CLARIFICATION)
    ]


def _findings(school):
    diagnostics = _commissions(
        request__school=school,
        request__status=R.MATCHED,
        is_diagnostic=True,
        no_further_support=False,
        status__in=[C.DELIVERED, C.CLOSED],
    ).exclude(findings="")
    diagnostics = diagnostics.exclude(request__commissions__parent__isnull=False)
    return [
        _item(
            f"Decide what follows from the findings of {commission.reference}",
            "request",
            commission.request_id,
            hint=f"{commission.request.title}, {commission.who}",
        )
        for commission in diagnostics
    ]


def _drafts(school):
    return [
        _item(
            f"Finish and send {request.reference}",
            "check_request",
            request.pk,
            hint=request.title if request.specialism_id else "Support not described yet",
            tag="Draft",
            tag_status="draft",
        )
        for request in _requests(school, R.DRAFT)
    ]


def _offers_to_agree(school):
    return [
        _item(
            f"Agree to support from {commission.who}",
            "agree",
            commission.pk,
            hint=f"{commission.request.title}, {days_long(commission.days)}, {commission.home_school}",
            due=commission.lapses_on,
        )
        for commission in _commissions(request__school=school, status=C.OFFERED, receiving_yes_at=None)
    ]


def _charges_to_pay(school):
    due = Charge.objects.filter(school=school, status=Charge.Status.DUE, total__gt=0)
    return [
        _item(f"Pay {charge.reference}: {pounds(charge.total)}", "charge", charge.pk, hint=charge.alliance.name)
        for charge in due.select_related("alliance").order_by("pk")
    ]


def _offers_to_release(school):
    return [
        _item(
            f"Release {commission.who} for {commission.request.school}",
            "release",
            commission.pk,
            hint=f"{commission.request.title}, {days_long(commission.days)}",
            due=commission.lapses_on,
        )
        for commission in _commissions(home_school=school, status=C.OFFERED, home_yes_at=None)
    ]


def _visits_to_confirm(school):
    visits = Visit.objects.filter(leg__receiving_school=school, status=V.LOGGED)
    return [
        _item(
            f"Confirm the visit of {visit.on:%-d %B}",
            "confirm_visit",
            visit.pk,
            hint=f"{visit.leg.person}, {days_long(visit.days)}",
            due=visit.confirm_by,
        )
        for visit in visits.select_related("leg__person")
    ]


def _work_to_evaluate(school):
    received = Q(request__school=school) & ~Q(evaluations__side=SIDES.RECEIVING)
    given = Q(home_school=school, leader=None) & ~Q(evaluations__side=SIDES.GIVING)
    due = _evaluation_days()
    return [
        _item(
            f"Evaluate the work of {commission.who}",
            "evaluate",
            commission.pk,
            hint=f"{commission.request.title}, {commission.reference}",
            due=due(commission),
        )
        for commission in _commissions(status=C.DELIVERED).filter(received | given).distinct()
    ]


def _evaluation_days():
    """When an evaluation is due, with each alliance's clock read once."""
    clocks = {}

    def due(commission):
        alliance = commission.request.alliance
        if alliance not in clocks:
            clocks[alliance] = (alliance.policy().evaluation_days, alliance.closed_days())
        return calendar.add_days(timezone.localdate(commission.delivered_at), *clocks[alliance])

    return due


def _variations(school, held):
    waiting = Q(pk__in=[])
    if "release" in held:
        waiting |= Q(leg__giving_school=school, home_yes_at=None)
    if "agree" in held:
        waiting |= Q(leg__receiving_school=school, receiving_yes_at=None)
    found = Variation.objects.filter(waiting, status=Variation.Status.PROPOSED)
    return [
        _item(
            f"Answer a change to {variation.leg.commission.reference}",
            "answer_variation",
            variation.pk,
            hint=f"{days_long(variation.days)}, {variation.starts_on:%-d %B %Y} to {variation.ends_on:%-d %B %Y}",
        )
        for variation in found.select_related("leg__commission")
    ]


def _safeguarding(school):
    leaders = SystemLeader.objects.of_school(school).awaiting_checks()
    return [
        _item(
            f"Renew the safeguarding confirmation of {leader.person}"
            if leader.checks_are_old
            else f"Confirm the safeguarding checks of {leader.person}",
            "confirm_safeguarding",
            school.pk,
            leader.pk,
            hint=leader.type.name,
        )
        for leader in leaders.select_related("person", "type")
    ]


# What the school waits for ---------------------------------------------------------------------


def awaited_by_school(school):
    """What waits for others, and for whom: title, url, on (whom), since or by (a date)."""
    return sorted(
        [*_requests_awaited(school), *_offers_awaited(school), *_visits_awaited(school), *_evaluations_awaited(school)],
        key=itemgetter("date"),
    )


def _awaited(title, thing, on, date, until=False):
    return {"title": title, "url": thing.get_absolute_url(), "on": on, "date": date, "until": until}


def _requests_awaited(school):
    waiting = SupportRequest.objects.filter(school=school, status__in=[R.SUBMITTED, R.OPEN])
    waiting = waiting.exclude(commissions__status=C.OFFERED).select_related("specialism", "assigned_to__person")
    to_do = {R.SUBMITTED: "to reply", R.OPEN: "to find a leader"}
    return [
        _awaited(
            f"{request.reference}: {request.title}",
            request,
            f"{request.assigned_to or 'a coordinator'}, {to_do[request.status]}",
            timezone.localdate(request.submitted_at),
        )
        for request in waiting
    ]


def _offers_awaited(school):
    offers = Commission.objects.filter(Q(request__school=school) | Q(home_school=school), status=C.OFFERED)
    found = []
    for commission in offers.with_parts():
        asked = [] if commission.leader_yes_at or commission.leader_id is None else [commission.leader.person.name]
        if commission.home_yes_at is None and commission.home_school_id != school.pk:
            asked.append(commission.home_school.name)
        if commission.receiving_yes_at is None and commission.request.school_id != school.pk:
            asked.append(commission.request.school.name)
        if asked:
            title = f"{commission.reference}: offer for {commission.request.title}"
            found.append(_awaited(title, commission, f"{' and '.join(asked)}, to say yes", commission.lapses_on, True))
    return found


def _visits_awaited(school):
    visits = Visit.objects.filter(leg__giving_school=school, status=V.LOGGED)
    return [
        _awaited(
            f"Visit of {visit.on:%-d %B}, {visit.leg.person}",
            visit,
            f"{visit.leg.receiving_school}, to confirm it",
            visit.confirm_by,
            True,
        )
        for visit in visits.select_related("leg__person", "leg__receiving_school", "leg__commission")
    ]


def _evaluations_awaited(school):
    received = Commission.objects.filter(request__school=school, status=C.DELIVERED, evaluations__side=SIDES.RECEIVING)
    given = Commission.objects.filter(home_school=school, status=C.DELIVERED, evaluations__side=SIDES.GIVING)
    return [
        _awaited(
            f"{commission.reference}: {commission.request.title}",
            commission,
            f"{on(commission)}, to evaluate it",
            timezone.localdate(commission.delivered_at),
        )
        for commissions, on in (
            (received, lambda commission: commission.who),
            (given, lambda commission: commission.request.school),
        )
        for commission in commissions.with_parts()
    ]
