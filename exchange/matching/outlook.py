"""What is to be said of a balance: where agreed work takes it and, out of the band, what would help."""

from dataclasses import dataclass, field

from schools import calendar
from schools.models import current
from staff.models import Post, SystemLeader

from ..accounting.projection import Projection, projections
from ..models import BandCrossing
from . import openings, subjects

Side = BandCrossing.Side


@dataclass(frozen=True)
class Outlook:
    """A projection and the way out of its warning: what the leaders could serve, or what could be asked for."""

    projection: Projection
    is_member: bool = True
    has_leaders: bool = True
    openings: list = field(default_factory=list)
    subjects: list = field(default_factory=list)


def of_account(account):
    """Of a school's account today; None where there is none."""
    return account and way_out(projections([account])[account.pk])


def way_out(projection):
    """Looked for only where there is something to warn of; a school that has left has no way but its settlement."""
    account = projection.account
    if not account.alliance.has_member(account.school):
        return Outlook(projection, is_member=False)
    if projection.warned_side == Side.LOW:
        found = openings(account)
        has_leaders = bool(found) or account.school_id in with_leaders([account.school_id])
        return Outlook(projection, has_leaders=has_leaders, openings=found)
    return Outlook(projection, subjects=subjects(account.school) if projection.warned_side == Side.HIGH else [])


def with_leaders(schools):
    """Those of the schools (ids) at which a system leader works who may be asked today. One query."""
    posts = Post.objects.filter(current(calendar.today()), school__in=schools)
    return set(posts.filter(person__leader__in=SystemLeader.objects.active()).values_list("school", flat=True))
