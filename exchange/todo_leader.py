"""What waits for a leader, as items for _partials/tasks.html, and what comes next."""

from django.urls import reverse
from django.utils import timezone

from schools import calendar
from schools.templatetags.portal import days_long

from .models import Commission, Evaluation, Visit

C, V = Commission.Status, Visit.Status
SOON = 5


def todo(leader):
    """Offers to answer, visits to log and evaluations due, each with its day, the earliest first."""
    clocks = _Clocks()
    items = [
        *(_offer(commission) for commission in offers(leader)),
        *(_to_log(visit, clocks) for visit in visits_to_log(leader)),
        *(_to_evaluate(commission, clocks) for commission in evaluations_due(leader)),
    ]
    return sorted(items, key=lambda item: item["due"])


def offers(leader):
    return Commission.objects.filter(leader=leader, status=C.OFFERED, leader_yes_at=None).with_parts()


def visits_to_log(leader):
    return _visits(leader).filter(on__lte=timezone.localdate())


def next_visits(leader):
    return _visits(leader).filter(on__gt=timezone.localdate())[:SOON]


def evaluations_due(leader):
    done = Evaluation.objects.filter(side=Evaluation.Side.GIVING).values("commission")
    return Commission.objects.filter(leader=leader, status=C.DELIVERED).exclude(pk__in=done).with_parts()


def _visits(leader):
    return Visit.objects.filter(
        leg__person=leader.person_id, status=V.PLANNED, leg__commission__status__in=[C.AGREED, C.ACTIVE]
    ).select_related("leg__receiving_school", "leg__commission__request__alliance")


class _Clocks:
    """The policy and the closures of each alliance, read once."""

    def __init__(self):
        self.known = {}

    def of(self, alliance):
        if alliance.pk not in self.known:
            self.known[alliance.pk] = alliance.policy(), alliance.closed_days()
        return self.known[alliance.pk]


def _offer(commission):
    request = commission.request
    return {
        "title": f"Answer the offer: {days_long(commission.days)} of {request.title} for {request.school}",
        "url": commission.get_absolute_url(),
        "due": commission.lapses_on,
        "tag": commission.get_status_display(),
        "tag_status": commission.status,
    }


def _to_log(visit, clocks):
    policy, shut = clocks.of(visit.leg.commission.request.alliance)
    due = calendar.add_working_days(visit.on, policy.log_working_days, shut)
    return {
        "title": f"Log your visit to {visit.leg.receiving_school} on {visit.on:%-d %B}",
        "url": reverse("exchange:log_visit", args=[visit.pk]),
        "due": due,
        **_tag(due, "To log"),
    }


def _to_evaluate(commission, clocks):
    policy, shut = clocks.of(commission.request.alliance)
    due = calendar.add_days(timezone.localdate(commission.delivered_at), policy.evaluation_days, shut)
    return {
        "title": f"Say how your work for {commission.request.school} went",
        "url": reverse("exchange:evaluate", args=[commission.pk]),
        "due": due,
        **_tag(due, "To evaluate"),
    }


def _tag(due, label):
    if due < timezone.localdate():
        return {"tag": "Overdue", "tag_status": "overdue"}
    return {"tag": label, "tag_status": "due"}


def figures(leader, days_left, year):
    """The leader's year in one row. Days are hundredths of a day."""
    return [
        {"label": "Days left this year", "value": days_long(days_left)},
        {"label": "Agreed or given", "value": days_long(max(leader.allowance - days_left, 0))},
        {"label": f"Allowance {calendar.label(year)}", "value": days_long(leader.allowance)},
    ]
