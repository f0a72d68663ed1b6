"""Rights on the bank. A movement for a school where a coordinator works is another coordinator's to decide."""

from bank.models import Transfer
from portal.rights import at_any_time, right
from staff import rules as people

from ..models import SupportRequest, Visit

DECIDED = (
    Transfer.Kind.OPENING,
    Transfer.Kind.GIFT,
    Transfer.Kind.SERVICE,
    Transfer.Kind.URGENT,
    Transfer.Kind.HOSTING,
    Transfer.Kind.ADJUSTMENT,
    Transfer.Kind.SETTLEMENT,
)


def _decides_on(user, *accounts):
    """A coordinator of the bank's alliance who works at none of the accounts' schools."""
    schools = [account.school for account in accounts if account.school_id]
    return people.coordinates(user, accounts[0].alliance) and not any(
        people.has_post_at(user, school) for school in schools
    )


@at_any_time
def can_adjust(user, account):
    """Whoever adjusts between two accounts holds this on both."""
    return _decides_on(user, account)


@at_any_time
def can_give(user, account):
    """A member's own head. What a school that has left still has is settled by a coordinator."""
    is_members = account.school_id is not None and account.alliance.has_member(account.school)
    return is_members and people.is_head(user, account.school)


def _may_be_reversed(transfer):
    """A movement that a person decided, not reversed yet. A visit is corrected by settling a dispute."""
    return transfer.kind in DECIDED and not Transfer.objects.filter(reverses=transfer).exists()


@right(_may_be_reversed, "This movement cannot be reversed.")
def can_reverse(user, transfer):
    return _decides_on(user, transfer.debit, transfer.credit)


def _can_be_covered(visit):
    support_request = visit.leg.commission.support_request
    is_urgent = (
        support_request.urgency == SupportRequest.Urgency.URGENT or support_request.kind == SupportRequest.Kind.URGENT
    )
    covered = Transfer.objects.filter(
        kind=Transfer.Kind.URGENT, cause_kind="visit", cause_id=str(visit.pk), reversed_by=None
    )
    return is_urgent and visit.status == Visit.Status.CONFIRMED and not visit.in_money and not covered.exists()


@right(_can_be_covered, "The fund covers a confirmed visit of an urgent request, once.")
def can_cover(user, visit):
    return visit.leg.receiving_account.school_id is not None and _decides_on(user, visit.leg.receiving_account)


@at_any_time
def can_close_year(user, alliance):
    return people.coordinates(user, alliance)


@at_any_time
def can_open_trade(user, alliance):
    """Only those who run the portal: a trade binds two alliances."""
    return user.is_superuser
