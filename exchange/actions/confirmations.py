"""A visit that took place is confirmed, disputed or settled: from here on it counts."""

from django.db import transaction
from django.db.models import Q, Sum, prefetch_related_objects
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from bank.posting import actor
from portal import status
from portal.errors import Refused
from portal.rights import requires
from portal.words import pounds
from schools import calendar
from staff import rules as people

from .. import notices, rules
from ..accounting import capacity
from ..accounting.counting import check_quarters, check_room, check_rules, price_or_refuse
from ..accounting.holds import AGREED_BEFORE, accounts_of, release_holds_for, sync_hold
from ..accounting.membership import in_credits
from ..models import Commission, Visit
from ..models.visits import QUARTERS
from ..status import record
from .charges import charge_pending
from .course import lock_leg, lock_request_of, update_committed_days, update_request_status
from .visits import both_sides


def _is_in_money(leg, on, *, by):
    """Whether a visit of a day is charged instead of in credits; its work has a price then from now on."""
    if in_credits(leg, on):
        check_rules(leg, on)
        return False
    commission = leg.commission
    tariff, day_rate = price_or_refuse(commission, on)
    if commission.tariff_id is None:
        commission.tariff, commission.day_rate, commission.tariff_taken_on = tariff, day_rate, timezone.localdate()
        commission.save(update_fields=["tariff", "day_rate", "tariff_taken_on"])
        record(commission, "take_tariff", by=by, reason=f"{pounds(day_rate)} a day, by the tariff of today")
    return True


def _count(visit, leg, *, by):
    """Post a confirmed visit; one in money is only to be charged, and what was held for it is released."""
    if visit.in_money:
        sync_hold(leg, override=(actor(by), AGREED_BEFORE))
        return
    released = release_holds_for(leg, visit.days, by=actor(by))
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


@transaction.atomic
@requires(rules.can_confirm, of="visit")
def confirm(*, visit, by):
    """The receiving school, or the clock, says that it took place. Only this moves credits, or lets it be charged.

    Raises Refused where the visit is neither in credits nor has a price: it would count nowhere.
    """
    leg = lock_leg(visit.leg)
    alliance = leg.commission.support_request.alliance
    prefetch_related_objects([alliance], "policies")  # today's, and that of the visit's day
    policy, today = alliance.policy(), timezone.localdate()
    in_money = _is_in_money(leg, visit.on, by=by)
    status.move(
        visit,
        Visit.Status.CONFIRMED,
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
        heads = notices.people_who_may("confirm", leg.receiving_school)
        notices.notify_of_visit(
            heads, "visit_confirmed_by_clock", visit, dispute_until=f"{visit.dispute_until:%-d %B %Y}"
        )


@transaction.atomic
@requires(rules.can_dispute, of="visit")
def dispute(*, visit, by, reason):
    """The receiving school says that something is wrong; the coordinator settles it."""
    leg = lock_leg(visit.leg)
    acting_for = people.acting_for(by, "confirm", leg.receiving_school)
    status.move(
        visit,
        Visit.Status.DISPUTED,
        by=by,
        verb="dispute_visit",
        reason=reason,
        acting_for=acting_for,
        disputed_by=by,
        disputed_for=acting_for,
        disputed_at=timezone.now(),
        dispute_reason=reason,
    )
    commission = visit.leg.commission
    told = [*notices.coordinators_of(commission.support_request), *notices.leader_of(commission)]
    notices.notify_of_visit(told, "disputed", visit, detail=reason)


@transaction.atomic
@requires(rules.can_settle, of="visit")
def settle(*, visit, by, days, reason):
    """The coordinator decides how many days count (hundredths; 0: it did not happen).

    What was posted before is reversed, not rewritten, and posted anew where days remain; what was charged
    before is charged or credited with the next charge.
    """
    leg = lock_leg(visit.leg)
    support_request = leg.commission.support_request
    check_quarters(leg, days, allowed=(0, *QUARTERS))
    check_room(leg, days, Visit.Status.done(), besides=visit)
    if leg.commission.status == Commission.Status.STOPPED and days - visit.days > support_request.days_wanted:
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
    status.move(
        visit,
        Visit.Status.CONFIRMED if days else Visit.Status.NO_SHOW,
        by=by,
        verb="settle_dispute",
        reason=reason,
        **fields,
    )
    override = (actor(by), settled)
    if days and not visit.in_money and not (was_posted and unchanged):
        sync_hold(leg, override=override, unposted=days)
        _count(visit, leg, by=by)
    sync_hold(leg, override=override)
    capacity.rebook(leg.commission)
    update_committed_days(support_request)
    deliver_if_done(leg.commission, by=by)
    notices.notify_of_visit(both_sides(leg), "settled", visit, detail=reason)


def deliver_if_done(commission, *, by):
    """Delivered when the agreed days of every leg are confirmed."""
    if commission.status != Commission.Status.ACTIVE:
        return
    confirmed = Sum("visits__days", filter=Q(visits__status=Visit.Status.CONFIRMED))
    legs = commission.legs.order_by().values_list("pk", "days").annotate(confirmed=confirmed)
    if any(days > (done or 0) for _, days, done in legs):
        return
    mark_delivered(commission, by=by, verb="deliver")
    charge_pending(commission)


def mark_delivered(commission, *, by, verb, reason=""):
    facts = {"delivered_at": timezone.now(), "end_reason": reason}
    status.move(commission, Commission.Status.DELIVERED, by=by, verb=verb, reason=reason, **facts)
    update_request_status(lock_request_of(commission), by=by)
