from datetime import timedelta

from django.utils import timezone

from portal.claims import guarded, unclaimed
from staff import mail

from .. import actions, notices
from ..accounting import quotes
from ..models import Commission, Visit
from .pauses import pauses

PARTS = (
    "leg__person__user",
    "leg__giving_school",
    "leg__giving_account",
    "leg__receiving_account",
    "leg__receiving_school",
    "leg__commission__support_request__alliance",
    "leg__commission__support_request__school",
    "leg__commission__support_request__specialism",
    "leg__commission__home_school",
    "leg__commission__leader__person",
    "leg__commission__leader__type",
)


def confirm(day):
    """Visit not confirmed after 14 days: confirmed by the clock.

    While the work is paused it waits, and while it would count nowhere: the coordinator has it to do.
    """
    rows = Visit.objects.filter(status=Visit.Status.LOGGED, confirm_by__lte=day.today).exclude(
        leg__commission__status=Commission.Status.PAUSED
    )
    for visit in rows.select_related(*PARTS).order_by("confirm_by", "pk"):
        with guarded(f"confirm {visit.pk}"):
            if not day.stands_still(_alliance(visit)) and not quotes.without_price([visit], _alliance(visit)):
                actions.confirmations.confirm(visit=visit, by=None)


def remind_of_tomorrow(day):
    """Visit tomorrow: both sides. After a day off the reminder still comes on the day itself."""
    tomorrow = day.today + timedelta(days=1)
    rows = Visit.objects.filter(
        status=Visit.Status.PLANNED,
        on__in=[day.today, tomorrow],
        leg__commission__status__in=[Commission.Status.AGREED, Commission.Status.ACTIVE],
    )
    for visit in unclaimed(rows, "visit_tomorrow").select_related(*PARTS):
        with guarded(f"visit_tomorrow {visit.pk}"):
            planned_late = timezone.localdate(visit.created_at) >= visit.on
            if not planned_late:
                heads = notices.people_who_may("confirm", visit.leg.receiving_school)
                when = "tomorrow" if visit.on == tomorrow else "today"
                due = visit.on - timedelta(days=1)
                _remind("visit_tomorrow", visit, due, {*notices.workers_of(visit.leg), *heads}, when=when)


def remind_to_log(day):
    """Visit not logged after 5 working days: leader."""
    rows = Visit.objects.filter(
        status=Visit.Status.PLANNED,
        on__lt=day.today,
        leg__commission__status__in=[Commission.Status.AGREED, Commission.Status.ACTIVE],
    )
    for visit in unclaimed(rows, "visit_to_log").select_related(*PARTS):
        with guarded(f"visit_to_log {visit.pk}"):
            due = _due(visit, day.after_working_days, visit.on, day.policy(_alliance(visit)).log_working_days, day)
            if due <= day.today:
                _remind("visit_to_log", visit, due, notices.workers_of(visit.leg))


def remind_to_confirm(day):
    """Visit not confirmed after 7 days: school."""
    rows = Visit.objects.filter(status=Visit.Status.LOGGED, confirm_by__gt=day.today).exclude(
        leg__commission__status=Commission.Status.PAUSED
    )
    for visit in unclaimed(rows, "visit_to_confirm").select_related(*PARTS):
        with guarded(f"visit_to_confirm {visit.pk}"):
            due = _due(visit, day.after, visit.logged_at, day.policy(_alliance(visit)).confirm_reminder_days, day)
            if due <= day.today and not day.stands_still(_alliance(visit)):
                heads = notices.people_who_may("confirm", visit.leg.receiving_school)
                _remind("visit_to_confirm", visit, due, heads, confirm_by=f"{visit.confirm_by:%-d %B %Y}")


def _due(visit, after, since, days, day):
    """When a visit's clock runs out; the pauses of the work are looked up only where they matter."""
    due = after(since, days, _alliance(visit))
    return after(since, days, _alliance(visit), pauses(visit.leg.commission)) if due <= day.today else due


def _alliance(visit):
    return visit.leg.commission.support_request.alliance


def _remind(kind, visit, due, users, **facts):
    mail.remind(kind, visit, due, users, kind, visit.get_absolute_url(), **notices.about_visit(visit), **facts)
