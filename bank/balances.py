"""What each account has given and received, worked out from the rows. Hundredths of a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, TruncMonth

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, Policy

from . import moment, totals
from .models import Account, Balance, Snapshot, TotalsCheck, Transfer

FIGURES = totals.NAMES
Figures = dict[str, Hundredths]
Difference = tuple[Account, int | None, dict[str, tuple[Hundredths, Hundredths]]]


def figures(accounts: Iterable[Account], since: date | None = None, until: date | None = None) -> dict[int, Figures]:
    """{account id: {given, received, levy, other, net}} for the days from `since` to `until`.

    A reversal counts against what it reverses, so given and received are of visits that stand.
    """
    ids = [account.pk for account in accounts]
    rows = Transfer.objects.all()
    if since:
        rows = rows.filter(occurred_on__gte=since)
    if until:
        rows = rows.filter(occurred_on__lte=until)
    found = {pk: dict.fromkeys(FIGURES, Hundredths(0)) for pk in ids}
    kind = Coalesce("reverses__kind", "kind")
    for side, sign in (("debit", -1), ("credit", 1)):
        sums = (
            rows.filter(**{f"{side}__in": ids})
            .annotate(of=kind)
            .values(side, "kind", "of")
            .annotate(total=Sum("amount"))
            .order_by()
        )
        for row in sums:
            _count(found[row[side]], row["of"], sign * row["total"], reversed_=row["kind"] == "reversal")
    for row in found.values():
        row["net"] = Hundredths(row["given"] - row["received"] - row["levy"] + row["other"])
    return found


def _count(row: Figures, kind: str, signed: int, reversed_: bool) -> None:
    if kind == Transfer.Kind.VISIT:
        # A visit credits the giver; its reversal debits the giver again.
        giver = (signed > 0) != reversed_
        figure, change = ("given", signed) if giver else ("received", -signed)
    elif kind == Transfer.Kind.LEVY:
        figure, change = "levy", -signed
    else:
        figure, change = "other", signed
    row[figure] = Hundredths(row[figure] + change)


def years(**whose: Any) -> list[int]:
    """The academic years that can be asked for, the latest first: from the first with movements to this one.

    `whose` says of which balances: account=..., or account__alliance=... for a whole bank.
    """
    this = calendar.year_of(calendar.today())
    ends = Balance.objects.filter(**whose).aggregate(first=Min("year", default=this), last=Max("year", default=this))
    return list(range(max(ends["last"], this), min(ends["first"], this) - 1, -1))


def accounts_of(alliance: Alliance) -> list[Account]:
    """Every account of a bank; a member, a fund or an outside without one yet has one that is not stored."""
    found = list(Account.objects.filter(alliance=alliance).select_related("school", "partner"))
    schools, kinds = {account.school_id for account in found}, {account.kind for account in found}
    policy = alliance.policies.filter(starts_on__lte=calendar.today()).order_by("-starts_on").first() or Policy()
    missing = [{"school": school, "floor": policy.limit} for school in alliance.members() if school.pk not in schools]
    missing += [{"kind": kind} for kind in (Account.Kind.FUND, Account.Kind.OUTSIDE) if kind not in kinds]
    return found + [Account(alliance=alliance, **facts) for facts in missing]


def fund(alliance: Alliance) -> Account:
    """The common fund, for reading: where it has no account yet, one that is not stored."""
    facts = {"alliance": alliance, "kind": Account.Kind.FUND}
    return Account.objects.filter(**facts).order_by().first() or Account(**facts)


def last_twelve_months(until: date) -> tuple[date, date]:
    """(first day, last day) of the twelve months that end on a day."""
    return until - relativedelta(years=1) + relativedelta(days=1), until


def of_year(accounts: Iterable[Account], year: int) -> dict[int, Figures]:
    """The figures of an academic year, as the database has kept them."""
    accounts = list(accounts)
    rows = {row.account_id: row for row in Balance.objects.filter(account__in=accounts, year=year)}
    return {account.pk: _figures(rows.get(account.pk, Balance())) for account in accounts}


def of_all_time(accounts: Iterable[Account]) -> dict[int, Figures]:
    return {account.pk: _figures(account) for account in accounts}


def _figures(row: Account | Balance) -> Figures:
    found = {name: Hundredths(getattr(row, name)) for name in FIGURES}
    return found | {"net": Hundredths(found["given"] - found["received"] - found["levy"] + found["other"])}


@transaction.atomic
def recompute(alliance: Alliance | None = None) -> None:
    """Write the totals anew from the rows, of one bank or of all.

    For rows that were written past the triggers, and for a difference that somebody has understood: the
    nightly check never does it.
    """
    accounts = Account.objects.filter(alliance=alliance) if alliance else Account.objects.all()
    list(accounts.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    with moment.whole_ledger() as cursor:
        for statement in totals.rewrite(alliance.pk if alliance else None):
            cursor.execute(statement)


def differences() -> list[Difference]:
    """Where the totals of any bank differ from the rows: one moment of the ledger.

    Returns [(account, year or None for all time, {figure: (as kept, by the rows)})].
    """
    with moment.whole_ledger() as cursor:
        cursor.execute(totals.differences())
        rows = cursor.fetchall()
        accounts = Account.objects.select_related("alliance", "school", "partner").in_bulk([row[0] for row in rows])
    names = (*FIGURES, "held")
    return [
        (accounts[pk], year, _unequal(names, values[: len(names)], values[len(names) :])) for pk, year, *values in rows
    ]


def check(at: datetime) -> list[Difference]:
    """The same, kept for each one's page with the moment it was found."""
    found = differences()
    by_bank: dict[int, list[list[object]]] = {pk: [] for pk in Alliance.objects.values_list("pk", flat=True)}
    for account, year, figures in found:
        by_bank[account.alliance_id].append([account.pk, year, figures])
    TotalsCheck.objects.bulk_create(
        [TotalsCheck(alliance_id=pk, differences=rows, at=at) for pk, rows in by_bank.items()],
        update_conflicts=True,
        unique_fields=["alliance"],
        update_fields=["differences", "at"],
    )
    return found


def _unequal(
    names: Sequence[str], kept: Sequence[int], counted: Sequence[int]
) -> dict[str, tuple[Hundredths, Hundredths]]:
    pairs = zip(names, map(int, kept), map(int, counted), strict=True)
    return {name: (Hundredths(here), Hundredths(there)) for name, here, there in pairs if here != there}


def snapshot(accounts: Iterable[Account], on: date) -> None:
    Snapshot.objects.bulk_create(
        [Snapshot(account=account, on=on, posted=account.posted, held=account.held) for account in accounts],
        update_conflicts=True,
        unique_fields=["account", "on"],
        update_fields=["posted", "held"],
    )


def thin_out(alliance: Alliance, today: date) -> None:
    """Of a bank's snapshots older than the twelve months of the trend, only each month's last is kept."""
    since, _ = last_twelve_months(today)
    old = Snapshot.objects.filter(account__alliance=alliance, on__lt=since)
    last = Window(Max("on"), partition_by=[F("account"), TruncMonth("on")])
    Snapshot.objects.filter(pk__in=old.annotate(last=last).filter(on__lt=F("last")).values("pk")).delete()


def behind(figure: str, account: Account, since: date | None = None, until: date | None = None) -> QuerySet[Transfer]:
    """The transfers whose sum is one of an account's figures (FIGURES)."""
    visits = Q(kind=Transfer.Kind.VISIT)
    undone = Q(kind=Transfer.Kind.REVERSAL, reverses__kind=Transfer.Kind.VISIT)
    levies = Q(kind=Transfer.Kind.LEVY) | Q(kind=Transfer.Kind.REVERSAL, reverses__kind=Transfer.Kind.LEVY)
    own = Q(debit=account) | Q(credit=account)
    of = {
        "given": (visits & Q(credit=account)) | (undone & Q(debit=account)),
        "received": (visits & Q(debit=account)) | (undone & Q(credit=account)),
        "levy": own & levies,
        "other": own & ~(visits | undone | levies),
    }
    rows = Transfer.objects.filter(of[figure])
    if since:
        rows = rows.filter(occurred_on__gte=since)
    if until:
        rows = rows.filter(occurred_on__lte=until)
    return rows
