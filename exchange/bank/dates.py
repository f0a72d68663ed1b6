"""The days on which a movement that a person decides can count."""

from django.db.models import Min

from schools import calendar

from .models import EARLIEST
from .posting import first_open_day


def refusal(alliance, on):
    """Why no movement can count on a day, in a sentence, or "": not ahead, before the rules, or in a closed year."""
    if on > calendar.today():
        return "Enter today or a day in the past"
    first = alliance.policies.aggregate(first=Min("starts_on"))["first"]
    earliest = max(first or EARLIEST, EARLIEST)
    if on < earliest:
        return f"Enter {earliest:%-d %B %Y}, when the alliance's rules began, or a later day"
    open_from = first_open_day(alliance)
    if open_from and on < open_from:
        return f"That year is closed: enter {open_from:%-d %B %Y} or a later day"
    return ""
