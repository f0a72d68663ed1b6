"""What could mend a balance: requests that a school's own leaders could serve, and what it could ask for."""

from dataclasses import dataclass

from django.db.models import F

from schools import calendar
from staff.models import SystemLeader

from ..directory import leaders_of_alliances
from ..models import LeaderYear, SupportRequest
from .shortlist import shortlist

NAMED = 3
LOOKED_AT = 10  # of the nearest leaders: their subjects are only examples
Kind, R = SupportRequest.Kind, SupportRequest.Status


@dataclass(frozen=True)
class Opening:
    """An open request and a leader of the school who could serve it."""

    request: SupportRequest
    leader: SystemLeader


def openings(account):
    """Up to three open requests of the bank's alliance, those sent first, that the school's leaders could serve.

    Work that is peer to peer is left out: it comes back in days received. Days are looked at before the
    shortlist, which asks much more: where leaders are booked out, a page must not judge every request.
    """
    leaders = SystemLeader.objects.active().of_school(account.school).filter(is_available=True)
    has_days = _days_check(leaders)
    requests = (
        SupportRequest.objects.filter(
            alliance=account.alliance, status=R.OPEN, committed__lt=F("days"), specialism__leaders__in=leaders
        )
        .exclude(school=account.school)
        .exclude(kind=Kind.PEER)
        .select_related("specialism", "school", "alliance")
        .order_by("submitted_at", "pk")
        .distinct()
    )
    found = []
    for request in filter(has_days, requests):
        fit = [row.leader for row in shortlist(request, account.school).candidates if _fits(row, request, account)]
        found += [Opening(request, leader) for leader in fit[:1]]
        if len(found) == NAMED:
            break
    return found


def _days_check(leaders):
    """A function of a request that says whether one of the leaders for its specialism has days for it."""
    left = {(row.leader_id, row.year): row.left for row in LeaderYear.objects.filter(leader__in=leaders)}
    leaders = list(leaders.prefetch_related("specialisms"))

    def has_days(request):
        year = calendar.year_of(request.starts_on or calendar.today())
        least = 1 if request.may_split else request.days_wanted
        able = (leader for leader in leaders if request.specialism in leader.specialisms.all())
        return any(left.get((leader.pk, year), leader.allowance) >= least for leader in able)

    return has_days


def _fits(row, request, account):
    is_home = any(home.school == account.school for home in row.homes)
    return is_home and row.has_specialism and (row.has_enough or request.may_split)


def subjects(school):
    """Up to three specialisms that other schools' leaders with days left could support it in, the nearest first."""
    leaders = leaders_of_alliances(school).filter(is_own=False, is_available=True, days_left__gt=0)
    names = (specialism.name for leader in leaders[:LOOKED_AT] for specialism in leader.specialisms.all())
    return list(dict.fromkeys(names))[:NAMED]
