"""The periods of a statement and an account's figures in each. Hundredths of a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from bank import balances
from bank.models import Balance
from portal.words import days, signed_days
from schools import calendar

TWELVE_MONTHS, ALL_TIME = "12m", "all"
FIGURES = ("given", "received", "levy", "other", "net")


@dataclass(frozen=True)
class Period:
    label: str
    words: str  # the same within a sentence
    since: date | None = None
    until: date | None = None
    year: int | None = None  # where the period is an academic year

    def of(self, rows, field):
        """The rows whose day falls into the period."""
        if self.since:
            rows = rows.filter(**{f"{field}__gte": self.since})
        return rows.filter(**{f"{field}__lte": self.until}) if self.until else rows


def periods(account):
    """{name in the address: period}: each academic year with movements and this one, twelve months, all time."""
    twelve_months = balances.last_twelve_months(calendar.today())
    return {
        **{str(year): _academic_year(year) for year in balances.years(account=account)},
        TWELVE_MONTHS: Period("Last twelve months", "in the last twelve months", *twelve_months),
        ALL_TIME: Period("All time", "so far"),
    }


def _academic_year(year):
    label = calendar.label(year)
    return Period(label, f"in {label}", calendar.first_day(year), calendar.last_day(year), year)


def figures(account, period):
    """Given, received, levy, other and net; all 0 where the school has no account yet."""
    if account is None:
        return dict.fromkeys([*balances.FIGURES, "net"], 0)
    if period.year is not None:
        return balances.of_year([account], period.year)[account.pk]
    if period.since is None:
        return balances.of_all_time([account])[account.pk]
    return balances.figures([account], period.since, period.until)[account.pk]


def standing(account):
    """[(what, days)] as of now, whatever the period; all 0 where the school has no account yet."""
    posted, held, available = (account.posted, account.held, account.available) if account else (0, 0, 0)
    return [("Balance now", posted), ("Held now", held), ("Available now", available)]


def shown(found):
    """[(what, days in text)] of figures; what can go both ways has its sign."""
    signed = ("other", "net")
    return [(name.capitalize(), (signed_days if name in signed else days)(found[name])) for name in FIGURES]


def balance_before(account, period):
    """The balance that the period begins with: the years before its own, and the days of its own before it."""
    if account is None or period.since is None:
        return 0
    year = calendar.year_of(period.since)
    before = sum(row.net for row in Balance.objects.filter(account=account, year__lt=year))
    if period.since > calendar.first_day(year):
        days = calendar.first_day(year), period.since - timedelta(days=1)
        before += balances.figures([account], *days)[account.pk]["net"]
    return before


def overview(account):
    """The figures of this year, the last twelve months and all time, for a table."""
    choices = periods(account)
    names = (str(calendar.year_of(calendar.today())), TWELVE_MONTHS, ALL_TIME)
    return [{"label": choices[name].label, **figures(account, choices[name])} for name in names]
