"""How a request follows its commissions: locked, recounted, matched, open again, closed."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bank.models import Account
from portal import status
from portal.errors import SomebodyFaster

from .. import notices
from ..models import Commission, Leg, SupportRequest, Visit
from ..rules import awaits_decision


def lock_request_of(commission):
    """The row of a commission's request, locked. Every act on a request's work takes it first.

    So what is counted over the commissions stays true until the commit, and acts never deadlock.
    """
    return (
        SupportRequest.objects.select_for_update(of=("self",))
        .select_related("alliance")
        .get(pk=commission.support_request_id)
    )


def lock_unchanged(support_request):
    """The same for a request in hand. Raises SomebodyFaster when its status has changed since it was read."""
    was = support_request.status
    support_request.refresh_from_db(from_queryset=SupportRequest.objects.select_for_update())
    if support_request.status != was:
        raise SomebodyFaster(support_request)


def update_committed_days(support_request):
    """Write the open and agreed days of a locked request anew. The database refuses more than were asked."""
    total = 0
    for commission in support_request.commissions.prefetch_related("legs"):
        if commission.status == Commission.Status.STOPPED:
            total += sum(visit.days for visit in commission.leg.visits.filter(status__in=Visit.Status.done()))
        elif commission.status not in Commission.Status.unfinished():
            total += commission.days
    SupportRequest.objects.filter(pk=support_request.pk).update(committed=total)
    support_request.committed = total


def update_request_status(support_request, *, by):
    """Let a locked request follow its commissions: matched, open again, or closed."""
    update_committed_days(support_request)
    commissions = list(support_request.commissions.all())
    is_taken = not support_request.days_wanted and not any(each.is_offered for each in commissions)
    if support_request.status == SupportRequest.Status.OPEN and is_taken:
        status.move(support_request, SupportRequest.Status.MATCHED, by=by, verb="match")
        heads = notices.people_who_may("ask", support_request.school)
        notices.notify_of_request(heads, "request_matched", support_request)
    has_ended = all(each.status in Commission.Status.ended() for each in commissions)
    if support_request.status == SupportRequest.Status.MATCHED and has_ended and not awaits_decision(support_request):
        status.move(support_request, SupportRequest.Status.CLOSED, by=by, verb="close", ended_at=timezone.now())


@transaction.atomic
def reopen(support_request, *, by, reason):
    """An agreed commission fell: its days are wanted again."""
    update_committed_days(support_request)
    if support_request.status == SupportRequest.Status.MATCHED:
        status.move(
            support_request, SupportRequest.Status.OPEN, by=by, verb="reopen", reason=reason, opened_at=timezone.now()
        )


def lock_leg(leg):
    """The leg, with its commission and request: three rows taken in one statement, in the order of all acts.

    The request's is taken first, because it is named first; so the leg's days are counted by one at a time.
    The accounts are fetched afterwards: a join would read as they were before the wait rows that are not
    locked, and find none where the receiving account has changed.
    """
    leg = (
        Leg.objects.select_for_update(of=("commission__support_request", "commission", "self"))
        .select_related("commission__support_request__alliance", "receiving_school")
        .get(pk=leg.pk)
    )
    alliance = leg.commission.support_request.alliance
    own = [leg.giving_account_id, leg.receiving_account_id]
    accounts = Account.objects.filter(Q(pk__in=own) | Q(alliance=alliance, kind=Account.Kind.FUND)).order_by()
    by_id = {account.pk: account for account in accounts}
    for account in by_id.values():
        if account.alliance_id == alliance.pk:
            account.alliance = alliance
    leg.giving_account, leg.receiving_account = (by_id[pk] for pk in own)
    leg.fund = next((account for account in by_id.values() if account.is_fund_of(leg.giving_account)), None)
    return leg
