from django.db import transaction
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from schools.models import Policy
from staff import rules as people
from staff.models import SystemLeader

from .. import notices
from ..models import Account, BandCrossing, SupportRequest
from .once import guarded

Side = BandCrossing.Side
NAMED = 3


def tell_of_crossings(day):
    """Balance crosses a band: school and coordinator, once a crossing, with what could help."""
    for account in _standing(day).exclude(side=F("stood")).select_related("alliance", "school"):
        with guarded(f"band {account.pk}"):
            _cross(account.pk, day)


def _standing(day):
    """Schools' accounts with the side of the band they stand on, and the one last written down."""
    policy = Policy.objects.filter(alliance=OuterRef("alliance"), starts_on__lte=day.today).order_by("-starts_on")
    latest = BandCrossing.objects.filter(account=OuterRef("pk")).order_by("-pk")
    return Account.objects.filter(kind=Account.Kind.SCHOOL).annotate(
        low=Subquery(policy.values("band_low")[:1]),
        high=Subquery(policy.values("band_high")[:1]),
        stood=Coalesce(Subquery(latest.values("side")[:1]), Value(int(Side.WITHIN))),
        side=Case(
            When(posted__lt=F("low"), then=Value(int(Side.LOW))),
            When(posted__gt=F("high"), then=Value(int(Side.HIGH))),
            default=Value(int(Side.WITHIN)),
        ),
    )


@transaction.atomic
def _cross(pk, day):
    Account.objects.select_for_update().get(pk=pk)
    account = _standing(day).select_related("alliance", "school").get(pk=pk)
    if account.side == account.stood:
        return
    crossing = BandCrossing.objects.create(account=account, side=account.side, at=day.now)
    if account.side == Side.WITHIN:
        return
    heads = notices.heads_of(account.school, "ask")
    notices.send(
        {*heads, *people.coordinators_of(account.alliance)},
        "band",
        reverse("exchange:statement", args=[account.school_id]),
        key=f"band:{crossing.pk}:{day.today}",
        school=account.school,
        days=notices.in_days(account.posted),
        detail=_what_could_help(account, day),
    )


def _what_could_help(account, day):
    if account.side == Side.HIGH:
        return "It has given much more than it has received: asking for support would even this out."
    leaders = SystemLeader.objects.active(day.today).of_school(account.school, day.today).filter(is_available=True)
    requests = (
        SupportRequest.objects.filter(
            alliance=account.alliance,
            status=SupportRequest.Status.OPEN,
            committed__lt=F("days"),
            specialism__leaders__in=leaders,
        )
        .exclude(school=account.school)
        .select_related("specialism")
        .order_by("submitted_at", "pk")
        .distinct()[:NAMED]
    )
    if not requests:
        return "It has received much more than it has given. No open request fits its leaders just now."
    # The asking schools are not named: a request is seen by its own school and the coordinators.
    named = ", ".join(f"{request.title} ({notices.in_days(request.days_wanted)} days)" for request in requests)
    return f"It has received much more than it has given. Its leaders could help with: {named}."
