"""A school's statement: what its account gave and received in a period. Hundredths of a day throughout."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, Max, Min, Q, Sum, Window

from schools import calendar

from .bank import balances
from .bank.models import Transfer
from .models import Commission, Visit


@dataclass
class Period:
    label: str
    words: str  # the same within a sentence
    since: date | None
    until: date | None


def periods(account):
    """{name in the address: period}: each academic year with movements and this one, twelve months, all time."""
    today = calendar.today()
    this = calendar.year_of(today)
    rows = Transfer.objects.filter(Q(debit=account) | Q(credit=account)) if account else Transfer.objects.none()
    ends = rows.aggregate(first=Min("occurred_on"), last=Max("occurred_on"))
    first = min(this, calendar.year_of(ends["first"] or today))
    last = max(this, calendar.year_of(ends["last"] or today))
    years = {str(year): _academic_year(year) for year in range(last, first - 1, -1)}
    return {
        **years,
        "12m": Period("Last twelve months", "in the last twelve months", *balances.last_twelve_months(today)),
        "all": Period("All time", "so far", None, None),
    }


def _academic_year(year):
    label = calendar.label(year)
    return Period(label, f"in {label}", calendar.first_day(year), calendar.last_day(year))


def figures(account, period):
    """Given, received, levy, other and net; all 0 where the school has no account yet."""
    if account is None:
        return dict.fromkeys([*balances.FIGURES, "net"], 0)
    return balances.figures([account], period.since, period.until)[account.pk]


def balance_before(account, period):
    """The balance that the period begins with."""
    if account is None or period.since is None:
        return 0
    return balances.figures([account], until=period.since - timedelta(days=1))[account.pk]["net"]


def movements(account, period):
    """The period's transfers, oldest first, each with `signed` and `so_far`, the sum of it and those before it."""
    if account is None:
        return Transfer.objects.none()
    return balances.movements(account, period.since, period.until).annotate(
        so_far=Window(Sum("signed", output_field=BigIntegerField()), order_by=["occurred_on", "pk"], frame=None)
    )


@dataclass
class Line:
    """A movement as people read it. `commission` is None where there is none, or none the reader may see."""

    on: date
    what: str
    partner: str
    commission: Commission | None
    days: int
    balance: int


def lines(rows, account, opening, user):
    rows = balances.with_other_side(list(rows), account) if account else []
    commissions = _commissions(rows, user)
    return [
        Line(
            on=row.occurred_on,
            what=_what(row),
            partner=str(row.other),
            commission=commissions.get((row.cause_kind, row.cause_id)),
            days=row.signed,
            balance=opening + row.so_far,
        )
        for row in rows
    ]


def _what(row):
    words = row.get_kind_display()
    if row.reverses_id:
        words = f"{words} of {row.reverses.get_kind_display().lower()}"
    return f"{words}: {row.reason}" if row.reason else words


def _commissions(rows, user):
    """{(cause's kind, its id): commission} of the visits whose commission the user may see."""
    ids = {int(row.cause_id) for row in rows if row.cause_kind == "visit"}
    visible = Commission.objects.visible_to(user)
    visits = Visit.objects.filter(pk__in=ids, leg__commission__in=visible).select_related(
        "leg__commission__request__specialism"
    )
    return {("visit", str(visit.pk)): visit.leg.commission for visit in visits}
