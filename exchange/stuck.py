"""What is stuck in an alliance, and for how long. It reads dates and the policy, and writes nothing."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from schools import calendar
from schools.models import Membership
from schools.templatetags.portal import days_long

from . import quotes
from .limit import stopped_by_limit
from .models import Account, Clarification, Commission, Concern, Event, Leg, SupportRequest, Visit

R, C, V = SupportRequest.Status, Commission.Status, Visit.Status
URGENT = Q(urgency=SupportRequest.Urgency.URGENT) | Q(kind=SupportRequest.Kind.URGENT)


@dataclass(frozen=True)
class Stuck:
    title: str
    hint: str
    url: str
    since: date
    is_urgent: bool = False


def stuck(alliance):
    """Everything that waits longer than the policy says, urgent requests first, then the longest wait."""
    clocks = _Clocks(alliance)
    found = [item for look in LOOKS for item in look(alliance, clocks)]
    return sorted(found, key=lambda item: (not item.is_urgent, item.since))


def with_since(requests, *statuses):
    """Requests with the moment from which they have had one of the statuses."""
    events = Event.objects.filter(request=OuterRef("pk"), commission=None, new__in=statuses).order_by("-at", "-pk")
    return requests.annotate(since=Coalesce(Subquery(events.values("at")[:1]), F("submitted_at")))


def new_requests(alliance):
    """Sent and not looked at yet, the oldest first."""
    return with_since(alliance.requests.filter(status=R.SUBMITTED), R.SUBMITTED).order_by("since", "pk")


def unmatched(alliance):
    """Open requests for which no offer is out, urgent ones first."""
    offered = Count("commissions", filter=Q(commissions__status=C.OFFERED))
    return (
        with_since(alliance.requests.filter(status=R.OPEN), R.OPEN)
        .annotate(offered=offered)
        .filter(offered=0)
        .annotate(is_urgent=URGENT)
        .order_by("-is_urgent", "since", "pk")
    )


class _Clocks:
    """The policy's clocks; they stand still in closure periods."""

    def __init__(self, alliance):
        self.policy, self.shut, self.today = alliance.policy(), alliance.closed_days(), timezone.localdate()

    def is_past(self, since, days):
        return calendar.add_days(_day(since), days, self.shut) <= self.today

    def is_past_working(self, since, days):
        return calendar.add_working_days(_day(since), days, self.shut) < self.today


def _day(moment):
    return timezone.localdate(moment) if hasattr(moment, "hour") else moment


def _say(on):
    return f"{on:%-d %B %Y}"


def _requests_not_looked_at(alliance, clocks):
    days = clocks.policy.reply_working_days
    for request in new_requests(alliance).annotate(is_urgent=URGENT).select_related("school", "specialism"):
        if request.is_urgent or clocks.is_past_working(request.since, days):
            since = _day(request.since)
            yield Stuck(
                f"{request.reference}, {request.school}: look at the request",
                f"{request.title}, sent on {_say(since)}",
                request.get_absolute_url(),
                since,
                request.is_urgent,
            )


def _urgent_without_an_offer(alliance, clocks):
    for request in unmatched(alliance).filter(URGENT).select_related("school", "specialism"):
        since = _day(request.since)
        yield Stuck(
            f"{request.reference}, {request.school}: find a leader",
            f"{request.title}, open since {_say(since)}",
            request.get_absolute_url(),
            since,
            True,
        )


def _questions(alliance, clocks):
    rows = Clarification.objects.filter(
        request__alliance=alliance, request__status=R.CLARIFICATION, answered_at=None
    ).select_related("request__school")
    for row in rows:
        if clocks.is_past_working(row.asked_at, clocks.policy.reply_working_days):
            yield Stuck(
                f"{row.request.reference}, {row.request.school}: your question has no answer",
                f"Asked on {_say(_day(row.asked_at))}",
                row.request.get_absolute_url(),
                _day(row.asked_at),
            )


def _commissions(alliance, *statuses):
    return Commission.objects.filter(request__alliance=alliance, status__in=statuses).with_parts()


def _offers(alliance, clocks):
    for commission in _commissions(alliance, C.OFFERED):
        if clocks.is_past(commission.offered_at, clocks.policy.offer_reminder_days):
            words = f"the offer to {commission.who} waits for answers, lapses on {_say(commission.lapses_on)}"
            yield Stuck(
                f"{commission.reference}, {commission.request.school}: {words}",
                f"Waits for {_missing_yeses(commission)}",
                commission.get_absolute_url(),
                _day(commission.offered_at),
            )


def _missing_yeses(commission):
    missing = [
        ("the leader", commission.leader_id is None or commission.leader_yes_at),
        (str(commission.home_school), commission.home_yes_at),
        (str(commission.request.school), commission.receiving_yes_at),
    ]
    return ", ".join(who for who, yes in missing if not yes)


def _offers_over_the_limit(alliance, clocks):
    offered = Leg.objects.filter(commission__request__alliance=alliance, commission__status=C.OFFERED)
    legs = stopped_by_limit(offered, clocks.policy.limit)
    for leg in legs.select_related("commission", "receiving_school"):
        yield Stuck(
            f"{leg.commission.reference}, {leg.receiving_school}: the limit will stop this offer",
            "Override the limit with a reason, or take the offer back",
            leg.commission.get_absolute_url(),
            _day(leg.commission.offered_at),
        )


def _visits(alliance, status):
    return (
        Visit.objects.filter(leg__commission__request__alliance=alliance, status=status)
        .select_related(
            "leg__commission",
            "leg__receiving_school",
            "leg__person",
            "leg__giving_account",
            "leg__receiving_account",
        )
        .order_by("on", "pk")
    )


def _visits_to_log(alliance, clocks):
    running = _visits(alliance, V.PLANNED).filter(on__lt=clocks.today, leg__commission__status__in=[C.AGREED, C.ACTIVE])
    for visit in running:
        if clocks.is_past_working(visit.on, clocks.policy.log_working_days):
            yield _stuck_visit(visit, f"{visit.leg.person} has not logged the visit", visit.on)


def _visits_to_confirm(alliance, clocks):
    visits = list(_visits(alliance, V.LOGGED).exclude(leg__commission__status=C.PAUSED))
    without_price = quotes.without_price(visits, alliance)
    for visit in visits:
        if visit in without_price:
            do = "Correct the dates of the membership, or add a tariff"
            yield _stuck_visit(visit, "the visit has neither credits nor a price", visit.logged_at, do)
        elif clocks.is_past(visit.logged_at, clocks.policy.confirm_reminder_days):
            yield _stuck_visit(visit, f"{visit.leg.receiving_school} has not confirmed the visit", visit.logged_at)


def _disputes(alliance, clocks):
    events = Event.objects.filter(visit=OuterRef("pk"), new=V.DISPUTED).order_by("-at", "-pk")
    for visit in _visits(alliance, V.DISPUTED).annotate(since=Subquery(events.values("at")[:1])):
        yield _stuck_visit(visit, "settle the dispute", visit.since)


def _stuck_visit(visit, what, since, do=""):
    commission = visit.leg.commission
    hint = f"Visit to {visit.leg.receiving_school} on {_say(visit.on)}"
    return Stuck(
        f"{commission.reference}: {what}",
        f"{hint}. {do}" if do else hint,
        commission.get_absolute_url(),
        _day(since),
    )


def _concerns(alliance, clocks):
    rows = Concern.objects.filter(commission__request__alliance=alliance, resolved_at=None)
    for concern in rows.select_related("commission__request__school"):
        yield Stuck(
            f"{concern.commission.reference}, {concern.commission.request.school}: a concern is open",
            f"Raised on {_say(_day(concern.opened_at))}",
            reverse("exchange:concerns", args=[alliance.slug]),
            _day(concern.opened_at),
        )


def _evaluations(alliance, clocks):
    for commission in _commissions(alliance, C.DELIVERED).prefetch_related("evaluations"):
        if clocks.is_past(commission.delivered_at, clocks.policy.evaluation_days):
            done = {evaluation.side for evaluation in commission.evaluations.all()}
            sides = {"receiving": str(commission.request.school), "giving": commission.who}
            waits = " and ".join(who for side, who in sides.items() if side not in done)
            yield Stuck(
                f"{commission.reference}, {commission.request.school}: evaluation overdue",
                f"Delivered on {_say(_day(commission.delivered_at))}. Waits for {waits}",
                commission.get_absolute_url(),
                _day(commission.delivered_at),
            )


def _leavers(alliance, clocks):
    """Schools that have left with a balance other than 0."""
    rows = Membership.objects.filter(alliance=alliance, school=OuterRef("school"))
    accounts = Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL).exclude(posted=0)
    accounts = accounts.annotate(
        left=Subquery(rows.order_by(F("ends_on").desc(nulls_first=True)).values("ends_on")[:1])
    )
    for account in accounts.filter(left__lt=clocks.today).select_related("school"):
        yield Stuck(
            f"{account.school} has left: settle its balance of {days_long(account.posted)}",
            f"Its membership ended on {_say(account.left)}",
            reverse("exchange:settle_leaver", args=[alliance.slug, account.school_id]),
            account.left,
        )


LOOKS = (
    _requests_not_looked_at,
    _urgent_without_an_offer,
    _questions,
    _offers,
    _offers_over_the_limit,
    _visits_to_log,
    _visits_to_confirm,
    _disputes,
    _concerns,
    _evaluations,
    _leavers,
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
    return [(status.value, status.label, counts.get(status, 0)) for status in C]
