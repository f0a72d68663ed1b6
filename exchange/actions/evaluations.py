from django.db import transaction
from django.utils import timezone

from portal import status
from portal.errors import SomebodyFaster
from portal.rights import requires
from staff import rules as people

from .. import notices, rules
from ..models import Commission, Concern, Evaluation, OutcomeScore
from ..status import record
from .course import lock_request_of, update_request_status
from .offers import ending


@transaction.atomic
@requires(rules.can_evaluate, of="commission")
def evaluate(*, commission, by, side, evidence, rating, gained="", flagged=False, scores=None):
    """One side's evaluation; `scores` maps each outcome to its end score, 0 to 10.

    A low rating or a flag opens a concern. When both sides are in, the commission closes.
    """
    lock_request_of(commission)
    commission.refresh_from_db()
    if commission.status != Commission.Status.DELIVERED or commission.evaluations.filter(side=side).exists():
        raise SomebodyFaster(commission)
    evaluation = Evaluation.objects.create(
        commission=commission, by=by, side=side, rating=rating, flagged=flagged, evidence=evidence, gained=gained
    )
    OutcomeScore.objects.bulk_create(
        [OutcomeScore(evaluation=evaluation, outcome=outcome, score=score) for outcome, score in (scores or {}).items()]
    )
    school = commission.support_request.school if side == Evaluation.Side.RECEIVING else commission.home_school
    is_the_leader = side == Evaluation.Side.GIVING and commission.leader_id is not None
    record(
        commission, "evaluate", by=by, acting_for=None if is_the_leader else people.acting_for(by, "evaluate", school)
    )
    if evaluation.opens_a_concern:
        concern = Concern.objects.create(commission=commission, evaluation=evaluation)
        record(concern, "raise_concern", by=by)
        notices.notify_of_work(notices.coordinators_of(commission.support_request), "concern", commission)
    if commission.evaluations.count() == len(Evaluation.Side):
        _close(commission, by=by)
    return evaluation


@transaction.atomic
@requires(rules.can_close, of="commission")
def close_work(*, commission, by, reason):
    """The coordinator closes delivered work without waiting for both evaluations."""
    _close(commission, by=by, reason=reason)


def _close(commission, *, by, reason=""):
    support_request = lock_request_of(commission)
    status.move(commission, Commission.Status.CLOSED, by=by, verb="close_work", reason=reason, **ending(by, reason))
    update_request_status(support_request, by=by)


@transaction.atomic
@requires(rules.can_resolve, of="concern")
def resolve_concern(*, concern, by, resolution):
    claimed = Concern.objects.filter(pk=concern.pk, resolved_at=None).update(
        resolution=resolution, resolved_by=by, resolved_at=timezone.now()
    )
    if not claimed:
        raise SomebodyFaster(concern.commission)
    record(concern, "resolve_concern", by=by, reason=resolution)
