"""How days, money and times of day are written."""

from datetime import datetime, time
from typing import Literal

from django.utils import timezone

from .units import Hundredths, Pence

MINUS = "−"  # the true minus sign: a hyphen is lost beside a figure, and breaks off at the end of a line


def days(hundredths: Hundredths | Literal[""] | None) -> str:
    """175 -> "1.75", 500 -> "5", -250 -> "−2.5"; nothing for None."""
    if hundredths is None or hundredths == "":
        return ""
    whole, part = divmod(abs(hundredths), 100)
    text = f"{whole:,d}.{part:02d}".rstrip("0").rstrip(".")
    return MINUS + text if hundredths < 0 else text


def days_long(hundredths: Hundredths | Literal[""] | None) -> str:
    """175 -> "1.75 days", 100 -> "1 day"."""
    if hundredths is None or hundredths == "":
        return ""
    return f"{days(hundredths)} {'day' if abs(hundredths) == 100 else 'days'}"


def signed_days(hundredths: Hundredths | Literal[""] | None) -> str:
    """600 -> "+6", -250 -> "−2.5", 0 -> "0"."""
    return f"+{days(hundredths)}" if hundredths and hundredths > 0 else days(hundredths)


def pounds(pence: Pence | Literal[""] | None) -> str:
    """122500 -> "£1,225.00"."""
    if pence is None or pence == "":
        return ""
    whole, part = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{whole:,d}.{part:02d}"


def clock(when: datetime | time | Literal[""] | None) -> str:
    """11:05 -> "11:05am", 12:00 -> "midday". An aware datetime is shown in local time."""
    if when is None or when == "":
        return ""
    if isinstance(when, datetime) and when.tzinfo:
        when = timezone.localtime(when)
    if when.minute == 0 and when.hour in (0, 12):
        return "midday" if when.hour else "midnight"
    minutes = f":{when.minute:02d}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes}{'am' if when.hour < 12 else 'pm'}"
