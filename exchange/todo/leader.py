"""What waits for a leader, what comes next, and the figures of the year."""

from django.urls import reverse
from django.utils import timezone

from portal.words import days_long
from schools import calendar
from staff.todo import at_leader, item

from ..models import Commission, Evaluation, Visit

SOON = 5


def offers(leader):
    return Commission.objects.filter(leader=leader, status=Commission.Status.OFFERED, leader_yes_at=None).with_parts()


def next_visits(leader):
    return _visits(leader).filter(on__gt=timezone.localdate())[:SOON]


def evaluations_due(leader):
    done = Evaluation.objects.filter(side=Evaluation.Side.GIVING).values("commission")
    return (
        Commission.objects.filter(leader=leader, status=Commission.Status.DELIVERED).exclude(pk__in=done).with_parts()
    )


def _visits(leader):
    return Visit.objects.filter(
        leg__person=leader.person_id,
        status=Visit.Status.PLANNED,
        leg__commission__status__in=[Commission.Status.AGREED, Commission.Status.ACTIVE],
    ).select_related("leg__receiving_school", "leg__commission__support_request__alliance")


@at_leader
def offers_to_answer(leader, clocks):
    return [
        item(
            f"Answer the offer: {days_long(commission.days)} of {commission.support_request.title} "
            f"for {commission.support_request.school}",
            commission.get_absolute_url(),
            due=commission.lapses_on,
            tag=commission.get_status_display(),
            tag_status=commission.status,
        )
        for commission in offers(leader)
    ]


@at_leader
def visits_to_log(leader, clocks):
    for visit in _visits(leader).filter(on__lte=timezone.localdate()):
        clock = clocks.of(visit.leg.commission.support_request.alliance)
        yield item(
            f"Log your visit to {visit.leg.receiving_school} on {visit.on:%-d %B}",
            reverse("exchange:log_visit", args=[visit.pk]),
            due=clock.after_working(visit.on, clock.policy.log_working_days),
            tag="To log",
            tag_status="due",
        )


@at_leader
def work_to_evaluate(leader, clocks):
    for commission in evaluations_due(leader):
        clock = clocks.of(commission.support_request.alliance)
        yield item(
            f"Say how your work for {commission.support_request.school} went",
            reverse("exchange:evaluate", args=[commission.pk]),
            due=clock.after(commission.delivered_at, clock.policy.evaluation_days),
            tag="To evaluate",
            tag_status="due",
        )


def figures(leader, days_left, year):
    """The leader's year in one row. Days are hundredths of a day."""
    return [
        {"label": "Days left this year", "value": days_long(days_left)},
        {"label": "Agreed or given", "value": days_long(max(leader.allowance - days_left, 0))},
        {"label": f"Allowance {calendar.label(year)}", "value": days_long(leader.allowance)},
    ]
