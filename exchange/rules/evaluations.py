"""Rights on evaluations and concerns."""

from portal.rights import in_status, right
from staff import rules as people

from ..models import Commission, Evaluation
from .base import coordinates_it, is_its_leader


def _sides_of(user, commission):
    """The sides a user may evaluate for."""
    gives = is_its_leader(user, commission) or (
        commission.leader_id is None and people.may(user, "evaluate", commission.home_school)
    )
    receives = people.may(user, "evaluate", commission.support_request.school)
    return [Evaluation.Side.RECEIVING] * receives + [Evaluation.Side.GIVING] * gives


def evaluation_side(user, commission):
    """The side a user evaluates for and has not evaluated yet, or None."""
    done = set(commission.evaluations.values_list("side", flat=True))
    return next((side for side in _sides_of(user, commission) if side not in done), None)


@right(
    in_status(Commission.Status.DELIVERED),
    "This work has been evaluated already, or is not delivered yet.",
    lambda user, commission: evaluation_side(user, commission) is not None,
)
def can_evaluate(user, commission):
    return bool(_sides_of(user, commission))


@right(in_status(Commission.Status.DELIVERED), "Only delivered work can be closed.")
def can_close(user, commission):
    return coordinates_it(user, commission)


@right(lambda concern: concern.resolved_at is None, "This concern has been resolved already.")
def can_resolve(user, concern):
    return coordinates_it(user, concern.commission)


def can_see_rating(user, commission):
    """What the receiving school says of a leader is for both heads and the coordinator, not for the leader."""
    if is_its_leader(user, commission) and not people.is_head(user, commission.home_school):
        return False
    return (
        coordinates_it(user, commission)
        or people.may(user, "evaluate", commission.support_request.school)
        or people.may(user, "evaluate", commission.home_school)
    )
