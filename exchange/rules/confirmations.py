"""Rights on what was done: to confirm it, to dispute it, to settle that."""

from django.utils import timezone

from portal.rights import in_status, right
from staff import rules as people

from ..models import Visit
from .base import decides_for


@right(in_status(Visit.Status.LOGGED), "This visit has been confirmed or disputed already.")
def can_confirm(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


def _may_be_disputed(visit):
    in_time = visit.dispute_until is None or timezone.localdate() <= visit.dispute_until
    return visit.status == Visit.Status.LOGGED or (visit.status == Visit.Status.CONFIRMED and in_time)


@right(_may_be_disputed, "The time in which this visit could be disputed is over.")
def can_dispute(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


@right(in_status(Visit.Status.DISPUTED), "This dispute has been settled already.")
def can_settle(user, visit):
    leg = visit.leg
    return decides_for(user, leg.commission, leg.giving_school, leg.receiving_school)
