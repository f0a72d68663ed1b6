"""The bank's own checks, each from the rows: functions that give a sentence for each finding.

Amounts are named as the bank keeps them, in hundredths of a day.
"""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from schools import calendar
from schools.models import Policy

from . import balances, moment, triggers
from .models import EARLIEST, Account, ClosedYear, FloorChange, Transfer

Accounts = TypeVar("Accounts", bound=QuerySet[Account])


def guards() -> Iterator[str]:
    """The triggers are there, at work, and do what they were installed to do."""
    for name in triggers.missing():
        yield f"The trigger {name} is missing or switched off"
    for name in triggers.changed():
        yield f"The trigger {name} does not do what it was installed to do"


def sums() -> Iterator[str]:
    """Each bank sums to zero, and each account's figures to its balance."""
    banks = Account.objects.order_by("alliance__slug").values_list("alliance__slug")
    for slug, total in banks.annotate(total=Sum("posted")).exclude(total=0):
        yield f"The bank of {slug} sums to {total}, not to 0"
    net = F("given") - F("received") - F("levy") + F("other")
    for account in _named(Account.objects.exclude(posted=net)):
        yield f"{_name(account)}: the figures do not add up to its balance of {account.posted}"


def clearing_pairs() -> Iterator[str]:
    """What one alliance's clearing account has given, its partner's has had: they move together."""
    clearing = Account.objects.filter(kind=Account.Kind.CLEARING)
    twin = clearing.filter(alliance=OuterRef("partner"), partner=OuterRef("alliance")).values("posted")
    pairs = clearing.filter(alliance__lt=F("partner")).annotate(of_twin=Subquery(twin))
    for account in _named(pairs.exclude(of_twin=-F("posted"))):
        yield f"{_name(account)}: it stands at {account.posted}, and its twin at {account.of_twin}"


def totals() -> Iterator[str]:
    """Running totals and yearly balances are what the rows say."""
    for account, year, figures in balances.differences():
        words = ", ".join(f"{name} is {kept}, but {counted} by the rows" for name, (kept, counted) in figures.items())
        yield f"{_name(account)}{f', year {year}' if year else ''}: {words}"


def limits() -> Iterator[str]:
    """Nobody is below the floor, and no floor is below the limit unless somebody is named who lowered it."""
    for account in _named(Account.objects.filter(posted__lt=F("floor") + F("held"))):
        yield f"{_name(account)}: {account.posted} less {account.held} held is below the floor of {account.floor}"
    lowered = FloorChange.objects.filter(account=OuterRef("pk")).order_by("-pk").values("new")[:1]
    begun = Policy.objects.filter(alliance=OuterRef("alliance"), starts_on__lte=timezone.localdate())
    limit = begun.order_by("limit").values("limit")[:1]
    of_kind = Case(When(kind=Account.Kind.SCHOOL, then=Coalesce(Subquery(limit), 0)), default=0)
    accounts = Account.objects.exclude(kind=Account.Kind.OUTSIDE)
    with moment.whole_ledger():
        below = list(_named(accounts.filter(floor__lt=Coalesce(Subquery(lowered), of_kind))))
    for account in below:
        yield f"{_name(account)}: the floor of {account.floor} is below the limit, and nobody is named for it"


def closings() -> Iterator[str]:
    """Every account is open from the first open day of its bank."""
    latest = dict(ClosedYear.objects.order_by().values_list("alliance").annotate(latest=Max("year")))
    first_days = {alliance: calendar.first_day(year + 1) for alliance, year in latest.items()}
    right = Q(open_from=EARLIEST) & ~Q(alliance__in=latest)
    for alliance, on in first_days.items():
        right |= Q(alliance=alliance, open_from=on)
    for account in _named(Account.objects.exclude(right)):
        on = first_days.get(account.alliance_id, EARLIEST)
        yield (
            f"{_name(account)} is open from {account.open_from:%-d %B %Y}, "
            f"but the first open day of its bank is {on:%-d %B %Y}"
        )


def reversals() -> Iterator[str]:
    """A reversal is the opposite of one row that is no reversal itself."""
    opposite = Q(amount=F("reverses__amount"), debit=F("reverses__credit"), credit=F("reverses__debit"))
    again = Q(reverses__reverses__isnull=False)
    rows = Transfer.objects.filter(again | ~opposite, reverses__isnull=False).order_by("pk")
    # One look at each row that is reversed, because they lie anywhere in the ledger.
    with moment.whole_ledger():
        found = list(rows.annotate(again=again, opposite=opposite).values_list("pk", "again", "opposite"))
    for pk in (pk for pk, again, _ in found if again):
        yield f"Transfer {pk} reverses a reversal"
    for pk in (pk for pk, _, opposite in found if not opposite):
        yield f"Transfer {pk} is not the opposite of what it reverses"


def _named(accounts: Accounts) -> Accounts:
    return accounts.select_related("alliance", "school", "partner").order_by("pk")


def _name(account: Account) -> str:
    return f"Account {account.pk} ({account}, {account.alliance.slug})"
