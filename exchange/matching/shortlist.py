"""Leaders for a request, the likeliest first, and those who cannot be offered it, with the reasons."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q, Sum
from django.utils import timezone

from bank.models import Account
from portal.words import days_long
from schools import calendar
from schools.models import Alliance, Membership, School, current
from staff.models import Post, SystemLeader

from ..models import Commission, Evaluation, LeaderYear, Leg, Trade
from .distance import FAR, in_words
from .heads import schools_with_the_same_head


def times(number):
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


@dataclass(frozen=True)
class Home:
    """A school from which the leader could be released. `posted` is its balance, hundredths of a day.

    `partner` is the trading alliance whose member it is; None in the alliance that is asked.
    """

    school: School
    metres: int | None
    posted: int
    partner: Alliance | None = None

    @property
    def owes(self):
        return self.posted < 0

    @property
    def distance(self):
        return in_words(self.metres)

    @property
    def rank(self):
        return (self.partner is not None, not self.owes, self.far, self.school.name)

    @property
    def far(self):
        return FAR if self.metres is None else self.metres


@dataclass
class Candidate:
    """A leader and the facts that speak for or against. Days in hundredths of a day."""

    leader: SystemLeader
    homes: list[Home]
    has_specialism: bool
    has_phase: bool
    days_left: int
    days_wanted: int
    days_offered: int
    times_before: int  # finished work at the asking school that it did not rate low
    is_own: bool = True  # has a home school in the alliance that is asked
    answers: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    @property
    def home(self):
        """The school to ask first: one of the own alliance, then one that owes, then the nearest."""
        return min(self.homes, key=lambda home: home.rank)

    @property
    def reasons(self):
        """The facts in words, those that count most first."""
        return [words for words in self._reasons() if words]

    def _reasons(self):
        yield "has the specialism" if self.has_specialism else "another specialism"
        yield "" if self.has_enough else "fewer days left than wanted"
        yield "knows the phase" if self.has_phase else "another phase"
        yield self._checks()
        yield f"of {self.home.partner}, which trades with yours" if self.home.partner else ""
        yield "the school owes days" if self.home.owes else ""
        yield f"worked there {times(self.times_before)} before" if self.times_before else ""
        yield f"{days_long(self.days_offered)} in open offers" if self.days_offered else ""
        yield from self.answers

    def _checks(self):
        if not self.is_confirmed:
            return "checks not confirmed"
        return "checks to be renewed" if self.leader.checks_are_old else "checks confirmed"

    @property
    def has_enough(self):
        return self.days_left >= self.days_wanted

    @property
    def is_confirmed(self):
        return self.leader.safeguarding_confirmed_on is not None

    @property
    def rank(self):
        """Who said no to this request comes last; a tie is broken by the next fact in the row."""
        return (
            bool(self.answers),
            not self.has_specialism,
            not self.has_enough,
            not self.has_phase,
            not self.is_confirmed,
            self.home.partner is not None,
            not self.home.owes,
            not self.times_before,
            self.home.far,
            -self.days_left,
            self.leader.person.name,
            self.leader.pk,
        )


@dataclass(frozen=True)
class Shortlist:
    candidates: list[Candidate]
    others: list[Candidate]
    year: int

    @property
    def with_specialism(self):
        return [row for row in self.candidates if row.has_specialism]

    @property
    def without_specialism(self):
        return [row for row in self.candidates if not row.has_specialism]

    def of(self, leader):
        """The leader's row, whether eligible or not; None for a leader of another alliance."""
        return next((row for row in (*self.candidates, *self.others) if row.leader == leader), None)


def shortlist(request, school=None):
    """All leaders with a home post at a member school today, or at one of them, judged for a request.

    With them those of alliances that trade with this one, but only if nothing stands against them: why a
    leader cannot be asked is the own alliance's to know.
    The number of queries does not depend on the number of leaders or schools.
    """
    today, year = timezone.localdate(), calendar.year_of(request.starts_on or timezone.localdate())
    leaders = _leaders(request.alliance, today)
    leaders = list(leaders.of_school(school, today) if school else leaders)
    facts = _Facts(request, leaders, today, year)
    rows = [_judge(request, leader, facts) for leader in leaders]
    return Shortlist(
        candidates=sorted((row for row in rows if not row.obstacles), key=lambda row: row.rank),
        others=sorted((row for row in rows if row.obstacles and row.is_own), key=lambda row: row.leader.person.name),
        year=year,
    )


def _leaders(alliance, today):
    posts = Post.objects.filter(current(today)).select_related("school")
    members = Membership.objects.filter(current(today), alliance__in=banks(alliance))
    return (
        SystemLeader.objects.filter(
            current(today, "person__posts__"), person__posts__school__in=members.values("school")
        )
        .distinct()
        .exclude(status=SystemLeader.Status.ENDED)
        .select_related("person", "type")
        .prefetch_related("specialisms", "phases", Prefetch("person__posts", posts, to_attr="current_posts"))
    )


def banks(alliance):
    """The alliance and those that trade with it."""
    return Alliance.objects.filter(Q(pk=alliance.pk) | Q(pk__in=Trade.objects.partners_of(alliance)))


class _Facts:
    """Everything that is looked up once for all leaders."""

    def __init__(self, request, leaders, today, year):
        alliance = request.alliance
        self.year = calendar.label(year)
        homes = {post.school_id for leader in leaders for post in leader.person.current_posts}
        self.members = _members(alliance, homes, today)
        self.same_head = schools_with_the_same_head(request.school)
        accounts = Account.objects.filter(alliance__in=banks(alliance), school__in=homes)
        self.posted = {(row.alliance_id, row.school_id): row.posted for row in accounts}
        self.left = {row.leader_id: row.left for row in LeaderYear.objects.filter(year=year, leader__in=leaders)}
        offered = Leg.objects.filter(commission__status=Commission.Status.OFFERED, commission__leader__in=leaders)
        self.offered = dict(offered.values_list("commission__leader").annotate(Sum("days")).order_by())
        rated_low = Evaluation.objects.filter(
            commission=OuterRef("pk"), side=Evaluation.Side.RECEIVING, rating__lte=Evaluation.LOW
        )
        before = Commission.objects.filter(
            ~Exists(rated_low),
            request__alliance=alliance,
            request__school=request.school,
            status__in=[Commission.Status.DELIVERED, Commission.Status.CLOSED],
        )
        self.before = Counter(before.exclude(leader=None).values_list("leader", flat=True).order_by())
        self.open = set(request.commissions.filter(status=Commission.Status.OFFERED).values_list("leader", flat=True))
        self.answers = _answers(request)


def _members(alliance, homes, today):
    """{school id: the bank it stands in}, the own alliance's where it is a member of both."""
    rows = Membership.objects.filter(current(today), alliance__in=banks(alliance), school__in=homes)
    rows = sorted(rows.select_related("alliance"), key=lambda row: (row.alliance != alliance, row.alliance.name))
    return {row.school_id: row.alliance for row in reversed(rows)}


def _answers(request):
    """{leader id: why earlier offers of this request came to nothing}"""
    found = defaultdict(list)
    offers = request.commissions.filter(
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


def _judge(request, leader, facts):
    schools = {post.school_id: post.school for post in leader.person.current_posts}
    homes = [
        _home(request, school, facts)
        for pk, school in schools.items()
        if pk in facts.members and pk != request.school_id
    ]
    phases = {row.phase for row in leader.phases.all()} or {home.school.phase for home in homes}
    row = Candidate(
        leader=leader,
        homes=sorted((home for home in homes if home.school.pk not in facts.same_head), key=lambda home: home.rank),
        has_specialism=request.specialism_id in {specialism.pk for specialism in leader.specialisms.all()},
        has_phase=request.phase in phases,
        days_left=facts.left.get(leader.pk, leader.allowance),
        days_wanted=request.days_wanted,
        days_offered=facts.offered.get(leader.pk, 0),
        times_before=facts.before[leader.pk],
        answers=facts.answers.get(leader.pk, []),
        is_own=any(facts.members.get(pk) == request.alliance for pk in schools),
    )
    row.obstacles = list(_obstacles(request, row, schools, facts))
    return row


def _home(request, school, facts):
    bank = facts.members[school.pk]
    partner = None if bank == request.alliance else bank
    return Home(school, school.metres_to(request.school), facts.posted.get((bank.pk, school.pk), 0), partner)


def _obstacles(request, row, schools, facts):
    leader = row.leader
    if leader.status != SystemLeader.Status.ACTIVE:
        yield f"Not active: {leader.get_status_display().lower()}"
    elif not leader.is_fit:
        yield f"The review was due on {leader.review_on:%-d %B %Y}"
    if request.school_id in schools:
        yield f"Works at {request.school}"
    elif not row.homes:
        yield f"One person heads both {request.school} and the home school"
    if not leader.is_available:
        yield "Not open to new work"
    if row.days_left <= 0:
        yield f"No days left in {facts.year}"
    if leader.pk in facts.open:
        yield "Has an open offer for this request"
