"""A leader's days by academic year: planned and done visits in the year of their day, the rest in the
year of the start. The database refuses more than the allowance. Hundredths of a day."""

from collections import Counter
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.errors import Refused
from portal.units import Hundredths
from schools import calendar
from staff.models import SystemLeader

from ..models import Commission, LeaderDays, LeaderYear, Visit


def rebook(commission: Commission) -> None:
    """Bring the leader's years in line with a commission. Raises Refused when a year is full."""
    if commission.leader_id is None:
        return
    wanted = _wanted(commission)
    parts = {part.leader_year.year: part for part in commission.leader_days.select_related("leader_year")}
    # Lower years first give room back, then the others take it; in order of years, against deadlocks.
    changes = {year: wanted[year] - (parts[year].amount if year in parts else 0) for year in {*wanted, *parts}}
    for year, change in sorted(changes.items(), key=lambda item: (item[1] > 0, item[0])):
        if change:
            _take(commission, year, change)


def _wanted(commission: Commission) -> Counter[int]:
    wanted: Counter[int] = Counter()
    statuses = Visit.Status.counting() if commission.is_running else Visit.Status.done()
    for leg in commission.legs.all():
        for visit in leg.visits.filter(status__in=statuses):
            wanted[calendar.year_of(visit.on)] += visit.days
        if commission.is_running:
            wanted[calendar.year_of(commission.starts_on)] += max(leg.days - wanted.total(), 0)
    return wanted


def _take(commission: Commission, year: int, change: int) -> None:
    leader = cast(SystemLeader, commission.leader)  # `rebook` has seen that there is one
    row, _ = LeaderYear.objects.get_or_create(leader=leader, year=year, defaults={"allowance": leader.allowance})
    try:
        with transaction.atomic():
            LeaderYear.objects.filter(pk=row.pk).update(taken=F("taken") + change)
    except IntegrityError as error:
        raise Refused(
            f"{leader.person} has no room for these days in {calendar.label(year)}: the yearly allowance is used up.",
            commission.get_absolute_url(),
            "Back to the commission",
        ) from error
    part, _ = LeaderDays.objects.get_or_create(commission=commission, leader_year=row, defaults={"amount": 0})
    LeaderDays.objects.filter(pk=part.pk).update(amount=F("amount") + change)


def days_left(leader: SystemLeader, year: int) -> Hundredths:
    row = LeaderYear.objects.filter(leader=leader, year=year).first()
    return row.left if row else Hundredths(leader.allowance)


def set_allowance(leader: SystemLeader, allowance: Hundredths) -> None:
    """Change a leader's yearly allowance from now on. Raises Refused when a year has more taken already."""
    leader.allowance = allowance
    leader.save(update_fields=["allowance"])
    years = LeaderYear.objects.filter(leader=leader, year__gte=calendar.year_of(calendar.today()))
    try:
        with transaction.atomic():
            years.update(allowance=allowance)
    except IntegrityError as error:
        raise Refused("More days than that are agreed already in this year or a later one.") from error
