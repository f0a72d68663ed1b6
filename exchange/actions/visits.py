from django.db import transaction
from django.db.models import Q, Sum, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from schools import calendar
from schools.templatetags.portal import days_long, pounds
from staff import rules as people

from .. import capacity, notices, quotes
from ..bank import dates, posting
from ..bank.models import Account, Transfer
from ..errors import Refused
from ..membership import in_credits
from ..models import Commission, Leg, Visit
from ..models.visits import LONGEST, QUARTERS
from ..status import move, record
from .charges import charge_what_is_pending
from .holds import AGREED_BEFORE, accounts_of, rehold, use_holds
from .requests import follow, recount, take

C, V = Commission.Status, Visit.Status
TAKE_TARIFF = "take_tariff"  # in the history


@transaction.atomic
def plan_visit(*, leg, by, on, days, arrival_time, arrival_contact, purpose=""):
    """Plan a visit of so many hundredths of a day, in quarters.

    Raises Refused without the leader's safeguarding date, beyond the agreed days, when the leader's
    year is full, or on a day that is neither in credits nor has a price, or is before the rules began.
    """
    leg = _locked(leg)
    _check_quarters(leg, days)
    _check_safeguarding(leg)
    _check_room(leg, days, V.counting())
    _check_counts(leg, on)
    visit = Visit.objects.create(
        leg=leg,
        on=on,
        days=days,
        arrival_time=arrival_time,
        arrival_contact=arrival_contact,
        purpose=leg.commission.request.redacted(purpose),
        planned_by=by,
    )
    _rebook(leg, by)
    record(visit, "plan_visit", by=by, new=V.PLANNED, acting_for=_for_giver(by, leg))
    _tell(notices.heads_of(leg.receiving_school, "confirm"), "visit_planned", visit)
    return visit


def _locked(leg):
    """The leg, with its commission and request: three rows taken in one statement, in the order of all acts.

    The request's is taken first, because it is named first; so the leg's days are counted by one at a time.
    The accounts are fetched afterwards: a join would read as they were before the wait rows that are not
    locked, and find none where the receiving account has changed.
    """
    leg = (
        Leg.objects.select_for_update(of=("commission__request", "commission", "self"))
        .select_related("commission__request__alliance", "receiving_school")
        .get(pk=leg.pk)
    )
    alliance = leg.commission.request.alliance
    own = [leg.giving_account_id, leg.receiving_account_id]
    accounts = Account.objects.filter(Q(pk__in=own) | Q(alliance=alliance, kind=Account.Kind.FUND)).order_by()
    by_id = {account.pk: account for account in accounts}
    for account in by_id.values():
        if account.alliance_id == alliance.pk:
            account.alliance = alliance
    leg.giving_account, leg.receiving_account = (by_id[pk] for pk in own)
    leg.fund = next((account for account in by_id.values() if account.is_fund_of(leg.giving_account)), None)
    return leg


def _check_safeguarding(leg):
    leader = leg.commission.leader
    if leader and leader.safeguarding_confirmed_on is None:
        raise Refused(
            f"The home school has not confirmed the DBS and safeguarding checks of {leader.person} yet. "
            "No visit can be planned before that.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def _check_quarters(leg, days, allowed=QUARTERS):
    if days not in allowed:
        raise Refused(
            f"A visit counts in quarters of a day, {days_long(LONGEST)} at most: {days_long(days)} cannot be.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def _check_room(leg, days, statuses, besides=None):
    taken = leg.visits.filter(status__in=statuses)
    if besides:
        taken = taken.exclude(pk=besides.pk)
    room = leg.days - (taken.aggregate(total=Sum("days"))["total"] or 0)
    if days > room:
        raise Refused(
            f"Left of the agreed days: {days_long(max(room, 0))}. "
            "More days need a variation, which both heads agree to.",
            reverse("exchange:propose_variation", args=[leg.pk]),
            "Propose a variation",
        )


def first_day(leg):
    """The first day on which a visit of the leg can count: the rules of both banks have begun."""
    return max(dates.first_day(alliance) for alliance in {leg.giving_account.alliance, leg.receiving_account.alliance})


def check_rules(leg, on):
    """Raises Refused for a day before there were rules: it has neither a levy nor a cap."""
    first = first_day(leg)
    if on < first:
        raise Refused(
            f"No visit can count before {first:%-d %B %Y}, when the alliance's rules began.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def _check_counts(leg, on, *, is_done=False):
    """Raises Refused for a day that is neither in credits nor has a price, or on which no movement can be.

    A tariff that was taken when a visit turned out to be in money prices what is done. Nobody has agreed to it for
    more.
    """
    check_rules(leg, on)
    if in_credits(leg, on):
        return
    commission = leg.commission
    taken = commission.events.filter(verb=TAKE_TARIFF).exists()
    if commission.tariff_id is None or (taken and not is_done):
        raise Refused(
            f"On {on:%-d %B %Y} the two schools are not both members, and {commission.request.alliance} had no "
            "tariff for schools outside when this was agreed. No visit can count on that day.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


def _rebook(leg, by):
    """The account first, then the leader's year, as at an agreement: two acts never wait for each other."""
    rehold(leg, override=(actor(by), AGREED_BEFORE))
    capacity.rebook(leg.commission)


@transaction.atomic
def move_visit(*, visit, by, on, arrival_time, reason):
    """Move a planned visit to another day: the old row stays as moved, a new one is planned."""
    leg = _locked(visit.leg)
    _check_counts(leg, on)
    acting_for = _for_school(by, leg)
    move(visit, V.MOVED, by=by, verb="move_visit", reason=reason, acting_for=acting_for)
    new = Visit.objects.create(
        leg=leg,
        on=on,
        days=visit.days,
        arrival_time=arrival_time,
        arrival_contact=visit.arrival_contact,
        purpose=visit.purpose,
        planned_by=by,
    )
    Visit.objects.filter(pk=visit.pk).update(moved_to=new)
    _rebook(leg, by)
    record(new, "plan_visit", by=by, new=V.PLANNED, acting_for=acting_for)
    _tell(_both_sides(leg), "visit_moved", new, detail=reason)
    return new


@transaction.atomic
def cancel_visit(*, visit, by, status, reason):
    """A planned visit that will not take place, or did not: late_cancelled or no_show."""
    if status not in (V.LATE_CANCELLED, V.NO_SHOW):
        raise ValueError(status)
    leg = _locked(visit.leg)
    move(visit, status, by=by, verb="cancel_visit", reason=reason, acting_for=_for_school(by, leg))
    _rebook(leg, by)
    _tell(_both_sides(leg), "visit_cancelled", visit, detail=reason)


@transaction.atomic
def log_visit(*, visit, by, days, note, next_steps=""):
    """The leader says what was done. Starts the commission at its first visit, and the clock of confirming."""
    leg = _locked(visit.leg)
    commission = leg.commission
    if visit.on > timezone.localdate():
        raise Refused(
            "This visit has not taken place yet. Log it on its day, or move it.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    _check_quarters(leg, days)
    _check_room(leg, days, V.done(), besides=visit)
    _check_counts(leg, visit.on, is_done=True)
    policy, shut = commission.request.alliance.policy(), commission.request.alliance.closed_days()
    move(
        visit,
        V.LOGGED,
        by=by,
        verb="log_visit",
        acting_for=_for_giver(by, leg),
        days=days,
        note=commission.request.redacted(note),
        next_steps=commission.request.redacted(next_steps),
        logged_by=by,
        logged_at=timezone.now(),
        confirm_by=calendar.add_days(timezone.localdate(), policy.confirm_days, shut),
    )
    if commission.status == C.AGREED:
        move(commission, C.ACTIVE, by=by, verb="start")
    _rebook(leg, by)
    _tell(notices.heads_of(leg.receiving_school, "confirm"), "visit_logged", visit)


@transaction.atomic
def confirm_visit(*, visit, by):
    """The receiving school, or the clock, says that it took place. Only this moves credits, or lets it be charged.

    Raises Refused where the visit is neither in credits nor has a price: it would count nowhere.
    """
    leg = _locked(visit.leg)
    alliance = leg.commission.request.alliance
    prefetch_related_objects([alliance], "policies")  # today's, and that of the visit's day
    policy, today = alliance.policy(), timezone.localdate()
    in_money = _is_in_money(leg, visit.on, by=by)
    move(
        visit,
        V.CONFIRMED,
        by=by,
        verb="confirm_visit",
        acting_for=people.acting_for(by, "confirm", leg.receiving_school),
        confirmed_by=by,
        confirmed_at=timezone.now(),
        in_money=in_money,
        dispute_until=calendar.add_days(today, policy.dispute_days, alliance.closed_days()),
    )
    _count(visit, leg, by=by)
    deliver_if_done(leg.commission, by=by)
    if by is None:
        heads = notices.heads_of(leg.receiving_school, "confirm")
        _tell(heads, "visit_confirmed_by_clock", visit, dispute_until=f"{visit.dispute_until:%-d %B %Y}")


def _is_in_money(leg, on, *, by):
    """Whether a visit of a day is charged instead of in credits; its work has a price then from now on."""
    if in_credits(leg, on):
        check_rules(leg, on)
        return False
    commission = leg.commission
    tariff, day_rate = price_or_refuse(commission, on)
    if commission.tariff_id is None:
        Commission.objects.filter(pk=commission.pk).update(tariff=tariff, day_rate=day_rate)
        commission.tariff, commission.day_rate = tariff, day_rate
        record(commission, TAKE_TARIFF, by=by, reason=f"{pounds(day_rate)} a day, by the tariff of today")
    return True


def price_or_refuse(commission, on):
    """(tariff, pence a day) of a visit that is not in credits. Raises Refused where there is none."""
    tariff, day_rate = quotes.price_of_visits(commission)
    if tariff is None:
        raise Refused(
            f"On {on:%-d %B %Y} the two schools were not both members, and {commission.request.alliance} has no "
            "tariff for schools outside, so this visit would count nowhere. The coordinator can correct the dates "
            "of the membership, or add a tariff.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    return tariff, day_rate


def _count(visit, leg, *, by):
    """Post a confirmed visit; one in money is only to be charged, and what was held for it is released."""
    if visit.in_money:
        rehold(leg, override=(actor(by), AGREED_BEFORE))
        return
    released = use_holds(leg, visit.days, by=actor(by))
    posting.post_visit(
        giver=leg.giving_account,
        receiver=leg.receiving_account,
        fund=leg.fund,
        amount=visit.days,
        levy_percent=leg.levy_percent(visit.on),
        occurred_on=visit.on,
        cause_id=visit.pk,
        by=actor(by),
        released=released,
        key=f"visit:{visit.pk}" + (f":{visit.settlements}" if visit.settlements else ""),
    )


def actor(by):
    """Who posts, as the bank writes it."""
    return f"user:{by.pk}" if by else "clock"


@transaction.atomic
def dispute_visit(*, visit, by, reason):
    """The receiving school says that something is wrong; the coordinator settles it."""
    school = _locked(visit.leg).receiving_school
    move(
        visit,
        V.DISPUTED,
        by=by,
        verb="dispute_visit",
        reason=reason,
        acting_for=people.acting_for(by, "confirm", school),
    )
    commission = visit.leg.commission
    told = [*notices.coordinators_of(commission.request), *notices.leader_of(commission)]
    _tell(told, "disputed", visit, detail=reason)


@transaction.atomic
def settle_dispute(*, visit, by, days, reason):
    """The coordinator decides how many days count (hundredths; 0: it did not happen).

    What was posted before is reversed, not rewritten, and posted anew where days remain; what was charged
    before is charged or credited with the next charge.
    """
    leg = _locked(visit.leg)
    request = leg.commission.request
    _check_quarters(leg, days, allowed=(0, *QUARTERS))
    _check_room(leg, days, V.done(), besides=visit)
    if leg.commission.status == C.STOPPED and days - visit.days > request.days_wanted:
        raise Refused(
            "The days of this stopped work are promised to somebody else by now: no more can count than were logged.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )
    settled = f"Dispute about {leg.commission.reference} settled"  # why is in the history: the ledger names nobody
    posting.lock(*accounts_of(leg))
    was_confirmed, was_posted, unchanged = visit.is_confirmed, visit.is_posted, days == visit.days
    if was_posted and not unchanged:
        rows = Transfer.objects.filter(
            cause_kind="visit", cause_id=str(visit.pk), reverses=None, reversed_by=None
        ).select_related("debit", "credit")
        posting.reverse(list(rows), by=actor(by), reason=settled)
    # Nothing counts for it any more where no days count.
    fields = {"days": days, "settlements": visit.settlements + 1} if days else {"confirmed_at": None}
    if days and not was_confirmed:
        fields |= {"confirmed_by": by, "confirmed_at": timezone.now(), "dispute_until": timezone.localdate()}
        fields["in_money"] = _is_in_money(leg, visit.on, by=by)
    move(visit, V.CONFIRMED if days else V.NO_SHOW, by=by, verb="settle_dispute", reason=reason, **fields)
    override = (actor(by), settled)
    if days and not visit.in_money and not (was_posted and unchanged):
        rehold(leg, override=override, unposted=days)
        _count(visit, leg, by=by)
    rehold(leg, override=override)
    capacity.rebook(leg.commission)
    recount(request)
    deliver_if_done(leg.commission, by=by)
    _tell(_both_sides(leg), "settled", visit, detail=reason)


def deliver_if_done(commission, *, by):
    """Delivered when the agreed days of every leg are confirmed."""
    if commission.status != C.ACTIVE:
        return
    confirmed = Sum("visits__days", filter=Q(visits__status=V.CONFIRMED))
    legs = commission.legs.order_by().values_list("pk", "days").annotate(confirmed=confirmed)
    if any(days > (done or 0) for _, days, done in legs):
        return
    mark_delivered(commission, by=by, verb="deliver")
    charge_what_is_pending(commission)


def mark_delivered(commission, *, by, verb, reason=""):
    move(commission, C.DELIVERED, by=by, verb=verb, reason=reason, delivered_at=timezone.now())
    follow(take(commission), by=by)


def _for_giver(by, leg):
    """The head for whom a delegate plans or logs peer to peer; nobody where the one who does the work does it."""
    is_the_person = leg.commission.leader_id is not None or leg.person_id == by.person_id
    return None if is_the_person else people.acting_for(by, "release", leg.giving_school)


def _for_school(by, leg):
    return people.acting_for(by, "confirm", leg.receiving_school)


def _both_sides(leg):
    return {*notices.leader_of(leg.commission), *notices.heads_of(leg.receiving_school, "confirm")}


def _tell(users, name, visit, **facts):
    notices.send(users, name, visit.get_absolute_url(), **{**notices.about_visit(visit), **facts})
