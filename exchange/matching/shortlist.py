"""Leaders for a request, the likeliest first, and those who cannot be offered it, with the reasons."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from portal.units import Hundredths
from portal.words import days_long
from schools import calendar
from staff.models import SystemLeader

from ..models import Commission, SupportRequest
from .eligibility import Home, Judgement, Obstacle, judge, year_of

# What a page says of an obstacle. A leader without a bank in common is never named.
WORDS = {
    Obstacle.NOT_ACTIVE: "Not active: {status}",
    Obstacle.REVIEW_DUE: "The review was due on {leader.review_on:%-d %B %Y}",
    Obstacle.WORKS_THERE: "Works at {school}",
    Obstacle.SAME_HEAD: "One person heads both {school} and the home school",
    Obstacle.NOT_AVAILABLE: "Not open to new work",
    Obstacle.NO_DAYS_LEFT: "No days left in {year}",
    Obstacle.HAS_OPEN_OFFER: "Has an open offer for this request",
}


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


@dataclass(frozen=True)
class Candidate:
    """A judgement in words, with what became of earlier offers of the request to the leader."""

    judgement: Judgement
    answers: list[str]

    @property
    def leader(self) -> SystemLeader:
        return self.judgement.leader

    @property
    def homes(self) -> list[Home]:
        return self.judgement.releasing

    @property
    def home(self) -> Home:
        """The school to ask first."""
        return self.homes[0]

    @property
    def has_specialism(self) -> bool:
        return self.judgement.has_specialism

    @property
    def has_phase(self) -> bool:
        return self.judgement.has_phase

    @property
    def days_left(self) -> Hundredths:
        return self.judgement.days_left

    @property
    def obstacles(self) -> list[str]:
        facts = {
            "leader": self.leader,
            "status": self.leader.get_status_display().lower(),
            "school": self.judgement.support_request.school,
            "year": calendar.label(self.judgement.year),
        }
        return [WORDS[obstacle].format(**facts) for obstacle in self.judgement.obstacles]

    @property
    def reasons(self) -> list[str]:
        """The facts in words, those that count most first."""
        return [words for words in self._reasons() if words]

    def _reasons(self) -> Iterator[str]:
        judged, home = self.judgement, self.home
        yield "has the specialism" if judged.has_specialism else "another specialism"
        yield "" if judged.has_enough else "fewer days left than wanted"
        yield "knows the phase" if judged.has_phase else "another phase"
        yield self._checks()
        yield f"of {home.bank}, which trades with yours" if home.is_partner else ""
        yield "the school owes days" if home.owes else ""
        yield f"worked there {times(judged.times_before)} before" if judged.times_before else ""
        yield f"{days_long(judged.days_offered)} in open offers" if judged.days_offered else ""
        yield from self.answers

    def _checks(self) -> str:
        if not self.is_confirmed:
            return "checks not confirmed"
        return "checks to be renewed" if self.leader.checks_are_old else "checks confirmed"

    @property
    def is_confirmed(self) -> bool:
        return self.leader.safeguarding_confirmed_on is not None

    @property
    def rank(self) -> tuple[bool | int | str, ...]:
        """Who said no to this request comes last; a tie is broken by the next fact in the row."""
        judged, home = self.judgement, self.home
        return (
            bool(self.answers),
            not judged.has_specialism,
            not judged.has_enough,
            not judged.has_phase,
            not self.is_confirmed,
            home.is_partner,
            not home.owes,
            not judged.times_before,
            home.far,
            -judged.days_left,
            self.leader.person.name,
            self.leader.pk,
        )


@dataclass(frozen=True)
class Shortlist:
    candidates: list[Candidate]
    others: list[Candidate]
    year: int

    @property
    def with_specialism(self) -> list[Candidate]:
        return [row for row in self.candidates if row.has_specialism]

    @property
    def without_specialism(self) -> list[Candidate]:
        return [row for row in self.candidates if not row.has_specialism]

    def of(self, leader: SystemLeader) -> Candidate | None:
        """The leader's row, whether eligible or not; None for a leader of another alliance."""
        return next((row for row in (*self.candidates, *self.others) if row.leader == leader), None)


def shortlist(support_request: SupportRequest) -> Shortlist:
    """All leaders with a home post at a member school today, judged for a request.

    With them those of alliances that trade with this one, but only if nothing stands against them: why a
    leader cannot be asked is the own alliance's to know.
    The number of queries does not depend on the number of leaders or schools.
    """
    judged = judge([support_request])
    others = [row for row in judged if row.obstacles and row.is_own]
    return Shortlist(
        candidates=ranked(support_request, [row for row in judged if not row.obstacles]),
        others=[Candidate(row, []) for row in sorted(others, key=lambda row: row.leader.person.name)],
        year=year_of(support_request),
    )


def ranked(support_request: SupportRequest, judged: Iterable[Judgement]) -> list[Candidate]:
    """The leaders who can be offered a request, the likeliest first. One query."""
    answers = _answers(support_request)
    rows = [Candidate(row, answers.get(row.leader.pk, [])) for row in judged]
    return sorted(rows, key=lambda row: row.rank)


def _answers(support_request: SupportRequest) -> dict[int | None, list[str]]:
    """{leader id: why earlier offers of this request came to nothing}"""
    found = defaultdict(list)
    offers = support_request.commissions.filter(
        leader__isnull=False, status__in=[Commission.Status.DECLINED, Commission.Status.LAPSED]
    )
    for offer in offers.order_by("ended_at", "pk"):
        day = f"{timezone.localdate(offer.ended_at):%-d %B %Y}"
        what = (
            f"declined on {day}: {offer.why_ended}"
            if offer.status == Commission.Status.DECLINED
            else f"not answered by {day}"
        )
        found[offer.leader_id].append(f"an offer was {what}")
    return found
