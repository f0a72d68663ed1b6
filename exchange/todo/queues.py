"""The queues of an alliance: new, unmatched and out of band."""

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from bank.models import Account

from ..models import Commission, Event, SupportRequest

URGENT = Q(urgency=SupportRequest.Urgency.URGENT) | Q(kind=SupportRequest.Kind.URGENT)


def with_since(requests, *statuses):
    """Requests with the moment from which they have had one of the statuses."""
    events = Event.objects.filter(request=OuterRef("pk"), commission=None, new__in=statuses).order_by("-at", "-pk")
    return requests.annotate(since=Coalesce(Subquery(events.values("at")[:1]), F("submitted_at")))


def new_requests(alliance):
    """Sent and not looked at yet, the oldest first."""
    return with_since(
        alliance.requests.filter(status=SupportRequest.Status.SUBMITTED), SupportRequest.Status.SUBMITTED
    ).order_by("since", "pk")


def unmatched(alliance):
    """Open requests for which no offer is out, urgent ones first."""
    offered = Count("commissions", filter=Q(commissions__status=Commission.Status.OFFERED))
    return (
        with_since(alliance.requests.filter(status=SupportRequest.Status.OPEN), SupportRequest.Status.OPEN)
        .annotate(offered=offered)
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
        Commission.objects.filter(request__alliance=alliance).values_list("status").annotate(Count("pk")).order_by()
    )
    return [(status.value, status.label, counts.get(status, 0)) for status in Commission.Status]
