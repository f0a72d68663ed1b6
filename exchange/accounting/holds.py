"""The days that agreed work holds on accounts: only those that will be in credits. Hundredths of a day."""

from collections.abc import Iterable

from django.utils import timezone

from bank import posting
from bank.errors import LimitReached
from bank.models import Account, Hold
from bank.posting import Override
from portal.errors import Refused
from portal.units import Hundredths
from portal.words import days_long

from ..models import Commission, Leg, Visit
from .membership import Credited, credit_check

# A limit stops new agreements, never running work: this is why a floor went lower.
AGREED_BEFORE = "Work agreed before"


def sync_hold(leg: Leg, *, override: Override | None = None, unposted: int = 0) -> None:
    """Hold what is agreed, will be in credits and is not confirmed; `unposted` is about to be posted.

    On the receiving school's account, and between two banks on the clearing account of the giver's as well,
    whose cap no override moves. Raises LimitReached, but only where more is held than before.
    """
    amount = Hundredths(_still_to_post(leg) + unposted)
    if amount:
        use_own_account(leg)
    held = held_on(leg)
    posting.lock(*[account for account, _ in held])
    for account, cause in held:
        of_school = account.kind == Account.Kind.SCHOOL
        posting.hold(account, amount, cause_kind=cause, cause_id=leg.pk, override=override if of_school else None)


def legs_to_hold(commission: Commission) -> list[Leg]:
    """The legs of a commission, with the accounts on which they hold locked in one order.

    Peer to peer each leg holds on another school's account: leg by leg, two acts would wait for each other.
    """
    parts = ("receiving_account__alliance", "giving_account__alliance", "receiving_school")
    legs = list(commission.legs.select_related(*parts))
    posting.lock(*[account for leg in legs for account, _ in held_on(leg)])
    return legs


def hold_or_refuse(leg: Leg, *, override: Override | None = None) -> None:
    """The same for days that are being agreed: what stops them is said in a sentence."""
    before = _held_for(leg)
    try:
        sync_hold(leg, override=override)
    except LimitReached as error:
        more = days_long(Hundredths(_still_to_post(leg) - before))
        words = _over_the_cap(leg, more) if error.account.kind == Account.Kind.CLEARING else _over_the_limit(leg, more)
        raise Refused(words, leg.commission.get_absolute_url(), "Back to the commission") from error


def _held_for(leg: Leg) -> Hundredths:
    amounts = Hold.objects.filter(cause_kind="leg", cause_id=str(leg.pk)).values_list("amount", flat=True)
    return Hundredths(sum(amounts))


def _over_the_limit(leg: Leg, more: str) -> str:
    return (
        f"{leg.receiving_school} has reached its limit and cannot take {more} more. "
        "The coordinator can override the limit with a reason, or the school can give support first."
    )


def _over_the_cap(leg: Leg, more: str) -> str:
    giver, receiver = leg.giving_account.alliance, leg.receiving_account.alliance
    return (
        f"With {more} more, {receiver} would owe {giver} more than the cap of their trade allows. "
        "Its schools can give support to the other's first, or whoever runs the portal can raise the cap."
    )


def release_holds_for(leg: Leg, amount: Hundredths, *, by: str) -> Hundredths:
    """Lower the holds by what a visit is about to post, and return that part.

    Confirming is never refused at the limit: what was not held, because a school has joined since, gets room
    on each account that will owe it.
    """
    use_own_account(leg)
    held = held_on(leg)
    used = min(posting.use_hold(cause, leg.pk, amount) for _, cause in held)
    if used < amount:
        posting.lock(*accounts_of(leg))
        for account, _ in held:
            posting.lower_floor_for(account, Hundredths(amount - used), by=by, reason=AGREED_BEFORE)
    return used


def use_own_account(leg: Leg) -> None:
    """A school that was outside at the offer and has joined: its own account stands for it from now on."""
    if leg.receiving_account.kind == Account.Kind.OUTSIDE:
        leg.receiving_account = posting.school_account(leg.receiving_account.alliance, leg.receiving_school)
        Leg.objects.filter(pk=leg.pk).update(receiving_account=leg.receiving_account)


def accounts_of(leg: Leg) -> list[Account]:
    """Every account that a visit of the leg moves."""
    giver, receiver = leg.giving_account.alliance, leg.receiving_account.alliance
    found = [leg.receiving_account, leg.giving_account, posting.fund_account(giver)]
    if giver != receiver:
        found += [posting.fund_account(receiver)]  # an urgent response covered by it is settled with the visit
        found += [posting.traded_account(giver, receiver), posting.traded_account(receiver, giver)]
    return found


def held_on(leg: Leg) -> list[tuple[Account, str]]:
    """Pairs of an account and the kind of cause under which it holds; none for a school outside."""
    giver, receiver = leg.giving_account.alliance, leg.receiving_account.alliance
    if leg.receiving_account.kind == Account.Kind.OUTSIDE:
        return []
    if giver == receiver:
        return [(leg.receiving_account, "leg")]
    return [(leg.receiving_account, "leg"), (posting.traded_account(giver, receiver), "leg-clearing")]


def _still_to_post(leg: Leg) -> Hundredths:
    return still_to_post(leg, list(leg.visits.counting()), credit_check([leg]))


def still_to_post(leg: Leg, visits: Iterable[Visit], credited: Credited) -> Hundredths:
    """Logged visits; while the work runs also planned ones, and days without a visit as long as both are members.

    Of a leg, its visits that count, and membership's `credit_check`: whoever asks for many legs fetches them at once.
    """
    runs = leg.commission.is_running
    waiting = [
        visit for visit in visits if visit.confirmed_at is None and (runs or visit.status != Visit.Status.PLANNED)
    ]
    amount = sum(visit.days for visit in waiting if credited(leg, visit.on))
    if runs and credited(leg, timezone.localdate()):
        amount += max(leg.days - sum(visit.days for visit in visits), 0)
    return Hundredths(amount)
