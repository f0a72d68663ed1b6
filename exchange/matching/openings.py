"""What could mend a balance: requests that a school's own leaders could serve, and what it could ask for."""

from dataclasses import dataclass

from django.db.models import F

from staff.models import SystemLeader

from ..directory import leaders_of_alliances
from ..models import SupportRequest
from .shortlist import shortlist

NAMED = 3
LOOKED_AT = 10  # of the oldest requests or the nearest leaders: a page must not judge them all
Kind, R = SupportRequest.Kind, SupportRequest.Status


@dataclass(frozen=True)
class Opening:
    """An open request and a leader of the school who could serve it."""

    request: SupportRequest
    leader: SystemLeader


def openings(account):
    """Up to three open requests of the bank's alliance, those sent first, that the school's leaders could serve.

    Work that is peer to peer is left out: it comes back in days received.
    """
    leaders = SystemLeader.objects.active().of_school(account.school).filter(is_available=True)
    requests = (
        SupportRequest.objects.filter(
            alliance=account.alliance, status=R.OPEN, committed__lt=F("days"), specialism__leaders__in=leaders
        )
        .exclude(school=account.school)
        .exclude(kind=Kind.PEER)
        .select_related("specialism", "school", "alliance")
        .order_by("submitted_at", "pk")
        .distinct()[:LOOKED_AT]
    )
    found = []
    for request in requests:
        fit = [row.leader for row in shortlist(request, account.school).candidates if _fits(row, request, account)]
        found += [Opening(request, leader) for leader in fit[:1]]
        if len(found) == NAMED:
            break
    return found


def _fits(row, request, account):
    is_home = any(home.school == account.school for home in row.homes)
    return is_home and row.has_specialism and (row.has_enough or request.may_split)


def subjects(school):
    """Up to three specialisms that other schools' leaders with days left could support it in, the nearest first."""
    leaders = leaders_of_alliances(school).filter(is_own=False, is_available=True, days_left__gt=0)
    names = (specialism.name for leader in leaders[:LOOKED_AT] for specialism in leader.specialisms.all())
    return list(dict.fromkeys(names))[:NAMED]
