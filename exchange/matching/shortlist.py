"""Leaders for a request, the likeliest first, and those who cannot be offered it, with the reasons."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Sum
from django.utils import timezone

from schools import calendar
from schools.models import School, current
from schools.templatetags.portal import days_long
from staff.models import Post, SystemLeader

from ..models import Account, Commission, Evaluation, Event, LeaderYear, Leg
from .distance import FAR, in_words
from .heads import schools_with_the_same_head

C = Commission.Status


def times(number):
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


@dataclass(frozen=True)
class Home:
    """A school from which the leader could be released. `posted` is its balance, hundredths of a day."""

    school: School
    metres: int | None
    posted: int

    @property
    def owes(self):
        return self.posted < 0

    @property
    def distance(self):
        return in_words(self.metres)

    @property
    def rank(self):
        return (not self.owes, FAR if self.metres is None else self.metres, self.school.name)


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
    answers: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    @property
    def home(self):
        """The school to ask first: one that owes, then the nearest."""
        return min(self.homes, key=lambda home: home.rank)

    @property
    def reasons(self):
        """The facts in words, those that count most first."""
        return [words for words in self._reasons() if words]

    def _reasons(self):
        yield "has the specialism" if self.has_specialism else "another specialism"
        yield "" if self.has_enough else "fewer days left than wanted"
        yield "knows the phase" if self.has_phase else "another phase"
        yield "checks confirmed" if self.is_confirmed else "checks not confirmed"
        yield "the school owes days" if self.home.owes else ""
        yield f"worked there {times(self.times_before)} before" if self.times_before else ""
        yield f"{days_long(self.days_offered)} in open offers" if self.days_offered else ""
        yield from self.answers

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
            not self.home.owes,
            not self.times_before,
            self.home.rank[1],
            -self.days_left,
            self.leader.person.name,
            self.leader.pk,
        )


@dataclass(frozen=True)
class Shortlist:
    candidates: list[Candidate]
    others: list[Candidate]
    year: int

    def of(self, leader):
        """The leader's row, whether eligible or not; None for a leader of another alliance."""
        return next((row for row in (*self.candidates, *self.others) if row.leader == leader), None)


def shortlist(request):
    """All leaders with a home post at a member school today, judged for a request.

    The number of queries does not depend on the number of leaders or schools.
    """
    today, year = timezone.localdate(), calendar.year_of(request.starts_on or timezone.localdate())
    leaders = list(_leaders(request.alliance, today))
    facts = _Facts(request, leaders, today, year)
    rows = [_judge(request, leader, facts) for leader in leaders]
    return Shortlist(
        candidates=sorted((row for row in rows if not row.obstacles), key=lambda row: row.rank),
        others=sorted((row for row in rows if row.obstacles), key=lambda row: row.leader.person.name),
        year=year,
    )


def _leaders(alliance, today):
    posts = Post.objects.filter(current(today)).select_related("school")
    return (
        SystemLeader.objects.of_alliance(alliance, today)
        .exclude(status=SystemLeader.Status.ENDED)
        .select_related("person", "type")
        .prefetch_related("specialisms", "phases", Prefetch("person__posts", posts, to_attr="current_posts"))
    )


class _Facts:
    """Everything that is looked up once for all leaders."""

    def __init__(self, request, leaders, today, year):
        alliance = request.alliance
        self.year = calendar.label(year)
        self.members = set(alliance.members(today).values_list("pk", flat=True))
        self.same_head = schools_with_the_same_head(request.school)
        accounts = Account.objects.filter(alliance=alliance, kind=Account.Kind.SCHOOL)
        self.posted = dict(accounts.values_list("school", "posted"))
        self.left = {row.leader_id: row.left for row in LeaderYear.objects.filter(year=year, leader__in=leaders)}
        offered = Leg.objects.filter(commission__status=C.OFFERED, commission__leader__in=leaders)
        self.offered = dict(offered.values_list("commission__leader").annotate(Sum("days")).order_by())
        rated_low = Evaluation.objects.filter(
            commission=OuterRef("pk"), side=Evaluation.Side.RECEIVING, rating__lte=Evaluation.LOW
        )
        before = Commission.objects.filter(
            ~Exists(rated_low),
            request__alliance=alliance,
            request__school=request.school,
            status__in=[C.DELIVERED, C.CLOSED],
        )
        self.before = Counter(before.exclude(leader=None).values_list("leader", flat=True).order_by())
        self.open = set(request.commissions.filter(status=C.OFFERED).values_list("leader", flat=True))
        self.answers = _answers(request)


def _answers(request):
    """{leader id: why earlier offers of this request came to nothing}"""
    found = defaultdict(list)
    events = Event.objects.filter(
        request=request, commission__leader__isnull=False, new__in=[C.DECLINED, C.LAPSED]
    ).select_related("commission")
    for event in events.order_by("at", "pk"):
        day = f"{timezone.localdate(event.at):%-d %B %Y}"
        what = f"declined on {day}: {event.reason}" if event.new == C.DECLINED else f"not answered by {day}"
        found[event.commission.leader_id].append(f"an offer was {what}")
    return found


def _judge(request, leader, facts):
    schools = {post.school_id: post.school for post in leader.person.current_posts}
    homes = [
        Home(school, school.metres_to(request.school), facts.posted.get(pk, 0))
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
    )
    row.obstacles = list(_obstacles(request, row, schools, facts))
    return row


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
