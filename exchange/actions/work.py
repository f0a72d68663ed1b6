from django.db import transaction
from django.utils import timezone

from portal import status
from portal.errors import Refused, SomebodyFaster
from portal.rights import requires
from portal.words import days_long
from schools import calendar
from staff import rules as people

from .. import notices, rules
from ..accounting import capacity
from ..accounting.holds import hold_or_refuse, legs_to_hold, sync_hold
from ..models import Commission, SupportRequest, Variation, Visit
from ..models.commissions import Pause
from ..status import record
from .charges import charge_pending
from .confirmations import deliver_if_done, mark_delivered
from .course import lock_request_of, reopen, update_committed_days, update_request_status
from .offers import acting_for, ending, everybody


@transaction.atomic
@requires(rules.can_pause, of="commission")
def pause(*, commission, by, reason):
    """Illness, an inspection: the clocks stand still, the hold stays."""
    lock_request_of(commission)
    status.move(
        commission,
        Commission.Status.PAUSED,
        by=by,
        verb="pause",
        reason=reason,
        acting_for=acting_for(by, commission),
        paused_from=commission.status,
    )
    Pause.objects.create(commission=commission, reason=reason, by=by)
    notices.notify_of_work(everybody(commission), "paused", commission, detail=reason)


@transaction.atomic
@requires(rules.can_resume, of="commission")
def resume(*, commission, by):
    """The clocks go on with the days they had left."""
    lock_request_of(commission)
    status.move(
        commission,
        commission.paused_from,
        by=by,
        verb="resume",
        acting_for=acting_for(by, commission),
        paused_from="",
    )
    _let_clocks_go_on(commission)
    deliver_if_done(commission, by=by)
    notices.notify_of_work(everybody(commission), "resumed", commission)


def _let_clocks_go_on(commission):
    pause, shut = commission.pauses.get(ended_at=None), commission.support_request.alliance.closed_days()
    pause.ended_at = timezone.now()
    pause.save(update_fields=["ended_at"])
    stood_still = calendar.days_between(timezone.localdate(pause.started_at), timezone.localdate(), shut)
    for visit in Visit.objects.filter(leg__commission=commission, status=Visit.Status.LOGGED):
        later = calendar.add_days(visit.confirm_by, stood_still, shut)
        Visit.objects.filter(pk=visit.pk).update(confirm_by=later)


@transaction.atomic
@requires(rules.can_cancel, of="commission")
def cancel(*, commission, by, reason):
    """Before any visit: the days are free again, and the request is open again."""
    end_work(commission, Commission.Status.CANCELLED, by=by, verb="cancel", reason=reason)
    notices.notify_of_work(
        {*everybody(commission), *notices.coordinators_of(commission.support_request)},
        "cancelled",
        commission,
        detail=reason,
    )


@transaction.atomic
@requires(rules.can_stop, of="commission")
def stop(*, commission, by, reason):
    """After a visit: what was done stays and is confirmed as usual, the rest is free again."""
    end_work(commission, Commission.Status.STOPPED, by=by, verb="stop", reason=reason)
    notices.notify_of_work(
        {*everybody(commission), *notices.coordinators_of(commission.support_request)},
        "stopped",
        commission,
        detail=reason,
    )


def end_work(commission, to, *, by, verb, reason):
    support_request = lock_request_of(commission)
    if (
        to == Commission.Status.CANCELLED
        and Visit.objects.filter(leg__commission=commission, status__in=Visit.Status.done()).exists()
    ):
        raise SomebodyFaster(commission)
    was_paused = commission.status == Commission.Status.PAUSED
    facts = {"acting_for": acting_for(by, commission), **ending(by, reason)}
    status.move(commission, to, by=by, verb=verb, reason=reason, **facts)
    if was_paused:
        _let_clocks_go_on(commission)
    _drop_planned_visits(commission, by=by, reason=reason)
    for leg in legs_to_hold(commission):
        sync_hold(leg)
    capacity.rebook(commission)
    reopen(support_request, by=by, reason=reason)
    charge_pending(commission)


@transaction.atomic
@requires(rules.can_finish, of="commission")
def finish(*, commission, by, reason):
    """The leader closes the work early: delivered, and the rest of the hold is released."""
    lock_request_of(commission)
    _drop_planned_visits(commission, by=by, reason=reason)
    mark_delivered(commission, by=by, verb="finish", reason=reason)
    for leg in legs_to_hold(commission):
        sync_hold(leg)
    capacity.rebook(commission)
    charge_pending(commission)


def _drop_planned_visits(commission, *, by, reason):
    for visit in Visit.objects.filter(leg__commission=commission, status=Visit.Status.PLANNED):
        status.move(visit, Visit.Status.LATE_CANCELLED, by=by, verb="cancel_visit", reason=reason)


@transaction.atomic
@requires(rules.can_vary, of="leg")
def propose_variation(*, leg, by, days, starts_on, ends_on, reason):
    """Propose other days or dates. A head who proposes has said yes for the own side already."""
    lock_request_of(leg.commission)
    if leg.variations.filter(status=Variation.Status.PROPOSED).exists():
        raise Refused(
            "A change is proposed already and waits for an answer.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )
    _check_visits_fit(leg, days, starts_on, ends_on)
    variation = Variation.objects.create(
        leg=leg, days=days, starts_on=starts_on, ends_on=ends_on, reason=reason, proposed_by=by
    )
    commission = leg.commission
    record(variation, "propose_variation", by=by, reason=reason, acting_for=acting_for(by, commission))
    notices.notify_of_work(
        everybody(commission) - {by},
        "variation",
        commission,
        detail=f"{days_long(days)} from {starts_on:%-d %B %Y} to {ends_on:%-d %B %Y}: {reason}",
    )
    if people.may(by, "release", leg.giving_school) or people.may(by, "agree", leg.receiving_school):
        answer_variation(variation=variation, by=by, yes=True)
    return variation


def _check_visits_fit(leg, days, starts_on, ends_on):
    """When a change is proposed and again when it is agreed: visits may have been planned in between."""
    commission = leg.commission
    counting = leg.visits.filter(status__in=Visit.Status.counting())
    taken = sum(visit.days for visit in counting)
    if days < taken:
        raise Refused(
            f"Visits of {days_long(taken)} are planned or done: it cannot be fewer.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    if counting.filter(status=Visit.Status.PLANNED).exclude(on__range=(starts_on, ends_on)).exists():
        raise Refused(
            "A visit is planned outside these dates. Move or cancel it first.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


@transaction.atomic
@requires(rules.can_answer_variation, of="variation")
def answer_variation(*, variation, by, yes, reason=""):
    """A head's yes or no. With both yeses the days and dates change, and the hold with them."""
    leg = variation.leg
    lock_request_of(leg.commission)
    # Somebody who may answer for both sides gives the yes that is missing.
    for_home = people.may(by, "release", leg.giving_school) and not (
        variation.home_yes_at and people.may(by, "agree", leg.receiving_school)
    )
    right, school = ("release", leg.giving_school) if for_home else ("agree", leg.receiving_school)
    delegating = people.acting_for(by, right, school)
    if not yes:
        status.move(
            variation, Variation.Status.REFUSED, by=by, verb="refuse_variation", reason=reason, acting_for=delegating
        )
    else:
        which = "home_yes" if for_home else "receiving_yes"
        claimed = Variation.objects.filter(
            pk=variation.pk, status=Variation.Status.PROPOSED, **{f"{which}_at": None}
        ).update(**{f"{which}_by": by, f"{which}_at": timezone.now()})
        if not claimed:
            raise SomebodyFaster(variation)
        variation.refresh_from_db()
        record(variation, "agree_variation", by=by, acting_for=delegating)
        if variation.home_yes_at and variation.receiving_yes_at:
            _apply(variation, by)
    if variation.status != Variation.Status.PROPOSED:
        words = f"It was {variation.get_status_display().lower()}." + (f" {reason}" if reason else "")
        notices.notify_of_work(everybody(leg.commission), "variation_answered", leg.commission, detail=words)


def _apply(variation, by):
    leg, commission = variation.leg, variation.leg.commission
    support_request = lock_request_of(commission)
    commission.refresh_from_db()
    if not commission.is_running:
        raise SomebodyFaster(commission)
    _check_visits_fit(leg, variation.days, variation.starts_on, variation.ends_on)
    status.move(variation, Variation.Status.AGREED, by=by, verb="vary")
    # Both heads agreed to more: the request asks for that many from now on.
    more = max(0, variation.days - leg.days) if leg.receiving_school_id == support_request.school_id else 0
    short = support_request.committed + more - support_request.days
    if short > 0:
        SupportRequest.objects.filter(pk=support_request.pk).update(days=support_request.days + short)
    type(leg).objects.filter(pk=leg.pk).update(days=variation.days)
    Commission.objects.filter(pk=commission.pk).update(starts_on=variation.starts_on, ends_on=variation.ends_on)
    leg.refresh_from_db()
    fresh = Commission.objects.get(pk=commission.pk)
    is_overridden = commission.override_at is not None and commission.override_at >= variation.proposed_at
    override = (f"user:{commission.override_by_id}", commission.override_reason) if is_overridden else None
    hold_or_refuse(leg, override=override)
    capacity.rebook(fresh)
    update_committed_days(support_request)
    if support_request.status == SupportRequest.Status.MATCHED:
        # Fewer were agreed to: a matched request asks for no more than it has.
        SupportRequest.objects.filter(pk=support_request.pk).update(days=support_request.committed)
    deliver_if_done(fresh, by=by)


@transaction.atomic
@requires(rules.can_report_findings, of="commission")
def report_findings(*, commission, by, findings, no_further_support):
    """What a diagnostic found; it may end with no further support."""
    support_request = lock_request_of(commission)
    Commission.objects.filter(pk=commission.pk).update(findings=findings, no_further_support=no_further_support)
    commission.refresh_from_db()
    record(commission, "report_findings", by=by, reason="No further support" if no_further_support else "")
    told = {
        *notices.people_who_may("ask", commission.support_request.school),
        *notices.coordinators_of(commission.support_request),
    }
    notices.notify_of_work(told, "findings", commission)
    update_request_status(support_request, by=by)
