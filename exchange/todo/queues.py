"""The queues of an alliance: new, unmatched and out of band."""

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from bank.models import Account

from ..models import Commission, SupportRequest

URGENT = Q(urgency=SupportRequest.Urgency.URGENT) | Q(kind=SupportRequest.Kind.URGENT)


def new_requests(alliance):
    """Sent, or its question answered, and not looked at yet, the oldest first."""
    since = Coalesce(Max("clarifications__answered_at"), F("submitted_at"))
    return (
        alliance.requests.filter(status=SupportRequest.Status.SUBMITTED).annotate(since=since).order_by("since", "pk")
    )


def unmatched(alliance):
    """Open requests for which no offer is out, urgent ones first."""
    offered = Count("commissions", filter=Q(commissions__status=Commission.Status.OFFERED))
    return (
        alliance.requests.filter(status=SupportRequest.Status.OPEN)
        .annotate(offered=offered, since=Coalesce("opened_at", "submitted_at"))
        .filter(offered=0)
        .annotate(is_urgent=URGENT)
        .order_by("-is_urgent", "since", "pk")
    )


def out_of_band(alliance):
    """Members whose balance lies outside the policy's band, those that owe most first."""
    policy = alliance.policy()
    return (
        Account.objects.filter(
            Q(posted__lt=policy.band_low) | Q(posted__gt=policy.band_high),
            alliance=alliance,
            school__in=alliance.members(),
        )
        .select_related("school")
        .order_by("posted", "school__name")
    )


def by_stage(alliance):
    """[(status, words, how many commissions)], each stage once, in the order of the way."""
    counts = dict(
        Commission.objects.filter(support_request__alliance=alliance)
        .values_list("status")
        .annotate(Count("pk"))
        .order_by()
    )
    return [(status.value, status.label, counts.get(status, 0)) for status in Commission.Status]
