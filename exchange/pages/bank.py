"""What the page of a whole bank shows, for a year or all time. Days are hundredths of a day, money pence."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, Count, IntegerField, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from bank import balances
from bank.models import Account, Balance, Transfer
from portal.words import days
from schools import calendar

from ..models import Charge
from ..statement.movements import kind_in_words

COLUMNS = (*balances.FIGURES, "net")
ACADEMIC_YEAR = ExtractYear("occurred_on") - Case(
    When(occurred_on__month__lt=calendar.FIRST_MONTH, then=1), default=0, output_field=IntegerField()
)


@dataclass
class Row:
    """An account with its figures; a member without one yet has an account that is not stored."""

    account: Account
    figures: dict
    is_member: bool = False

    @property
    def name(self):
        return str(self.account)

    @property
    def urn(self):
        return self.account.school_id or ""

    @property
    def has_limit(self):
        return self.account.kind != Account.Kind.OUTSIDE

    @property
    def waits_for_settlement(self):
        """A school that has left with a balance."""
        return bool(self.account.school_id and not self.is_member and self.account.posted)


@dataclass
class BankSummary:
    """Every account of a bank: the schools', then the fund, the outside and those with other alliances."""

    schools: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)

    @property
    def rows(self):
        return [*self.schools, *self.others]

    @property
    def fund(self):
        return next(row for row in self.others if row.account.kind == Account.Kind.FUND)

    @property
    def total(self):
        """The sums over all accounts. The net is 0, or something is wrong."""
        found = {name: sum(row.figures[name] for row in self.rows) for name in COLUMNS}
        return found | {"held": sum(row.account.held for row in self.rows)}


def book(alliance, year=None):
    """All accounts with the figures of an academic year, or of all time."""
    accounts = balances.accounts_of(alliance)
    stored = [account for account in accounts if account.pk]
    found = balances.of_year(stored, year) if year else balances.of_all_time(stored)
    members = set(alliance.members().values_list("pk", flat=True))
    rows = [
        Row(account, found.get(account.pk, dict.fromkeys(COLUMNS, 0)), account.school_id in members)
        for account in accounts
    ]
    schools, others = [row for row in rows if row.urn], [row for row in rows if not row.urn]
    order = list(Account.Kind)
    return BankSummary(
        sorted(schools, key=lambda row: (row.name, row.urn)),
        sorted(others, key=lambda row: (order.index(row.account.kind), row.name)),
    )


def differences(totals_check, book):
    """What the last check found, a sentence for each account and year."""
    names = {row.account.pk: row.name for row in book.rows}
    return sorted(_in_words(names[pk], year, figures) for pk, year, figures in totals_check.differences)


def _in_words(name, year, figures):
    parts = (f"{figure} is {days(kept)} but {days(counted)} by the rows" for figure, (kept, counted) in figures.items())
    return f"{name}{f', {calendar.label(year)}' if year else ''}: {', '.join(parts)}"


# The common fund -------------------------------------------------------------------------------


@dataclass
class FundFlow:
    """What came into the fund and went out of it in an academic year for one reason."""

    year: int
    name: str
    income: int = 0
    spending: int = 0

    @property
    def label(self):
        return calendar.label(self.year)


def fund_flows(account, year=None):
    """By year, the latest first, and kind; common services by their names. A reversal counts against its kind."""
    if account.pk is None:
        return []
    flows = {}
    for side in ("credit", "debit"):
        for row in _of_fund(account, side, year):
            flow = flows.setdefault((row["year"], row["name"]), FundFlow(row["year"], row["name"]))
            is_reversal = row["kind"] == Transfer.Kind.REVERSAL
            way = "income" if (side == "credit") != is_reversal else "spending"
            setattr(flow, way, getattr(flow, way) + (-row["total"] if is_reversal else row["total"]))
    found = [flow for flow in flows.values() if flow.income or flow.spending]
    return sorted(found, key=lambda flow: (-flow.year, -flow.income, -flow.spending, flow.name))


def _of_fund(account, side, year):
    rows = Transfer.objects.filter(**{side: account})
    if year:
        rows = rows.filter(occurred_on__range=(calendar.first_day(year), calendar.last_day(year)))
    service = Case(When(of=Transfer.Kind.SERVICE, then=Coalesce("reverses__reason", "reason")), default=Value(""))
    found = rows.annotate(of=Coalesce("reverses__kind", "kind"), service=service, academic_year=ACADEMIC_YEAR)
    found = found.order_by().values("academic_year", "kind", "of", "service").annotate(total=Sum("amount"))
    return [{**row, "year": row["academic_year"], "name": row["service"] or kind_in_words(row["of"])} for row in found]


# Schools by year -------------------------------------------------------------------------------


def participation(alliance):
    """Year by year, the latest first: how many schools gave, received, did both or neither.

    Counted are the members of the year, and schools that have left but still gave or received.
    """
    gave, received, members = defaultdict(set), defaultdict(set), defaultdict(set)
    rows = Balance.objects.filter(account__alliance=alliance, account__kind=Account.Kind.SCHOOL)
    for school, year, given, taken in rows.values_list("account__school", "year", "given", "received"):
        if given > 0:
            gave[year].add(school)
        if taken > 0:
            received[year].add(school)
    shown = balances.years(account__alliance=alliance)
    for row in alliance.memberships.all():
        for year in shown:
            if row.starts_on <= calendar.last_day(year) and row.holds_on(max(row.starts_on, calendar.first_day(year))):
                members[year].add(row.school_id)
    return [_counted(year, gave[year], received[year], members[year]) for year in shown]


def _counted(year, gave, received, members):
    return {
        "label": calendar.label(year),
        "schools": len(members | gave | received),
        "gave": len(gave),
        "received": len(received),
        "both": len(gave & received),
        "neither": len(members - gave - received),
    }


# Money -----------------------------------------------------------------------------------------


def charges(alliance, year=None):
    """What schools outside were charged, by status: how many, and the parts in pence."""
    rows = alliance.charges.all()
    if year:
        rows = rows.filter(raised_at__date__range=(calendar.first_day(year), calendar.last_day(year)))
    parts = {name: Sum(name) for name in ("home_share", "brokerage", "vat", "total")}
    found = rows.order_by("status").values("status").annotate(how_many=Count("pk"), **parts)
    labels = dict(Charge.Status.choices)
    return [{**row, "label": labels[row["status"]]} for row in found]
