"""The days on which a movement that a person decides can count."""

from datetime import date

from schools import calendar
from schools.models import Alliance

from .models import EARLIEST
from .posting import first_open_day


def first_day(alliance: Alliance) -> date:
    """When an alliance's rules began: nothing counts in its bank before. It reads the versions that were prefetched."""
    began = min((policy.starts_on for policy in alliance.policies.all()), default=EARLIEST)
    return max(began, EARLIEST)


def refusal(alliance: Alliance, on: date) -> str:
    """Why no movement can count on a day, in a sentence, or "": not ahead, before the rules, or in a closed year."""
    if on > calendar.today():
        return "Enter today or a day in the past"
    earliest = first_day(alliance)
    if on < earliest:
        return f"Enter {earliest:%-d %B %Y}, when the alliance's rules began, or a later day"
    open_from = first_open_day(alliance)
    if open_from and on < open_from:
        return f"That year is closed: enter {open_from:%-d %B %Y} or a later day"
    return ""
