"""Rights on agreed work: its visits, variations, pauses and ends."""

from django.utils import timezone

from staff import rules as people

from ..models import Commission, Variation, Visit
from .base import coordinates_it, decides_for, gives_on, in_status, is_its_leader, right

C, V = Commission.Status, Visit.Status


def _may_be_planned(leg):
    commission = leg.commission
    return commission.status in (C.AGREED, C.ACTIVE) and not commission.awaits_safeguarding and leg.left_to_plan > 0


@right(
    _may_be_planned,
    "Visits can be planned only while the work is agreed or under way and days are left to plan, and once the home "
    "school has confirmed the leader's DBS and safeguarding checks. More days need a variation.",
)
def can_plan(user, leg):
    return gives_on(user, leg)


def _runs(visit):
    return visit.leg.commission.status in (C.AGREED, C.ACTIVE)


@right(
    lambda v: v.status == V.PLANNED and _runs(v) and v.on <= timezone.localdate(),
    "This visit lies ahead, or has been logged, moved or cancelled already.",
)
def can_log(user, visit):
    return gives_on(user, visit.leg)


@right(lambda v: v.status == V.PLANNED and _runs(v), "This visit has been logged, moved or cancelled already.")
def can_move(user, visit):
    return gives_on(user, visit.leg) or people.may(user, "confirm", visit.leg.receiving_school)


can_cancel_visit = can_move


@right(in_status(V.LOGGED), "This visit has been confirmed or disputed already.")
def can_confirm(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


def _may_be_disputed(visit):
    in_time = visit.dispute_until is None or timezone.localdate() <= visit.dispute_until
    return visit.status == V.LOGGED or (visit.status == V.CONFIRMED and in_time)


@right(_may_be_disputed, "The time in which this visit could be disputed is over.")
def can_dispute(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


@right(in_status(V.DISPUTED), "This dispute has been settled already.")
def can_settle(user, visit):
    leg = visit.leg
    return decides_for(user, leg.commission, leg.giving_school, leg.receiving_school)


def _may_be_varied(leg):
    return leg.commission.is_running and not leg.variations.filter(status=Variation.Status.PROPOSED).exists()


@right(_may_be_varied, "Days and dates can be varied while the work is running, one change at a time.")
def can_vary(user, leg):
    return (
        gives_on(user, leg)
        or people.may(user, "release", leg.giving_school)
        or people.may(user, "agree", leg.receiving_school)
    )


def _yes_is_missing(user, variation):
    leg = variation.leg
    return (variation.home_yes_at is None and people.may(user, "release", leg.giving_school)) or (
        variation.receiving_yes_at is None and people.may(user, "agree", leg.receiving_school)
    )


@right(
    in_status(Variation.Status.PROPOSED), "You or somebody else has answered this proposal already.", _yes_is_missing
)
def can_answer_variation(user, variation):
    leg = variation.leg
    return people.may(user, "release", leg.giving_school) or people.may(user, "agree", leg.receiving_school)


def _takes_part(user, commission):
    return (
        is_its_leader(user, commission)
        or people.may(user, "release", commission.home_school)
        or people.may(user, "agree", commission.request.school)
        or coordinates_it(user, commission)
    )


@right(in_status(C.AGREED, C.ACTIVE), "Only agreed work or work under way can be paused.")
def can_pause(user, commission):
    return _takes_part(user, commission)


@right(in_status(C.PAUSED), "This work is not paused.")
def can_resume(user, commission):
    return _takes_part(user, commission)


def _has_visits(commission):
    return Visit.objects.filter(leg__commission=commission, status__in=V.done()).exists()


@right(lambda c: c.status in (C.AGREED, C.PAUSED) and not _has_visits(c), "A visit has taken place: stop the work.")
def can_cancel(user, commission):
    return _takes_part(user, commission)


@right(lambda c: c.status in (C.ACTIVE, C.PAUSED) and _has_visits(c), "This work is not under way.")
def can_stop(user, commission):
    return _takes_part(user, commission)


@right(in_status(C.ACTIVE), "This work is not under way.")
def can_finish(user, commission):
    return any(gives_on(user, leg) for leg in commission.legs.all())


@right(lambda c: c.is_diagnostic and c.status in (C.ACTIVE, C.DELIVERED), "There is no diagnostic to report on.")
def can_report_findings(user, commission):
    return is_its_leader(user, commission)
