"""The end of an academic year of a bank."""

from django.db import transaction
from django.db.models import Q

from bank import closing
from bank.models import EARLIEST
from bank.posting import actor
from portal.errors import Refused
from portal.rights import requires
from schools import calendar

from .. import rules
from ..models import Visit

FIRST_CLOSING = (10, 31)  # a year is closed not before 31 October


def waits_for_closing(alliance, year):
    """Why a year cannot be closed today, in a sentence, or ""."""
    earliest = calendar.last_day(year).replace(month=FIRST_CLOSING[0], day=FIRST_CLOSING[1])
    if calendar.today() < earliest:
        return f"{calendar.label(year)} can be closed from {earliest:%-d %B %Y}."
    either = Q(leg__giving_account__alliance=alliance) | Q(leg__receiving_account__alliance=alliance)
    waiting = Visit.objects.filter(
        either,
        status__in=[Visit.Status.LOGGED, Visit.Status.DISPUTED],
        on__range=(calendar.first_day(year), calendar.last_day(year)),
    ).count()
    if waiting:
        words = "1 visit of that year waits" if waiting == 1 else f"{waiting} visits of that year wait"
        return f"{words} to be confirmed."
    oldest = closing.oldest_open_year(alliance)
    return f"Close {calendar.label(oldest)} first." if oldest is not None and oldest < year else ""


@transaction.atomic
@requires(rules.can_close_year, of="alliance")
def close(*, alliance, year, by):
    """Close an academic year of an alliance's bank. Done twice it is done once."""
    if not EARLIEST.year <= year <= calendar.year_of(calendar.today()):
        raise Refused("There is no such year to close.")
    if not alliance.closed_years.filter(year=year).exists():
        reason = waits_for_closing(alliance, year)
        if reason:
            raise Refused(reason)
    return closing.close(alliance, year, by=actor(by))
