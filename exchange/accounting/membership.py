"""Membership dates decide for each visit: in credits when both schools are members on its day, otherwise in money."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from schools.models import Alliance, Membership, School

from ..models import Leg, Tariff

Credited = Callable[[Leg, date], bool]


def in_credits(leg: Leg, on: date) -> bool:
    """Whether both schools are members, on a day, of the alliances in whose banks the leg's accounts stand."""
    return on in credit_days(leg, [on])


def credit_days(leg: Leg, days: Iterable[date]) -> set[date]:
    """Those of the days on which a visit of the leg is in credits. One query, however many days."""
    credited = credit_check([leg])
    return {on for on in days if credited(leg, on)}


def credit_check(legs: Iterable[Leg]) -> Credited:
    """A function of leg and day that says what `in_credits` says. One query, however many legs."""
    pairs = {pair for leg in legs for pair in _pairs(leg)}
    schools = {school for _, school in pairs}
    held: dict[tuple[int, int], list[Membership]] = {pair: [] for pair in pairs}
    for row in Membership.objects.filter(school__in=schools).order_by():
        held.setdefault((row.alliance_id, row.school_id), []).append(row)
    return lambda leg, on: all(any(row.holds_on(on) for row in held[pair]) for pair in _pairs(leg))


@dataclass(frozen=True)
class Leaving:
    """A school that has left, or will leave, and the last day of its membership."""

    school: School
    alliance: Alliance
    last_day: date

    @property
    def has_left(self) -> bool:
        return self.last_day < timezone.localdate()


def leaving(leg: Leg) -> list[Leaving]:
    """Those of the leg's two schools whose membership is known to end, or has ended."""
    found = []
    for alliance, school in _pairs(leg):
        rows = Membership.objects.filter(alliance=alliance, school=school).select_related("alliance", "school")
        last = max(rows, key=lambda row: row.ends_on or date.max, default=None)
        if last and last.ends_on:
            found.append(Leaving(last.school, last.alliance, last.ends_on))
    return found


def _pairs(leg: Leg) -> tuple[tuple[int, int], tuple[int, int]]:
    return (
        (leg.receiving_account.alliance_id, leg.receiving_school_id),
        (leg.giving_account.alliance_id, leg.giving_school_id),
    )


def alliances_to_ask(school: School) -> QuerySet[Alliance]:
    """The alliances of which a school is a member; for a member of none, those that serve schools outside."""
    own = Alliance.objects.of_school(school)
    return own if own.exists() else Alliance.objects.filter(pk__in=Tariff.objects.begun().values("alliance"))


def may_ask(school: School, alliance: Alliance) -> bool:
    """A member, or a school outside where the alliance has a tariff for it."""
    return alliance.has_member(school) or Tariff.objects.in_force(alliance, timezone.localdate()) is not None
