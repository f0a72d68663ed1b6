from portal.claims import guarded, unclaimed
from staff import mail

from .. import actions, notices
from ..models import Commission

OFFERED = Commission.Status.OFFERED


def lapse(day):
    """Offer unanswered after 7 days: lapses and goes back to the coordinator."""
    rows = Commission.objects.filter(status=OFFERED, lapses_on__lte=day.today)
    for commission in rows.select_related("support_request__alliance").order_by("lapses_on", "pk"):
        with guarded(f"lapse {commission.pk}"):
            if not day.stands_still(commission.support_request.alliance):
                actions.offers.lapse(commission=commission)


def remind(day):
    """Offer unanswered after 3 days: a reminder to those who have not answered."""
    rows = unclaimed(Commission.objects.filter(status=OFFERED, lapses_on__gt=day.today), "offer")
    for commission in rows.with_parts():
        with guarded(f"offer {commission.pk}"):
            alliance = commission.support_request.alliance
            due = day.after(commission.offered_at, day.policy(alliance).offer_reminder_days, alliance)
            if due <= day.today and not day.stands_still(alliance):
                users, url = _silent(commission), commission.get_absolute_url()
                mail.remind("offer", commission, due, users, "offer_reminder", url, **notices.about(commission))


def _silent(commission):
    """Those whose yes or no is still awaited."""
    users = set()
    if commission.leader_id and commission.leader_yes_at is None:
        users |= set(notices.leader_of(commission))
    if commission.home_yes_at is None:
        users |= set(notices.people_who_may("release", commission.home_school))
    if commission.receiving_yes_at is None:
        users |= set(notices.people_who_may("agree", commission.support_request.school))
    return users
