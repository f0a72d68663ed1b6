"""The end of a year: what is above the carry-over cap goes to the fund, and the fund writes debts off."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance

from . import balances
from .errors import BankError
from .models import Account, Balance, ClosedYear, Transfer
from .posting import first_open_day, fund_account, lock, lower_floor_for, post

Working = tuple[Account, Transfer.Kind, Hundredths]


def oldest_open_year(alliance: Alliance) -> int | None:
    """The first open academic year with movements, or None."""
    rows = Balance.objects.filter(account__alliance=alliance)
    latest = alliance.closed_years.order_by("-year").first()
    if latest:
        rows = rows.filter(year__gt=latest.year)
    return rows.order_by("year").values_list("year", flat=True).first()


def workings(alliance: Alliance, year: int) -> list[Working]:
    """What closing a year would post: [(school's account, CARRY_OVER or WRITE_OFF, hundredths of a day)].

    By the balances and the policy of the year's last day. What goes to the fund comes first; write-offs
    follow by the deepest debt, as far as the fund has days.
    """
    policy = alliance.policy(calendar.last_day(year))
    until = {"balances__year__lte": year}
    figures = {name: Sum(f"balances__{name}") for name in ("given", "received", "levy", "other")}
    accounts = (
        Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL, **until)
        .annotate(**{f"year_{name}": total for name, total in figures.items()})
        .annotate(stood=F("year_given") - F("year_received") - F("year_levy") + F("year_other"))
        .select_related("school")
        .order_by("stood", "pk")
    )
    carried: list[Working] = []
    written_off: list[Working] = []
    for account in accounts:
        above = Hundredths(0 if policy.carry_over_cap is None else account.stood - policy.carry_over_cap)
        below = Hundredths(0 if policy.write_off_below is None else policy.write_off_below - account.stood)
        if above > 0:
            carried.append((account, Transfer.Kind.CARRY_OVER, above))
        if below > 0:
            written_off.append((account, Transfer.Kind.WRITE_OFF, below))
    in_fund = _in_fund(alliance, year) + sum(amount for _, _, amount in carried)
    for debtor, kind, amount in written_off:
        amount = Hundredths(min(amount, in_fund))
        if amount > 0:
            carried.append((debtor, kind, amount))
            in_fund -= amount
    return carried


def _in_fund(alliance: Alliance, year: int) -> Hundredths:
    """What the fund had at the end of the year and still has: next year's income pays no old debts."""
    rows = Balance.objects.filter(account__alliance=alliance, account__kind=Account.Kind.FUND, year__lte=year)
    return Hundredths(max(0, min(sum(row.net for row in rows), balances.fund(alliance).to_give())))


@transaction.atomic
def close(alliance: Alliance, year: int, *, by: str) -> ClosedYear:
    """Post the year's workings on its last day and let no movement be dated before the next. Twice is once.

    Raises BankError when a year before it is still open, or one after it is closed: that would open it again.
    """
    accounts = list(Account.objects.filter(alliance=alliance))
    lock(*accounts)
    before = ClosedYear.objects.filter(alliance=alliance, year=year).first()
    if before:
        return before
    oldest = oldest_open_year(alliance)
    if oldest is not None and oldest < year:
        raise BankError(f"Close {calendar.label(oldest)} first")
    open_from = first_open_day(alliance)
    if open_from and calendar.first_day(year) < open_from:
        raise BankError(f"The bank is closed until {open_from - timedelta(days=1):%-d %B %Y} already")
    fund = fund_account(alliance)
    label = calendar.label(year)
    rows = []
    for account, kind, amount in workings(alliance, year):
        is_carried = kind == Transfer.Kind.CARRY_OVER
        debit, credit = (account, fund) if is_carried else (fund, account)
        if is_carried:
            lower_floor_for(account, amount, by=by, reason=f"Closing of {label}")
        rows.append(
            Transfer(
                debit=debit,
                credit=credit,
                amount=amount,
                kind=kind,
                occurred_on=calendar.last_day(year),
                cause_kind="closing",
                cause_id=str(year),
                posted_by=by,
                reason=f"Closing of {label}",
                key=f"closing:{alliance.pk}:{year}:{account.pk}",
            )
        )
    if rows:
        post(rows)
    Account.objects.filter(alliance=alliance).update(open_from=calendar.first_day(year + 1))
    return ClosedYear.objects.create(alliance=alliance, year=year, by=by)
