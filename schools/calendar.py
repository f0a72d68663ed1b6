"""Academic years, working days and clocks that stand still while schools are shut."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from django.utils import timezone
from govuk_bank_holidays.bank_holidays import BankHolidays

FIRST_MONTH = 9
Closures = Iterable[tuple[date, date]]  # first and last day of each


def year_of(on: date) -> int:
    """The academic year of a day, named by the calendar year it starts in (1 September)."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def label(year: int) -> str:
    """2026 -> "2026 to 2027"."""
    return f"{year} to {year + 1}"


def first_day(year: int) -> date:
    return date(year, FIRST_MONTH, 1)


def last_day(year: int) -> date:
    return date(year + 1, FIRST_MONTH - 1, 31)


def add_days(start: date, days: int, closures: Closures = ()) -> date:
    """The day on which a clock of so many days, started on a day, has run out.

    Days inside a closure (pairs of first and last day) do not count, and no clock runs out in one.
    """
    on = start
    while days > 0:
        on += timedelta(days=1)
        if not is_shut(on, closures):
            days -= 1
    return on


def add_working_days(start: date, days: int, closures: Closures = ()) -> date:
    """As add_days, leaving out weekends and England's bank holidays as well."""
    on = start
    while days > 0:
        on += timedelta(days=1)
        if is_working_day(on) and not is_shut(on, closures):
            days -= 1
    return on


def days_between(start: date, end: date, closures: Closures = ()) -> int:
    """How many days a clock that was at `start` had moved at `end`."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(not is_shut(on, closures) for on in days)


def is_shut(on: date, closures: Closures) -> bool:
    return any(first <= on <= last for first, last in closures)


def is_working_day(on: date) -> bool:
    return on.weekday() < 5 and on not in bank_holidays()


def no_school_on(on: date, closures: Closures = ()) -> str:
    """Why a day is no day of school, as in "25 December is ...", or ""."""
    if is_shut(on, closures):
        return "a day on which schools are shut"
    if on.weekday() >= 5:
        return f"a {on:%A}"
    return "a bank holiday" if on in bank_holidays() else ""


def weeks_left(on: date, closures: Closures = ()) -> int:
    """Whole weeks from a day to the end of its academic year, without the days on which schools are shut."""
    return days_between(on, last_day(year_of(on)), closures) // 7


@lru_cache(maxsize=1)
def bank_holidays() -> frozenset[date]:
    # use_cached_holidays: the library downloads the list otherwise.
    events = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    return frozenset(event["date"] for event in events)


def default_closures(year: int) -> list[tuple[str, date, date]]:
    """(name, first, last) of summer, Christmas and Easter in an academic year."""
    sunday = easter(year + 1)
    return [
        ("Christmas", date(year, 12, 21), date(year + 1, 1, 3)),
        ("Easter", sunday - timedelta(days=7), sunday + timedelta(days=7)),
        ("Summer", date(year + 1, 7, 22), date(year + 1, 8, 31)),
    ]


def today() -> date:
    return timezone.localdate()
