"""What is to be said of a balance: where agreed work takes it and, out of the band, what would help."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from bank.models import Account
from portal.units import Hundredths
from portal.words import days_long
from schools import calendar
from schools.models import School, current
from staff.models import Post, SystemLeader

from ..accounting.projection import Projection, projections
from ..models import BandCrossing
from . import openings, subjects
from .openings import Opening

Side = BandCrossing.Side


HOSTING = "Hosting, or training for all, is credited in days too: the coordinator knows what is wanted."


@dataclass(frozen=True)
class Outlook:
    """A projection and the way out of its warning: what the leaders could serve, or what could be asked for."""

    projection: Projection
    is_member: bool = True
    has_leaders: bool = True
    openings: list[Opening] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """On which side of the band the balance lies, after “It is”."""
        policy = self.projection.policy
        if self.projection.owes:
            return f"below the alliance's band, which begins at {days_long(Hundredths(policy.band_low))}"
        return f"above the alliance's band, which ends at {days_long(Hundredths(policy.band_high))}"

    @property
    def advice(self) -> str:
        """What brings the balance back: on a page and in a mail, each with links of its own."""
        if self.projection.is_lifted:
            return "The work agreed for this year mends it: nothing more needs to be done."
        if self.projection.owes:
            return self._what_to_give()
        words = "Asking for support evens this out."
        return f"{words} Leaders nearby have days left for {', '.join(self.subjects)}." if self.subjects else words

    def _what_to_give(self) -> str:
        if self.openings:
            return "The school's leaders could help with:"
        if self.has_leaders:
            return f"No open request fits the school's leaders just now. {HOSTING}"
        return f"The school has no active system leader: its head can nominate one. {HOSTING}"


def of_account(account: Account | None) -> Outlook | None:
    """Of a school's account today; None where there is none."""
    return way_out(projections([account])[account.pk]) if account else None


def way_out(projection: Projection) -> Outlook:
    """Looked for only where there is something to warn of; a school that has left has no way but its settlement."""
    account = projection.account
    school = cast(School, account.school)  # only schools are projected
    if not account.alliance.has_member(school):
        return Outlook(projection, is_member=False)
    if projection.warned_side == Side.LOW:
        found = openings(account)
        has_leaders = bool(found) or school.pk in with_leaders([school.pk])
        return Outlook(projection, has_leaders=has_leaders, openings=found)
    return Outlook(projection, subjects=subjects(school) if projection.warned_side == Side.HIGH else [])


def in_short(found: Iterable[Projection]) -> list[tuple[Projection, str]]:
    """[(projection, what to ask the school)] of projections out of the band, for a coordinator."""
    led = with_leaders([projection.account.school_id for projection in found])
    return [(projection, _to_ask(projection, projection.account.school_id in led)) for projection in found]


def _to_ask(projection: Projection, has_leaders: bool) -> str:
    if projection.is_lifted:
        return "Agreed work mends it"
    if not projection.owes:
        return "Ask what support it would like"
    if has_leaders:
        return "Ask what its leaders could give"
    return "It has no active system leader: ask whom it could nominate"


def with_leaders(schools: Iterable[int | None]) -> set[int]:
    """Those of the schools (ids) at which a system leader works who may be asked today. One query."""
    posts = Post.objects.filter(current(calendar.today()), school__in=schools)
    return set(posts.filter(person__leader__in=SystemLeader.objects.active()).values_list("school", flat=True))
