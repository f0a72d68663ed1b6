"""How days, money and times of day are written."""

from django.utils import timezone

MINUS = "−"  # the true minus sign: a hyphen is lost beside a figure, and breaks off at the end of a line


def days(hundredths):
    """175 -> "1.75", 500 -> "5", -250 -> "−2.5"; nothing for None."""
    if hundredths in (None, ""):
        return ""
    whole, part = divmod(abs(hundredths), 100)
    text = f"{whole:,d}.{part:02d}".rstrip("0").rstrip(".")
    return MINUS + text if hundredths < 0 else text


def days_long(hundredths):
    """175 -> "1.75 days", 100 -> "1 day"."""
    if hundredths in (None, ""):
        return ""
    return f"{days(hundredths)} {'day' if abs(hundredths) == 100 else 'days'}"


def signed_days(hundredths):
    """600 -> "+6", -250 -> "−2.5", 0 -> "0"."""
    return f"+{days(hundredths)}" if hundredths and hundredths > 0 else days(hundredths)


def pounds(pence):
    """122500 -> "£1,225.00"."""
    if pence in (None, ""):
        return ""
    whole, part = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{whole:,d}.{part:02d}"


def clock(when):
    """11:05 -> "11:05am", 12:00 -> "midday". An aware datetime is shown in local time."""
    if when in (None, ""):
        return ""
    if getattr(when, "tzinfo", None) and hasattr(when, "date"):
        when = timezone.localtime(when)
    if when.minute == 0 and when.hour in (0, 12):
        return "midday" if when.hour else "midnight"
    minutes = f":{when.minute:02d}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes}{'am' if when.hour < 12 else 'pm'}"
