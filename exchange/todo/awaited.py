"""What a school waits for, and from whom."""

from django.db.models import Q
from django.utils import timezone

from staff.todo import awaited_at_school

from ..models import Commission, Evaluation, SupportRequest, Visit


def _awaited(title, subject, on, date, until=False):
    return {"title": title, "url": subject.get_absolute_url(), "on": on, "date": date, "until": until}


@awaited_at_school
def requests_awaited(school):
    waiting = SupportRequest.objects.filter(
        school=school, status__in=[SupportRequest.Status.SUBMITTED, SupportRequest.Status.OPEN]
    )
    waiting = waiting.exclude(commissions__status=Commission.Status.OFFERED).select_related(
        "specialism", "assigned_to__person"
    )
    to_do = {SupportRequest.Status.SUBMITTED: "to reply", SupportRequest.Status.OPEN: "to find a leader"}
    return [
        _awaited(
            f"{support_request.reference}: {support_request.title}",
            support_request,
            f"{support_request.assigned_to or 'a coordinator'}, {to_do[support_request.status]}",
            timezone.localdate(support_request.submitted_at),
        )
        for support_request in waiting
    ]


@awaited_at_school
def offers_awaited(school):
    offers = Commission.objects.filter(
        Q(support_request__school=school) | Q(home_school=school), status=Commission.Status.OFFERED
    )
    found = []
    for commission in offers.with_parts():
        asked = [] if commission.leader_yes_at or commission.leader_id is None else [commission.leader.person.name]
        if commission.home_yes_at is None and commission.home_school_id != school.pk:
            asked.append(commission.home_school.name)
        if commission.receiving_yes_at is None and commission.support_request.school_id != school.pk:
            asked.append(commission.support_request.school.name)
        if asked:
            title = f"{commission.reference}: offer for {commission.support_request.title}"
            found.append(_awaited(title, commission, f"{' and '.join(asked)}, to say yes", commission.lapses_on, True))
    return found


@awaited_at_school
def visits_awaited(school):
    visits = Visit.objects.filter(leg__giving_school=school, status=Visit.Status.LOGGED)
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


@awaited_at_school
def evaluations_awaited(school):
    received = Commission.objects.filter(
        support_request__school=school, status=Commission.Status.DELIVERED, evaluations__side=Evaluation.Side.RECEIVING
    )
    given = Commission.objects.filter(
        home_school=school, status=Commission.Status.DELIVERED, evaluations__side=Evaluation.Side.GIVING
    )
    return [
        _awaited(
            f"{commission.reference}: {commission.support_request.title}",
            commission,
            f"{on(commission)}, to evaluate it",
            timezone.localdate(commission.delivered_at),
        )
        for commissions, on in (
            (received, lambda commission: commission.who),
            (given, lambda commission: commission.support_request.school),
        )
        for commission in commissions.with_parts()
    ]
