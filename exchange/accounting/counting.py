"""When a visit counts, and how: in credits, or in money at a price."""

from collections.abc import Container, Iterable
from datetime import date

from django.db.models import Sum
from django.urls import reverse

from bank import dates
from portal.errors import Refused
from portal.units import Hundredths, Pence
from portal.words import days_long

from ..models import Commission, Leg, Tariff, Visit
from ..models.visits import LONGEST, QUARTERS
from . import quotes
from .membership import in_credits


def first_day(leg: Leg) -> date:
    """The first day on which a visit of the leg can count: the rules of both banks have begun."""
    return max(dates.first_day(alliance) for alliance in {leg.giving_account.alliance, leg.receiving_account.alliance})


def check_rules(leg: Leg, on: date) -> None:
    """Raises Refused for a day before there were rules: it has neither a levy nor a cap."""
    first = first_day(leg)
    if on < first:
        raise Refused(
            f"No visit can count before {first:%-d %B %Y}, when the alliance's rules began.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def check_counts(leg: Leg, on: date, *, is_done: bool = False) -> None:
    """Raises Refused for a day that is neither in credits nor has a price, or on which no movement can be.

    A tariff that was taken when a visit turned out to be in money prices what is done. Nobody has agreed to it for
    more.
    """
    check_rules(leg, on)
    if in_credits(leg, on):
        return
    commission = leg.commission
    if commission.tariff_id is None or (commission.tariff_taken_on and not is_done):
        raise Refused(
            f"On {on:%-d %B %Y} the two schools are not both members, and {commission.support_request.alliance} had no "
            "tariff for schools outside when this was agreed. No visit can count on that day.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


def price_or_refuse(commission: Commission, on: date) -> tuple[Tariff, Pence]:
    """(tariff, pence a day) of a visit that is not in credits. Raises Refused where there is none."""
    tariff, day_rate = quotes.price_of_visits(commission)
    if tariff is None or day_rate is None:
        raise Refused(
            f"On {on:%-d %B %Y} the two schools were not both members, and "
            f"{commission.support_request.alliance} has no tariff for schools outside, so this visit would count "
            "nowhere. The coordinator can correct the dates "
            "of the membership, or add a tariff.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    return tariff, day_rate


def check_quarters(leg: Leg, days: Hundredths, allowed: Container[int] = QUARTERS) -> None:
    if days not in allowed:
        raise Refused(
            f"A visit counts in quarters of a day, {days_long(LONGEST)} at most: {days_long(days)} cannot be.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def check_room(leg: Leg, days: Hundredths, statuses: Iterable[str], besides: Visit | None = None) -> None:
    taken = leg.visits.filter(status__in=statuses)
    if besides:
        taken = taken.exclude(pk=besides.pk)
    room = leg.days - (taken.aggregate(total=Sum("days"))["total"] or 0)
    if days > room:
        raise Refused(
            f"Left of the agreed days: {days_long(Hundredths(max(room, 0)))}. "
            "More days need a variation, which both heads agree to.",
            reverse("exchange:propose_variation", args=[leg.pk]),
            "Propose a variation",
        )
