from django.db import transaction
from django.utils import timezone

from bank.posting import actor
from portal import status
from portal.errors import Refused
from portal.rights import requires
from schools import calendar
from staff import rules as people

from .. import notices, rules
from ..accounting import capacity
from ..accounting.counting import check_counts, check_quarters, check_room
from ..accounting.holds import AGREED_BEFORE, sync_hold
from ..models import Commission, Visit
from ..status import record
from .course import lock_leg


@transaction.atomic
@requires(rules.can_plan, of="leg")
def plan(*, leg, by, on, days, arrival_time, arrival_contact, purpose=""):
    """Plan a visit of so many hundredths of a day, in quarters.

    Raises Refused without the leader's safeguarding date, beyond the agreed days, when the leader's
    year is full, or on a day that is neither in credits nor has a price, or is before the rules began.
    """
    leg = lock_leg(leg)
    check_quarters(leg, days)
    _check_safeguarding(leg)
    check_room(leg, days, Visit.Status.counting())
    check_counts(leg, on)
    visit = Visit.objects.create(
        leg=leg,
        on=on,
        days=days,
        arrival_time=arrival_time,
        arrival_contact=arrival_contact,
        purpose=purpose,
        planned_by=by,
    )
    _rebook(leg, by)
    record(visit, "plan_visit", by=by, new=Visit.Status.PLANNED, acting_for=_for_giver(by, leg))
    notices.notify_of_visit(notices.people_who_may("confirm", leg.receiving_school), "visit_planned", visit)
    return visit


def _check_safeguarding(leg):
    leader = leg.commission.leader
    if leader and leader.safeguarding_confirmed_on is None:
        raise Refused(
            f"The home school has not confirmed the DBS and safeguarding checks of {leader.person} yet. "
            "No visit can be planned before that.",
            leg.commission.get_absolute_url(),
            "Back to the commission",
        )


def _rebook(leg, by):
    """The account first, then the leader's year, as at an agreement: two acts never wait for each other."""
    sync_hold(leg, override=(actor(by), AGREED_BEFORE))
    capacity.rebook(leg.commission)


@transaction.atomic
@requires(rules.can_move, of="visit")
def move(*, visit, by, on, arrival_time, reason):
    """Move a planned visit to another day: the old row stays as moved, a new one is planned."""
    leg = lock_leg(visit.leg)
    check_counts(leg, on)
    acting_for = _for_school(by, leg)
    status.move(visit, Visit.Status.MOVED, by=by, verb="move_visit", reason=reason, acting_for=acting_for)
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
    record(new, "plan_visit", by=by, new=Visit.Status.PLANNED, acting_for=acting_for)
    notices.notify_of_visit(both_sides(leg), "visit_moved", new, detail=reason)
    return new


@transaction.atomic
@requires(rules.can_cancel_visit, of="visit")
def cancel(*, visit, by, ends_as, reason):
    """A planned visit that will not take place, or did not: late_cancelled or no_show."""
    if ends_as not in (Visit.Status.LATE_CANCELLED, Visit.Status.NO_SHOW):
        raise ValueError(ends_as)
    leg = lock_leg(visit.leg)
    status.move(visit, ends_as, by=by, verb="cancel_visit", reason=reason, acting_for=_for_school(by, leg))
    _rebook(leg, by)
    notices.notify_of_visit(both_sides(leg), "visit_cancelled", visit, detail=reason)


@transaction.atomic
@requires(rules.can_log, of="visit")
def log(*, visit, by, days, note, next_steps=""):
    """The leader says what was done. Starts the commission at its first visit, and the clock of confirming."""
    leg = lock_leg(visit.leg)
    commission = leg.commission
    if visit.on > timezone.localdate():
        raise Refused(
            "This visit has not taken place yet. Log it on its day, or move it.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    check_quarters(leg, days)
    check_room(leg, days, Visit.Status.done(), besides=visit)
    check_counts(leg, visit.on, is_done=True)
    policy, shut = commission.support_request.alliance.policy(), commission.support_request.alliance.closed_days()
    status.move(
        visit,
        Visit.Status.LOGGED,
        by=by,
        verb="log_visit",
        acting_for=_for_giver(by, leg),
        days=days,
        note=note,
        next_steps=next_steps,
        logged_by=by,
        logged_at=timezone.now(),
        confirm_by=calendar.add_days(timezone.localdate(), policy.confirm_days, shut),
    )
    if commission.status == Commission.Status.AGREED:
        status.move(commission, Commission.Status.ACTIVE, by=by, verb="start")
    _rebook(leg, by)
    notices.notify_of_visit(notices.people_who_may("confirm", leg.receiving_school), "visit_logged", visit)


def _for_giver(by, leg):
    """The head for whom a delegate plans or logs peer to peer; nobody where the one who does the work does it."""
    is_the_person = leg.commission.leader_id is not None or leg.person_id == by.person_id
    return None if is_the_person else people.acting_for(by, "release", leg.giving_school)


def _for_school(by, leg):
    return people.acting_for(by, "confirm", leg.receiving_school)


def both_sides(leg):
    return {*notices.leader_of(leg.commission), *notices.people_who_may("confirm", leg.receiving_school)}
