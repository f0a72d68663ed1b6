"""What each account has given and received, worked out from the rows. Hundredths of a day."""

from dateutil.relativedelta import relativedelta
from django.db.models import BigIntegerField, Case, CharField, F, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from schools import calendar

from .models import Account, Balance, Snapshot, Transfer

FIGURES = ("given", "received", "levy", "other")


def figures(accounts, since=None, until=None):
    """{account id: {given, received, levy, other, net}} for the days from `since` to `until`.

    A reversal counts against what it reverses, so given and received are of visits that stand.
    """
    ids = [account.pk for account in accounts]
    rows = Transfer.objects.all()
    if since:
        rows = rows.filter(occurred_on__gte=since)
    if until:
        rows = rows.filter(occurred_on__lte=until)
    found = {pk: dict.fromkeys(FIGURES, 0) for pk in ids}
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
        row["net"] = row["given"] - row["received"] - row["levy"] + row["other"]
    return found


def _count(row, kind, signed, reversed_):
    if kind == Transfer.Kind.VISIT:
        # A visit credits the giver; its reversal debits the giver again.
        giver = (signed > 0) != reversed_
        row["given" if giver else "received"] += signed if giver else -signed
    elif kind == Transfer.Kind.LEVY:
        row["levy"] -= signed
    else:
        row["other"] += signed


def of_year(accounts, year):
    return figures(accounts, calendar.first_day(year), calendar.last_day(year))


def first_year(alliance):
    """The academic year of the earliest movement in an alliance's bank, or None."""
    first = Transfer.objects.filter(debit__alliance=alliance).aggregate(first=Min("occurred_on"))["first"]
    return first and calendar.year_of(first)


def twelve_months(accounts, until):
    """The figures of the twelve months that end on a day."""
    return figures(accounts, *last_twelve_months(until))


def last_twelve_months(until):
    """(first day, last day) of the twelve months that end on a day."""
    return until - relativedelta(years=1) + relativedelta(days=1), until


def recompute(accounts):
    """Write the balances of accounts anew, for each year with movements and for all time."""
    accounts = list(accounts)
    days = Transfer.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts)).values_list("occurred_on")
    years = {calendar.year_of(on) for (on,) in days.distinct().order_by()}
    wanted = [(Balance.ALL_TIME, figures(accounts))] + [(year, of_year(accounts, year)) for year in sorted(years)]
    rows = [
        Balance(account_id=pk, year=year, **{name: row[name] for name in FIGURES})
        for year, found in wanted
        for pk, row in found.items()
    ]
    Balance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "year"], update_fields=[*FIGURES, "worked_out_at"]
    )


def differences(accounts):
    """Accounts whose running total or hold differs from the rows: (account, posted by the rows, held by the rows)."""
    found = figures(accounts)
    held = dict(Account.objects.filter(pk__in=found).annotate(total=Sum("holds__amount")).values_list("pk", "total"))
    return [
        (account, found[account.pk]["net"], held[account.pk] or 0)
        for account in accounts
        if (account.posted, account.held) != (found[account.pk]["net"], held[account.pk] or 0)
    ]


def snapshot(accounts, on):
    Snapshot.objects.bulk_create(
        [Snapshot(account=account, on=on, posted=account.posted, held=account.held) for account in accounts],
        update_conflicts=True,
        unique_fields=["account", "on"],
        update_fields=["posted", "held"],
    )


def movements(account, since=None, until=None):
    """The account's transfers, oldest first, each with its signed amount."""
    rows = Transfer.objects.filter(Q(debit=account) | Q(credit=account)).select_related(
        "debit__school", "credit__school", "reverses"
    )
    if since:
        rows = rows.filter(occurred_on__gte=since)
    if until:
        rows = rows.filter(occurred_on__lte=until)
    signed = Case(When(debit=account, then=-F("amount")), default=F("amount"), output_field=BigIntegerField())
    return rows.annotate(signed=signed).order_by("occurred_on", "pk")


def with_other_side(rows, account):
    """Each movement with the account at its other end."""
    for row in rows:
        row.other = row.credit if row.debit_id == account.pk else row.debit
    return rows


def latest_figures(accounts):
    """Accounts annotated with the stored all-time figures, for lists that sort by them."""
    stored = Balance.objects.filter(account=OuterRef("pk"), year=Balance.ALL_TIME)
    return accounts.annotate(
        **{name: Coalesce(Subquery(stored.values(name)[:1]), Value(0)) for name in FIGURES},
        label=Case(When(school=None, then=Value("")), default=F("school__name"), output_field=CharField()),
    )


def behind(figure, account, since=None, until=None):
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
