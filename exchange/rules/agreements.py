"""Rights to the three yeses of an offer."""

from portal.rights import right
from staff import rules as people

from ..accounting.limit import stopped_by_limit
from ..models import Leg
from .base import decides_for, is_its_leader


@right(lambda c: c.is_offered and c.leader_yes_at is None, "This offer has been answered, or has lapsed.")
def can_accept(user, commission):
    return is_its_leader(user, commission)


@right(lambda c: c.is_offered and c.home_yes_at is None, "This offer has been answered, or has lapsed.")
def can_release(user, commission):
    return people.may(user, "release", commission.home_school)


@right(lambda c: c.is_offered and c.receiving_yes_at is None, "This offer has been answered, or has lapsed.")
def can_agree(user, commission):
    return people.may(user, "agree", commission.support_request.school)


def _limit_is_in_the_way(commission):
    if not (commission.is_offered or commission.is_running):
        return False
    legs = Leg.objects.filter(commission=commission)
    return stopped_by_limit(legs, commission.support_request.alliance.policy().limit).exists()


@right(_limit_is_in_the_way, "The limit is not in the way of an open offer or a proposed change.")
def can_override(user, commission):
    legs = commission.legs.all()
    return decides_for(user, commission, *[leg.receiving_school for leg in legs])
