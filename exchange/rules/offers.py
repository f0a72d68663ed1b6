"""Rights on an offer, and on its limit."""

from portal.rights import right
from staff import rules as people

from .base import coordinates_it, is_its_leader


@right(lambda c: c.is_offered, "This offer has been answered, or has lapsed.")
def can_decline(user, commission):
    return (
        is_its_leader(user, commission)
        or people.may(user, "release", commission.home_school)
        or people.may(user, "agree", commission.support_request.school)
    )


@right(lambda c: c.is_offered, "This offer has been answered, or has lapsed.")
def can_take_back(user, commission):
    return coordinates_it(user, commission)
