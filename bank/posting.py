"""Writing to the bank. Every amount is an integer, in hundredths of a day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model, prefetch_related_objects
from django.utils import timezone

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, School

from . import triggers
from .errors import BankError, KeyReused, LimitReached, YearClosed
from .models import EARLIEST, MOST, Account, FloorChange, Hold, Transfer

Override = tuple[str, str]  # who lets it pass, and why
FACTS = ("debit_id", "credit_id", "amount", "kind", "occurred_on", "cause_kind", "cause_id", "reason")
NONE = Hundredths(0)
NO_FLOOR = -(10**12)  # the outside is a counterparty, not a member with a limit


def school_account(alliance: Alliance, school: School) -> Account:
    """The school's account in an alliance's bank, opened at the policy's limit if it is new."""
    account = Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL, school=school).order_by().first()
    return account or _opened(alliance, Account.Kind.SCHOOL, school=school, floor=alliance.policy().limit)


def _opened(alliance: Alliance, kind: Account.Kind, *, floor: int = 0, **owner: School | Alliance) -> Account:
    """An account of a kind, opened if it is new; the years that are closed are closed for it too."""
    defaults = {"floor": floor, "open_from": first_open_day(alliance) or EARLIEST}
    return Account.objects.get_or_create(alliance=alliance, kind=kind, **owner, defaults=defaults)[0]


def first_open_day(alliance: Alliance) -> date | None:
    """The first day of the first year that is not closed, or None where none is."""
    latest = alliance.closed_years.order_by("-year").first()
    return calendar.first_day(latest.year + 1) if latest else None


def open_accounts(alliance: Alliance) -> None:
    """Give the fund, the outside and every member an account, so that none is missing before a first movement.

    An alliance without a policy in force yet has no limit to open its members' at: the nightly run comes back
    to it.
    """
    fund_account(alliance), outside_account(alliance)
    if not alliance.policies.filter(starts_on__lte=timezone.localdate()).exists():
        return
    held = Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL).values("school")
    for school in alliance.members().exclude(pk__in=held):
        school_account(alliance, school)


def fund_account(alliance: Alliance) -> Account:
    """The common fund. Its floor is 0."""
    account = Account.objects.filter(alliance=alliance, kind=Account.Kind.FUND).order_by().first()
    return account or _opened(alliance, Account.Kind.FUND)


def outside_account(alliance: Alliance) -> Account:
    account = Account.objects.filter(alliance=alliance, kind=Account.Kind.OUTSIDE).order_by().first()
    return account or _opened(alliance, Account.Kind.OUTSIDE, floor=NO_FLOOR)


def clearing_account(alliance: Alliance, partner: Alliance) -> Account | None:
    """What `alliance` has given to the partner's schools and not had back (below zero), or None without a trade."""
    return Account.objects.filter(alliance=alliance, kind=Account.Kind.CLEARING, partner=partner).order_by().first()


def traded_account(alliance: Alliance, partner: Alliance) -> Account:
    """The same where there must be a trade. Raises BankError without one."""
    account = clearing_account(alliance, partner)
    if account is None:
        raise BankError(f"{alliance} and {partner} do not trade with each other")
    return account


def open_trade(first: Alliance, second: Alliance, cap: Hundredths, *, by: str, reason: str) -> None:
    """Let two alliances trade: neither may owe the other more than `cap`, in hundredths of a day.

    Each bank's own floor caps one direction. Called again it changes the cap; raises LimitReached when
    more than that is owed or held already.
    """
    pairs = [(first, second), (second, first)]
    opened = [_opened(alliance, Account.Kind.CLEARING, partner=partner) for alliance, partner in pairs]
    lock(*opened)
    for account in Account.objects.filter(pk__in=[account.pk for account in opened]):
        if account.posted - account.held < -cap:
            raise LimitReached(account, cap)
        move_floor(account, Hundredths(-cap), by=by, reason=reason, is_rule=True)


def levy_on(amount: Hundredths, percent: int) -> Hundredths:
    """The levy on an earning, rounded half up: 175 at 10% is 18."""
    return Hundredths((amount * percent + 50) // 100)


def post(transfers: list[Transfer]) -> list[Transfer]:
    """Write transfers in one INSERT, or return the rows written before under the same keys.

    Raises KeyReused when a key stands for other facts, LimitReached when an account would fall below
    its floor, YearClosed for a date in a closed year.
    """
    try:
        return _insert(transfers)
    except IntegrityError as error:
        before = _written_before(transfers)
        if before is not None:
            return before
        if "account_above_its_floor" in str(error):
            raise _limit_reached(transfers) from error
        if triggers.CLOSED in str(error):
            raise YearClosed("That year is closed: choose a later day") from error
        raise


def _insert(transfers: list[Transfer]) -> list[Transfer]:
    """One INSERT. Within a transaction it has a savepoint, so that a refusal leaves the rest usable."""
    if len(transfers) == 1 and not connection.in_atomic_block:
        transfers[0].save(force_insert=True)  # one statement is a transaction of its own
        return transfers
    with transaction.atomic():
        return Transfer.objects.bulk_create(transfers)


def _limit_reached(transfers: Sequence[Transfer]) -> LimitReached:
    """The error for the account that the rows would have taken furthest below its floor."""
    moved: Counter[int] = Counter()
    for row in transfers:
        moved[row.debit_id] -= row.amount - row.released  # what was held is available no more, and not twice
        moved[row.credit_id] += row.amount
    accounts = Account.objects.filter(pk__in=moved)
    account = min(accounts, key=lambda account: account.available + moved[account.pk])
    return LimitReached(account, -moved[account.pk])


def _written_before(transfers: Sequence[Transfer]) -> list[Transfer] | None:
    there = {row.key: row for row in Transfer.objects.filter(key__in=[t.key for t in transfers])}
    if not there:
        return None
    rows = []
    for new in transfers:
        row = there.get(new.key)
        if row is None or any(getattr(row, fact) != getattr(new, fact) for fact in FACTS):
            raise KeyReused(f"The key {new.key} was used before for another movement")
        rows.append(row)
    return rows


def post_visit(
    *,
    giver: Account,
    receiver: Account,
    amount: Hundredths,
    levy_percent: int,
    occurred_on: date,
    cause_id: object,
    by: str,
    fund: Account | None = None,
    released: Hundredths = NONE,
    key: str | None = None,
    reason: str = "",
) -> list[Transfer]:
    """Receiver to giver, gross, and giver to the fund, the levy: one INSERT.

    Between two banks the gross goes through the clearing account of each, so that both still sum to 0.
    `released` is what the visit uses up of the holds, alike on the receiver and on the clearing account.
    The key is the visit's unless given: a visit settled anew after a reversal needs another. A visit of a
    closed year is dated on the first open day, and says so.
    """
    key = key or f"visit:{cause_id}"
    open_from = max(giver.open_from, receiver.open_from)
    if occurred_on < open_from:
        reason = reason or f"Visit of {occurred_on:%-d %B %Y}, posted after that year was closed"
    facts = {
        "occurred_on": max(occurred_on, open_from),
        "cause_kind": "visit",
        "cause_id": str(cause_id),
        "posted_by": by,
        "reason": reason,
    }
    gross = {"amount": amount, "released": released, "kind": Transfer.Kind.VISIT, **facts}
    rows = [
        Transfer(debit=debit, credit=credit, key=f"{key}:owed" if number else key, **gross)
        for number, (debit, credit) in enumerate(_way(receiver, giver))
    ]
    levy = levy_on(amount, levy_percent)
    if levy:
        fund = fund or fund_account(giver.alliance)
        rows.append(
            Transfer(debit=giver, credit=fund, amount=levy, kind=Transfer.Kind.LEVY, key=f"{key}:levy", **facts)
        )
    return post(rows)


def _way(receiver: Account, giver: Account) -> list[tuple[Account, Account]]:
    if receiver.alliance_id == giver.alliance_id:
        return [(receiver, giver)]
    owed = traded_account(giver.alliance, receiver.alliance)
    owing = traded_account(receiver.alliance, giver.alliance)
    return [(receiver, owing), (owed, giver)]


def reverse(transfers: Sequence[Transfer], *, by: str, reason: str) -> list[Transfer]:
    """Post the opposite of each row, dated like it, with the floors lowered where that is needed.

    What stands in a year closed since is reversed on the first open day. Raises BankError when a row is
    itself a reversal or has been reversed before.
    """
    rows = []
    for row in transfers:
        if row.kind == Transfer.Kind.REVERSAL or Transfer.objects.filter(reverses=row).exists():
            raise BankError("A transfer is reversed once, and a reversal never")
        lower_floor_for(row.credit, Hundredths(row.amount), by=by, reason=reason)
        rows.append(
            Transfer(
                debit=row.credit,
                credit=row.debit,
                amount=row.amount,
                kind=Transfer.Kind.REVERSAL,
                reverses=row,
                occurred_on=max(row.occurred_on, row.debit.open_from, row.credit.open_from),
                cause_kind=row.cause_kind,
                cause_id=row.cause_id,
                posted_by=by,
                reason=reason,
                key=f"reversal:{row.pk}",
            )
        )
    return post(rows)


def transfer(
    *,
    kind: str,
    debit: Account,
    credit: Account,
    amount: Hundredths,
    occurred_on: date,
    by: str,
    reason: str,
    key: str,
    cause: tuple[str, str] = ("decision", ""),
) -> Transfer:
    """Move days between two accounts of one bank by a person's decision. Raises LimitReached, BankError.

    A clearing account moves with its twin in the other bank or not at all.
    """
    if Account.Kind.CLEARING in (debit.kind, credit.kind):
        raise BankError("What two alliances owe each other moves only by visits between them")
    if not isinstance(amount, int) or not 0 < amount <= MOST:
        raise BankError(f"The amount must be more than 0 and at most {MOST // 100:,} days")
    if debit.alliance_id != credit.alliance_id:
        raise BankError("Both accounts must be in the same bank")
    if debit.pk == credit.pk:
        raise BankError("Choose two different accounts")
    row = Transfer(
        kind=kind,
        debit=debit,
        credit=credit,
        amount=amount,
        occurred_on=occurred_on,
        cause_kind=cause[0],
        cause_id=cause[1] or key[:40],
        posted_by=by,
        reason=reason,
        key=key,
    )
    return post([row])[0]


def hold(
    account: Account, amount: Hundredths, *, cause_kind: str, cause_id: object, override: Override | None = None
) -> Hold:
    """Set a cause's hold to an amount; 0 releases it. Raises LimitReached when raising it passes the floor.

    The limit is the one of the moment. `override`, a pair of who and why, makes room below it.
    """
    row, _ = Hold.objects.select_for_update().get_or_create(
        cause_kind=cause_kind, cause_id=str(cause_id), defaults={"account": account, "amount": 0}
    )
    change = amount - row.amount
    if change > 0:
        reset_floor(account)
        if override:
            lower_floor_for(account, Hundredths(change), by=override[0], reason=override[1])
    try:
        with transaction.atomic():
            Account.objects.filter(pk=row.account_id).update(held=F("held") + change)
    except IntegrityError as error:
        raise LimitReached(account, amount) from error
    row.amount = amount
    row.save(update_fields=["amount"])
    return row


def use_hold(cause_kind: str, cause_id: object, amount: Hundredths) -> Hundredths:
    """Lower a hold by what a transfer is about to release on the account itself; returns that part."""
    held = Hold.objects.filter(cause_kind=cause_kind, cause_id=str(cause_id))
    if held.filter(amount__gte=amount).update(amount=F("amount") - amount):
        return amount
    row = held.select_for_update().first()
    if row is None:
        return NONE
    used = Hundredths(min(row.amount, amount))
    if used:
        row.amount -= used
        row.save(update_fields=["amount"])
    return used


def lower_floor_for(account: Account, amount: Hundredths, *, by: str, reason: str) -> None:
    """Lower the floor just so far that `amount` more can be taken, and record who and why."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    short = amount - account.available
    if short > 0:
        move_floor(account, Hundredths(account.floor - short), by=by, reason=reason)


def move_floor(account: Account, floor: Hundredths, *, by: str, reason: str, is_rule: bool = False) -> None:
    FloorChange.objects.create(
        account=account, old=account.floor, new=floor, by=by, reason=reason[:300], is_rule=is_rule
    )
    Account.objects.filter(pk=account.pk).update(floor=floor)


def lock(*accounts: Account) -> None:
    """Take the rows of accounts in one order, before an act that touches them one after another."""
    list(Account.objects.select_for_update().filter(pk__in=[account.pk for account in accounts]).order_by("pk"))


def reset_floor(account: Account) -> None:
    """Take an account and bring its floor to the rule: room made for something else is no room to take more."""
    account = Account.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=account.pk)
    _align(account)


def align_floors(alliance: Alliance) -> None:
    """The same for every account of an alliance (nightly)."""
    prefetch_related_objects([alliance], "policies")  # the rule of every school
    for account in Account.objects.select_for_update().filter(alliance=alliance).order_by("pk"):
        account.alliance = alliance
        _align(account)


def _align(account: Account) -> None:
    """The floor goes to the rule, or as near to it as the account's position allows."""
    floor = Hundredths(min(account.rule(), account.posted - account.held))
    if floor != account.floor:
        move_floor(account, floor, by="clock", reason="To the limit of the policy, as far as the position allows")


def actor(by: Model | None) -> str:
    """Who posts, as the bank writes it."""
    return f"user:{by.pk}" if by else "clock"
