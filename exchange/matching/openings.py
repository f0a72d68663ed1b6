"""What could mend a balance: requests that a school's own leaders could serve, and what it could ask for."""

from dataclasses import dataclass
from itertools import groupby, islice
from typing import cast

from django.db.models import F, QuerySet

from bank.models import Account
from portal.units import Hundredths
from schools.models import School
from staff.models import SystemLeader

from ..models import SupportRequest
from .directory import leaders_of_alliances
from .eligibility import Judgement, in_reach, judge
from .shortlist import ranked

NAMED = 3
LOOKED_AT = 10  # of the nearest leaders: their subjects are only examples
Kind = SupportRequest.Kind


@dataclass(frozen=True)
class Opening:
    """An open request and a leader of the school who could serve it."""

    support_request: SupportRequest
    leader: SystemLeader


def openings(account: Account) -> list[Opening]:
    """Up to three open requests of the bank's alliance, those sent first, that the school's leaders could serve.

    Work that is peer to peer is left out: it comes back in days received. All requests are judged at once;
    only what was answered before is asked of each that is named.
    """
    leaders = in_reach([account.alliance_id]).of_school(cast(School, account.school))
    fit = [judged for judged in judge(_requests(account), leaders) if _fits(judged, account)]
    named = islice(groupby(fit, key=lambda judged: judged.support_request), NAMED)
    return [Opening(support_request, ranked(support_request, judged)[0].leader) for support_request, judged in named]


def _requests(account: Account) -> QuerySet[SupportRequest]:
    """The alliance's open requests that have days to give."""
    return (
        SupportRequest.objects.filter(
            alliance=account.alliance, status=SupportRequest.Status.OPEN, committed__lt=F("days")
        )
        .exclude(kind=Kind.PEER)
        .select_related("specialism", "school", "alliance")
        .order_by("submitted_at", "pk")
    )


def _fits(judged: Judgement, account: Account) -> bool:
    """Whether the leader can be offered the request, has the subject and the days, and the school could release."""
    is_home = any(home.school == account.school for home in judged.releasing)
    has_days = judged.has_enough or judged.support_request.may_split
    return not judged.obstacles and is_home and judged.has_specialism and has_days


def subjects(school: School) -> list[str]:
    """Up to three specialisms that other schools' leaders with days left could support it in, the nearest first."""
    leaders = leaders_of_alliances(school).filter(is_own=False, is_available=True, days_left__gt=Hundredths(0))
    names = (specialism.name for leader in leaders[:LOOKED_AT] for specialism in leader.specialisms.all())
    return list(dict.fromkeys(names))[:NAMED]
