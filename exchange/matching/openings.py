"""What could mend a balance: requests that a school's own leaders could serve, and what it could ask for."""

from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.utils import timezone

from schools import calendar
from schools.models import Membership, current
from staff.models import Post, SystemLeader

from ..models import Commission, LeaderYear, SupportRequest
from .directory import leaders_of_alliances
from .heads import schools_with_the_same_head
from .shortlist import banks, shortlist

NAMED = 3
LOOKED_AT = 10  # of the nearest leaders: their subjects are only examples
Kind = SupportRequest.Kind


@dataclass(frozen=True)
class Opening:
    """An open request and a leader of the school who could serve it."""

    request: SupportRequest
    leader: SystemLeader


def openings(account):
    """Up to three open requests of the bank's alliance, those sent first, that the school's leaders could serve.

    Work that is peer to peer is left out: it comes back in days received. What can stand against a leader is
    looked up once for all requests: a shortlist asks much more, so it is made of those alone that one could serve.
    """
    leaders = _leaders(account)
    found = []
    for request in filter(_check_of(leaders), _requests(account, leaders)):
        fit = [row.leader for row in shortlist(request, account.school).candidates if _fits(row, request, account)]
        found += [Opening(request, leader) for leader in fit[:1]]
        if len(found) == NAMED:
            break
    return found


def _leaders(account):
    """The school's leaders who can be offered work at all; none of a school that is no member of a bank concerned."""
    today = timezone.localdate()
    if not Membership.objects.filter(
        current(today), alliance__in=banks(account.alliance), school=account.school
    ).exists():
        return []
    posts = Prefetch("person__posts", Post.objects.filter(current(today)), to_attr="current_posts")
    leaders = SystemLeader.objects.active(today).of_school(account.school, today).filter(is_available=True)
    return list(leaders.select_related("person").prefetch_related("specialisms", posts))


def _requests(account, leaders):
    """The alliance's open requests that have days to give and a specialism of one of the leaders."""
    out_of_reach = [account.school_id, *schools_with_the_same_head(account.school)]
    return (
        SupportRequest.objects.filter(
            alliance=account.alliance,
            status=SupportRequest.Status.OPEN,
            committed__lt=F("days"),
            specialism__leaders__in=leaders,
        )
        .exclude(school__in=out_of_reach)
        .exclude(kind=Kind.PEER)
        .select_related("specialism", "school", "alliance")
        .order_by("submitted_at", "pk")
        .distinct()
    )


def _check_of(leaders):
    """A function of a request that says whether one of the leaders could be offered it, as the shortlist judges."""
    left = {(row.leader_id, row.year): row.left for row in LeaderYear.objects.filter(leader__in=leaders)}
    offers = Commission.objects.filter(status=Commission.Status.OFFERED, leader__in=leaders)
    offered = set(offers.values_list("leader", "request").order_by())

    def could_serve(request):
        year = calendar.year_of(request.starts_on or calendar.today())
        least = 1 if request.may_split else request.days_wanted
        return any(
            request.specialism in leader.specialisms.all()
            and left.get((leader.pk, year), leader.allowance) >= least
            and (leader.pk, request.pk) not in offered
            and request.school_id not in {post.school_id for post in leader.person.current_posts}
            for leader in leaders
        )

    return could_serve


def _fits(row, request, account):
    is_home = any(home.school == account.school for home in row.homes)
    return is_home and row.has_specialism and (row.has_enough or request.may_split)


def subjects(school):
    """Up to three specialisms that other schools' leaders with days left could support it in, the nearest first."""
    leaders = leaders_of_alliances(school).filter(is_own=False, is_available=True, days_left__gt=0)
    names = (specialism.name for leader in leaders[:LOOKED_AT] for specialism in leader.specialisms.all())
    return list(dict.fromkeys(names))[:NAMED]
