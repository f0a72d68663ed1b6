"""Movements that a person decides: each a transfer of its own kind, with a reason. Hundredths of a day.

Each raises LimitReached where an account would fall below its floor, BankError for an amount or a day that
cannot be or without a reason, Refused where a school is no member.
"""

from django.db import transaction
from django.db.models import Q, Sum
from django.urls import reverse

from bank import balances, dates, posting
from bank.errors import BankError
from bank.models import Account, Transfer
from bank.posting import actor
from portal.errors import Refused
from portal.rights import requires
from portal.words import days, days_long
from schools import calendar
from staff import mail

from .. import notices, rules
from ..accounting.membership import in_credits
from ..models import Commission, Visit
from .course import lock_request_of

Kind = Account.Kind


@transaction.atomic
@requires(rules.can_adjust, of="debit")
@requires(rules.can_adjust, of="credit")
def adjust_balance(*, debit, credit, amount, occurred_on, by, reason, key):
    """Correct a balance between two accounts of one bank."""
    for account in (debit, credit):
        if account.school_id:
            _check_member(account, occurred_on)
    return _decide(Transfer.Kind.ADJUSTMENT, debit, credit, amount, occurred_on, by, reason, key)


@transaction.atomic
@requires(rules.can_adjust, of="account")
def grant_opening(*, account, amount, occurred_on, by, reason, key):
    """Let a member begin with days in hand, once. They come from outside the bank."""
    _check_member(account, occurred_on)
    outside = posting.outside_account(account.alliance)
    posting.lock(outside, account)
    if Transfer.objects.filter(kind=Transfer.Kind.OPENING, credit=account, reversed_by=None).exclude(key=key).exists():
        raise BankError(f"{account} has had its opening grant. A wrong one is reversed; more days are an adjustment")
    return _decide(Transfer.Kind.OPENING, outside, account, amount, occurred_on, by, reason, key)


@transaction.atomic
@requires(rules.can_give, of="account")
def give(*, account, to, amount, by, reason, key):
    """A head gives some of the school's own days to the fund or to another member."""
    today = calendar.today()
    if to.kind == Kind.OUTSIDE:
        raise Refused("Days are given to the common fund or to a member.")
    _check_reason(reason)
    if to.school_id:
        _check_member(to, today)
    posting.lock(account, to)
    posting.reset_floor(account)
    row = posting.transfer(
        kind=Transfer.Kind.GIFT,
        debit=account,
        credit=to,
        amount=amount,
        occurred_on=today,
        by=actor(by),
        reason=reason,
        key=key,
    )
    return _told(row, by)


@transaction.atomic
@requires(rules.can_adjust, of="provider")
def pay_service(*, provider, amount, occurred_on, by, name, key):
    """The fund pays for a service that all share; the provider is a member or the outside. `name` says which.

    The fund is no provider to itself: then both accounts are one.
    """
    if provider.school_id:
        _check_member(provider, occurred_on)
    fund = posting.fund_account(provider.alliance)
    return _decide(Transfer.Kind.SERVICE, fund, provider, amount, occurred_on, by, name, key)


@transaction.atomic
@requires(rules.can_adjust, of="account")
def credit_hosting(*, account, hosted, occurred_on, by, name, key):
    """The fund credits a member for days hosted or trained for all, at the rate of the day it took place."""
    _check_member(account, occurred_on)
    _check_day(account.alliance, occurred_on)  # before the rules there is no rate
    rate = account.alliance.policy(occurred_on).hosting_rate
    amount = (hosted * rate + 50) // 100
    return _decide(
        Transfer.Kind.HOSTING, posting.fund_account(account.alliance), account, amount, occurred_on, by, name, key
    )


def _decide(kind, debit, credit, amount, occurred_on, by, reason, key):
    _check_reason(reason)
    _check_day(debit.alliance, occurred_on)
    posting.lock(debit, credit)
    posting.reset_floor(debit)
    row = posting.transfer(
        kind=kind, debit=debit, credit=credit, amount=amount, occurred_on=occurred_on, by=actor(by), reason=reason,
        key=key,
    )  # fmt: skip
    return _told(row, by)


def _told(row, by):
    """The movement, of which the heads of its schools are told once, but for the one who decided it."""
    for account, way in ((row.debit, "from"), (row.credit, "to")):
        if account.school_id:
            account.refresh_from_db(fields=["posted"])
            mail.send(
                set(notices.people_who_may("ask", account.school)) - {by},
                "movement",
                f"{reverse('exchange:statement', args=[account.school_id])}?alliance={account.alliance.slug}",
                key=f"movement:{row.pk}:{account.pk}",
                school=account.school,
                alliance=account.alliance,
                way=way,
                days=days_long(row.amount),
                what=row.get_kind_display().lower(),
                who=by.get_full_name(),
                detail=row.reason,
                balance=days_long(account.posted),
            )
    return row


def _check_reason(reason):
    if not reason.strip():
        raise BankError("Say why: each movement has a reason")


def _check_day(alliance, on):
    sentence = dates.refusal(alliance, on)
    if sentence:
        raise BankError(sentence)


def _check_member(account, on):
    if not account.alliance.has_member(account.school, on):
        raise Refused(f"{account.school} is not a member of {account.alliance} on {on:%-d %B %Y}.")


def urgent_room(visit):
    """How much of a visit of an urgent request the fund can still cover: (hundredths of a day, the cap).

    The cap is a request's, of the policy on the visit's day. A visit is covered once.
    """
    support_request, account = visit.leg.commission.support_request, visit.leg.receiving_account
    cap = account.alliance.policy(visit.on).urgent_cap
    rows = Transfer.objects.filter(kind=Transfer.Kind.URGENT, reversed_by=None, cause_kind="visit")
    visits = Visit.objects.filter(leg__commission__support_request=support_request)
    covered = rows.filter(cause_id__in=[str(pk) for pk in visits.values_list("pk", flat=True)])
    left = cap - (covered.aggregate(total=Sum("amount"))["total"] or 0)
    return max(0, min(visit.days, left, balances.fund(account.alliance).to_give())), cap


@transaction.atomic
@requires(rules.can_cover, of="visit")
def cover_urgent(*, visit, amount, by, reason, key):
    """The fund covers the receiver of an urgent response, up to the cap; what was received still counts."""
    _check_reason(reason)
    account = visit.leg.receiving_account
    fund = posting.fund_account(account.alliance)
    lock_request_of(visit.leg.commission)
    posting.lock(account, fund)
    posting.reset_floor(fund)
    visit.refresh_from_db()
    if not rules.can_cover(by, visit):
        raise Refused("This visit cannot be covered any more, or another coordinator must do it.")
    room, cap = urgent_room(visit)
    if amount > room:
        most, left = days_long(cap), days(room)
        raise BankError(f"The fund covers {most} of an urgent request at most, and {left} can be covered here")
    row = posting.transfer(
        kind=Transfer.Kind.URGENT, debit=fund, credit=account, amount=amount,
        occurred_on=max(visit.on, fund.open_from), by=actor(by), reason=reason, key=key,
        cause=("visit", str(visit.pk)),
    )  # fmt: skip
    return _told(row, by)


@transaction.atomic
@requires(rules.can_adjust, of="account")
def settle_leaver(*, account, against, by, reason, key):
    """Bring the balance of a school that has left to 0, against the fund or the outside."""
    if against.kind not in (Kind.FUND, Kind.OUTSIDE):
        raise Refused("A school that has left is settled against the common fund or the outside.")
    if account.alliance.has_member(account.school):
        raise Refused(f"{account.school} is a member of {account.alliance} today.")
    posting.lock(account, against)
    account.refresh_from_db()
    if account.held or _gave_what_waits(account):
        raise Refused(f"Days of {account.school} are still held or wait to be confirmed: they have to end first.")
    if not account.posted:
        raise Refused(f"The balance of {account.school} is 0 already.")
    debit, credit = (account, against) if account.posted > 0 else (against, account)
    return _decide(Transfer.Kind.SETTLEMENT, debit, credit, abs(account.posted), calendar.today(), by, reason, key)


def _gave_what_waits(account):
    """Whether visits of the account's leaders can still be posted on it."""
    planned = Q(status=Visit.Status.PLANNED, leg__commission__status__in=Commission.Status.running())
    waiting = Visit.objects.filter(
        planned | Q(status__in=[Visit.Status.LOGGED, Visit.Status.DISPUTED]), leg__giving_account=account
    )
    waiting = waiting.select_related("leg__giving_account", "leg__receiving_account")
    return any(in_credits(visit.leg, visit.on) for visit in waiting)


@transaction.atomic
@requires(rules.can_reverse, of="transfer")
def reverse_movement(*, transfer, by, reason):
    """Take back a movement that a person decided. A visit is corrected by settling a dispute, not here."""
    if not rules.can_reverse(by, transfer):
        raise Refused("This movement cannot be reversed, or another coordinator has to do it.")
    _check_reason(reason)
    posting.lock(transfer.debit, transfer.credit)
    return _told(posting.reverse([transfer], by=actor(by), reason=reason)[0], by)
