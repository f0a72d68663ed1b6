"""Where a commission can stand before a verb of the work, brought there by the real actions."""

from datetime import date, timedelta

from bank import posting
from exchange import actions
from exchange.models import Commission, Evaluation, Leg
from tests.exchange.cases import TODAY, a_logged_visit, a_request, a_visit, an_agreement, an_offer


def widen(commission, *, before=30, after=60):
    """Let the work run from so many days ago to so many days ahead."""
    dates = {"starts_on": TODAY() - timedelta(days=before), "ends_on": TODAY() + timedelta(days=after)}
    Commission.objects.filter(pk=commission.pk).update(**dates)
    commission.refresh_from_db()
    return commission


def offered(cast):
    return an_offer(cast)


def over_limit(cast):
    """An offer of more days than the school can take before its limit."""
    account = posting.school_account(cast.alliance, cast.asking)
    room = account.posted - account.held - cast.alliance.policy().limit
    return an_offer(cast, days=(room // 25 + 1) * 25)


def agreed(cast):
    return widen(an_agreement(cast))


def agreed_leg(cast):
    return Leg.objects.get(commission=agreed(cast))


def planned(cast):
    return a_visit(cast, agreed(cast))


def logged(cast):
    return a_logged_visit(cast, agreed(cast))


def active(cast):
    return logged(cast).leg.commission


def paused(cast):
    commission = agreed(cast)
    actions.work.pause(commission=commission, by=cast.head, reason="Inspection")
    return commission


def delivered(cast):
    commission = Commission.objects.get(pk=active(cast).pk)
    actions.work.finish(commission=commission, by=cast.lead, reason="It was enough")
    return commission


def proposed(cast):
    commission = agreed(cast)
    return actions.work.propose_variation(
        leg=commission.leg, by=cast.lead, days=600, reason="More to do",
        starts_on=commission.starts_on, ends_on=commission.ends_on,
    )  # fmt: skip


def diagnostic(cast):
    commission = widen(an_agreement(cast, an_offer(cast, a_request(cast, days=500, kind="diagnostic"))))
    a_logged_visit(cast, commission)
    return Commission.objects.get(pk=commission.pk)


def evaluated_by_school(cast, *, rating=5):
    commission = delivered(cast)
    actions.evaluations.evaluate(
        commission=commission, by=cast.head, side=Evaluation.Side.RECEIVING, evidence="Books", rating=rating,
        scores={commission.support_request.outcomes.get(): 7},
    )  # fmt: skip
    return commission


LONG_BEFORE = date(2021, 1, 11)
