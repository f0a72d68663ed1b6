"""What waits too long in an alliance, and since when. It reads dates and the policy, and writes nothing."""

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from bank.models import Account
from portal.words import days_long
from schools.clocks import day_of
from schools.models import Membership
from staff.todo import OverdueItem, at_coordinator

from ..accounting import quotes
from ..accounting.limit import stopped_by_limit
from ..models import Clarification, Commission, Concern, Leg, SupportRequest, Visit
from .queues import URGENT, new_requests, unmatched


def _say(on):
    return f"{on:%-d %B %Y}"


@at_coordinator
def requests_not_looked_at(alliance, clock):
    days = clock.policy.reply_working_days
    for support_request in new_requests(alliance).annotate(is_urgent=URGENT).select_related("school", "specialism"):
        if support_request.is_urgent or clock.is_past_working(support_request.since, days):
            since = day_of(support_request.since)
            yield OverdueItem(
                f"{support_request.reference}, {support_request.school}: look at the request",
                f"{support_request.title}, sent on {_say(since)}",
                support_request.get_absolute_url(),
                since,
                support_request.is_urgent,
            )


@at_coordinator
def urgent_without_an_offer(alliance, clock):
    for support_request in unmatched(alliance).filter(URGENT).select_related("school", "specialism"):
        since = day_of(support_request.since)
        yield OverdueItem(
            f"{support_request.reference}, {support_request.school}: find a leader",
            f"{support_request.title}, open since {_say(since)}",
            support_request.get_absolute_url(),
            since,
            True,
        )


@at_coordinator
def questions(alliance, clock):
    rows = Clarification.objects.filter(
        support_request__alliance=alliance,
        support_request__status=SupportRequest.Status.CLARIFICATION,
        answered_at=None,
    ).select_related("support_request__school")
    for row in rows:
        if clock.is_past_working(row.asked_at, clock.policy.reply_working_days):
            yield OverdueItem(
                f"{row.support_request.reference}, {row.support_request.school}: your question has no answer",
                f"Asked on {_say(day_of(row.asked_at))}",
                row.support_request.get_absolute_url(),
                day_of(row.asked_at),
            )


def _commissions(alliance, *statuses):
    return Commission.objects.filter(support_request__alliance=alliance, status__in=statuses).with_parts()


@at_coordinator
def offers(alliance, clock):
    for commission in _commissions(alliance, Commission.Status.OFFERED):
        if clock.is_past(commission.offered_at, clock.policy.offer_reminder_days):
            words = f"the offer to {commission.who} waits for answers, lapses on {_say(commission.lapses_on)}"
            yield OverdueItem(
                f"{commission.reference}, {commission.support_request.school}: {words}",
                f"Waits for {_missing_yeses(commission)}",
                commission.get_absolute_url(),
                day_of(commission.offered_at),
            )


def _missing_yeses(commission):
    missing = [
        ("the leader", commission.leader_id is None or commission.leader_yes_at),
        (str(commission.home_school), commission.home_yes_at),
        (str(commission.support_request.school), commission.receiving_yes_at),
    ]
    return ", ".join(who for who, yes in missing if not yes)


@at_coordinator
def offers_over_the_limit(alliance, clock):
    offered = Leg.objects.filter(
        commission__support_request__alliance=alliance, commission__status=Commission.Status.OFFERED
    )
    legs = stopped_by_limit(offered, clock.policy.limit)
    for leg in legs.select_related("commission", "receiving_school"):
        yield OverdueItem(
            f"{leg.commission.reference}, {leg.receiving_school}: the limit will stop this offer",
            "Override the limit with a reason, or take the offer back",
            leg.commission.get_absolute_url(),
            day_of(leg.commission.offered_at),
        )


def _visits(alliance, status):
    return (
        Visit.objects.filter(leg__commission__support_request__alliance=alliance, status=status)
        .select_related(
            "leg__commission",
            "leg__receiving_school",
            "leg__person",
            "leg__giving_account",
            "leg__receiving_account",
        )
        .order_by("on", "pk")
    )


@at_coordinator
def visits_to_log(alliance, clock):
    running = _visits(alliance, Visit.Status.PLANNED).filter(
        on__lt=clock.today, leg__commission__status__in=[Commission.Status.AGREED, Commission.Status.ACTIVE]
    )
    for visit in running:
        if clock.is_past_working(visit.on, clock.policy.log_working_days):
            yield _stuck_visit(visit, f"{visit.leg.person} has not logged the visit", visit.on)


@at_coordinator
def visits_to_confirm(alliance, clock):
    visits = list(_visits(alliance, Visit.Status.LOGGED).exclude(leg__commission__status=Commission.Status.PAUSED))
    without_price = quotes.without_price(visits, alliance)
    for visit in visits:
        if visit in without_price:
            do = "Correct the dates of the membership, or add a tariff"
            yield _stuck_visit(visit, "the visit has neither credits nor a price", visit.logged_at, do)
        elif clock.is_past(visit.logged_at, clock.policy.confirm_reminder_days):
            yield _stuck_visit(visit, f"{visit.leg.receiving_school} has not confirmed the visit", visit.logged_at)


@at_coordinator
def disputes(alliance, clock):
    for visit in _visits(alliance, Visit.Status.DISPUTED):
        yield _stuck_visit(visit, "settle the dispute", visit.disputed_at)


def _stuck_visit(visit, what, since, do=""):
    commission = visit.leg.commission
    hint = f"Visit to {visit.leg.receiving_school} on {_say(visit.on)}"
    return OverdueItem(
        f"{commission.reference}: {what}",
        f"{hint}. {do}" if do else hint,
        commission.get_absolute_url(),
        day_of(since),
    )


@at_coordinator
def concerns(alliance, clock):
    rows = Concern.objects.filter(commission__support_request__alliance=alliance, resolved_at=None)
    for concern in rows.select_related("commission__support_request__school"):
        yield OverdueItem(
            f"{concern.commission.reference}, {concern.commission.support_request.school}: a concern is open",
            f"Raised on {_say(day_of(concern.opened_at))}",
            reverse("exchange:concerns", args=[alliance.slug]),
            day_of(concern.opened_at),
        )


@at_coordinator
def evaluations(alliance, clock):
    for commission in _commissions(alliance, Commission.Status.DELIVERED).prefetch_related("evaluations"):
        if clock.is_past(commission.delivered_at, clock.policy.evaluation_days):
            done = {evaluation.side for evaluation in commission.evaluations.all()}
            sides = {"receiving": str(commission.support_request.school), "giving": commission.who}
            waits = " and ".join(who for side, who in sides.items() if side not in done)
            yield OverdueItem(
                f"{commission.reference}, {commission.support_request.school}: evaluation overdue",
                f"Delivered on {_say(day_of(commission.delivered_at))}. Waits for {waits}",
                commission.get_absolute_url(),
                day_of(commission.delivered_at),
            )


@at_coordinator
def leavers(alliance, clock):
    """Schools that have left with a balance other than 0."""
    rows = Membership.objects.filter(alliance=alliance, school=OuterRef("school"))
    accounts = Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL).exclude(posted=0)
    accounts = accounts.annotate(
        left=Subquery(rows.order_by(F("ends_on").desc(nulls_first=True)).values("ends_on")[:1])
    )
    for account in accounts.filter(left__lt=clock.today).select_related("school"):
        yield OverdueItem(
            f"{account.school} has left: settle its balance of {days_long(account.posted)}",
            f"Its membership ended on {_say(account.left)}",
            reverse("exchange:settle_leaver", args=[alliance.slug, account.school_id]),
            account.left,
        )
