from portal.claims import guarded, unclaimed
from staff import mail

from .. import notices
from ..models import Commission, Evaluation

FIRST, AGAIN = "evaluation", "evaluation_again"


def remind(day):
    """Evaluation due 10 days after delivery, and again a week later: each side that is missing.

    The second is looked at first, and ends the matter: after a long time off one mail goes, not two.
    """
    delivered = unclaimed(Commission.objects.filter(status=Commission.Status.DELIVERED), AGAIN)
    for kind in (AGAIN, FIRST):
        for commission in unclaimed(delivered, kind).with_parts():
            with guarded(f"{kind} {commission.pk}"):
                due = _due(commission, kind, day)
                if due <= day.today and not day.stands_still(commission.support_request.alliance):
                    users, url = _missing(commission), commission.get_absolute_url()
                    mail.remind(kind, commission, due, users, "evaluation_due", url, **notices.about(commission))


def _due(commission, kind, day):
    alliance = commission.support_request.alliance
    policy = day.policy(alliance)
    days = policy.evaluation_days + (policy.evaluation_again_days if kind == AGAIN else 0)
    return day.after(commission.delivered_at, days, alliance)


def _missing(commission):
    """Those who may evaluate for a side that has not."""
    done = set(commission.evaluations.values_list("side", flat=True))
    users = set()
    if Evaluation.Side.RECEIVING not in done:
        users |= set(notices.people_who_may("evaluate", commission.support_request.school))
    if Evaluation.Side.GIVING not in done and commission.leader_id:
        users |= set(notices.leader_of(commission))
    elif Evaluation.Side.GIVING not in done:
        users |= set(notices.people_who_may("evaluate", commission.home_school))
    return users
