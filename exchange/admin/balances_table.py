"""The balances of one alliance for a period: the rows of the page and of its exports."""

from dataclasses import dataclass, field
from decimal import Decimal

from bank import balances
from bank.models import Account, Snapshot
from portal import exports, pictures, spreadsheet
from schools import calendar

from ..accounting.projection import projections
from ..forms.bank import BalancesForm, period
from ..models import BandCrossing

Side = BandCrossing.Side
COLUMNS = ("given", "received", "levy", "other", "net")


@dataclass
class Row:
    account: Account
    figures: dict  # given, received, levy, other, net of the period, in hundredths of a day
    band: str = ""
    expected: int = 0  # the balance on 31 August, from agreed work
    trend: dict | None = None

    @property
    def has_limit(self):
        return self.account.kind != Account.Kind.OUTSIDE

    def __getitem__(self, name):
        if name == "school":
            return str(self.account).lower()
        return self.figures[name] if name in self.figures else getattr(self.account, name)


@dataclass
class Table:
    """Rows of the schools asked for; the whole bank beneath, whose nets must add up to 0."""

    alliance: object
    choices: dict
    rows: list = field(default_factory=list)
    others: list = field(default_factory=list)  # the common fund, the outside
    total: dict = field(default_factory=dict)
    schools: int = 0

    @property
    def is_whole(self):
        return self.total["net"] == 0


def table(alliance, choices):
    """In a number of queries that does not grow with the schools."""
    accounts = balances.accounts_of(alliance)
    found = balances.figures([account for account in accounts if account.pk], *period(choices["year"]))
    projected = projections(account for account in accounts if account.school_id)
    nothing = dict.fromkeys(COLUMNS, 0)
    rows = [_row(account, found.get(account.pk, nothing), projected.get(account.pk)) for account in accounts]
    schools = [row for row in rows if row.account.school_id]
    wanted = [row for row in schools if _is_wanted(row, choices)]
    _draw_trends(wanted)
    sort = choices.get("sort") or "-net"
    wanted.sort(key=lambda row: row["school"])
    wanted.sort(key=lambda row: row[sort.lstrip("-")], reverse=sort.startswith("-"))
    return Table(
        alliance=alliance,
        choices=choices,
        rows=wanted,
        others=[row for row in rows if not row.account.school_id and (any(row.figures.values()) or _is_fund(row))],
        total={name: sum(row.figures[name] for row in rows) for name in COLUMNS},
        schools=len(schools),
    )


def _is_fund(row):
    return row.account.kind == Account.Kind.FUND


def _row(account, figures, projection):
    if projection is None:
        return Row(account, figures)
    words = {Side.LOW: "owes too much", Side.HIGH: "is owed too much"}.get(projection.side, "")
    if projection.is_lifted:
        words += ", agreed work mends it"
    return Row(account, figures, words, projection.expected)


def _is_wanted(row, choices):
    account, text = row.account, choices["q"].strip().lower()
    shown = {
        BalancesForm.OWES: account.posted < 0,
        BalancesForm.OWED: account.posted > 0,
        BalancesForm.OUT_OF_BAND: bool(row.band),
    }
    return (
        shown.get(choices["show"], True)
        and choices["phase"] in ("", account.school.phase)
        and (text in account.school.name.lower() or text == str(account.school_id))
    )


def _draw_trends(rows):
    since, until = balances.last_twelve_months(calendar.today())
    rows = [row for row in rows if row.account.pk]
    points = {row.account.pk: [] for row in rows}
    seen = Snapshot.objects.filter(account__in=points, on__range=(since, until)).order_by("on")
    for pk, on, posted in seen.values_list("account", "on", "posted"):
        points[pk].append((on, posted))
    for row in rows:
        row.trend = pictures.sparkline([*points[row.account.pk], (until, row.account.posted)], since, until)


@exports.register(
    "balances",
    "Balances in days",
    ["URN", "School", "Phase", *[name.capitalize() for name in COLUMNS], "Held now", "Available now"],
)
def rows_for_a_spreadsheet(found):
    """Numbers as numbers, and no text that a spreadsheet would work out."""
    for row in [*found.rows, *found.others]:
        account = row.account
        school = account.school
        figures = [row.figures[name] for name in COLUMNS] + [account.held, account.available]
        in_days = [Decimal(figure) / 100 for figure in figures]
        if not row.has_limit:
            in_days[-1] = ""
        urn, phase = (school.urn, spreadsheet.text(school.phase)) if school else ("", "")
        yield urn, spreadsheet.text(account), phase, *in_days
