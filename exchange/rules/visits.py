"""Rights on visits."""

from django.utils import timezone

from portal.rights import right
from staff import rules as people

from ..models import Commission, Visit
from .base import gives_on


def _may_be_planned(leg):
    commission = leg.commission
    return (
        commission.status in (Commission.Status.AGREED, Commission.Status.ACTIVE)
        and not commission.awaits_safeguarding
        and leg.left_to_plan > 0
    )


@right(
    _may_be_planned,
    "Visits can be planned only while the work is agreed or under way and days are left to plan, and once the home "
    "school has confirmed the leader's DBS and safeguarding checks. More days need a variation.",
)
def can_plan(user, leg):
    return gives_on(user, leg)


def _runs(visit):
    return visit.leg.commission.status in (Commission.Status.AGREED, Commission.Status.ACTIVE)


@right(
    lambda v: v.status == Visit.Status.PLANNED and _runs(v) and v.on <= timezone.localdate(),
    "This visit lies ahead, or has been logged, moved or cancelled already.",
)
def can_log(user, visit):
    return gives_on(user, visit.leg)


@right(
    lambda v: v.status == Visit.Status.PLANNED and _runs(v), "This visit has been logged, moved or cancelled already."
)
def can_move(user, visit):
    return gives_on(user, visit.leg) or people.may(user, "confirm", visit.leg.receiving_school)


can_cancel_visit = can_move
