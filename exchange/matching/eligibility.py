"""Who may be offered which request, and the facts that speak for it: for many at once, in codes and without words.

The shortlist, the offer's action and the way out of a balance ask here, and each puts the codes in its own sentences.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from bank.models import Account
from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, Membership, School, current
from staff.models import Post, SystemLeader
from staff.models.leaders import LeaderQuerySet

from ..models import Commission, Evaluation, LeaderYear, SupportRequest, Trade
from .distance import FAR, in_words
from .heads import schools_under_the_same_heads


class Obstacle(Enum):
    """What stands between a request and a leader."""

    NOT_ACTIVE = auto()
    REVIEW_DUE = auto()
    WORKS_THERE = auto()  # at the asking school
    NO_BANK = auto()  # no home school in the alliance that is asked, or in one that trades with it
    SAME_HEAD = auto()  # one person heads the asking school and the home school
    NOT_AVAILABLE = auto()
    NO_DAYS_LEFT = auto()
    HAS_OPEN_OFFER = auto()  # for this request


# The action refuses an offer for these. The others only advise, and the pages do not propose the leader: availability
# is the leader's own word and may change before the yes, the days are counted when the work is agreed, and days that
# may be split can be offered to one leader in two parts.
FORBIDS_OFFER = frozenset(
    {Obstacle.NOT_ACTIVE, Obstacle.REVIEW_DUE, Obstacle.WORKS_THERE, Obstacle.NO_BANK, Obstacle.SAME_HEAD}
)

# The action refuses the leader's yes, and the last yes, for these. A leader who has moved since the offer is still
# released by the home school that it names; heads are asked of any two schools, because peers have no leader.
FORBIDS_YES = frozenset({Obstacle.NOT_ACTIVE, Obstacle.REVIEW_DUE})


@dataclass(frozen=True)
class Home:
    """A home school, and the alliance in whose bank it would earn. `posted` is its balance, hundredths of a day."""

    school: School
    bank: Alliance
    is_partner: bool  # the bank is of an alliance that trades with the one that is asked
    has_same_head: bool  # as the asking school
    metres: int | None
    posted: Hundredths

    @property
    def owes(self) -> bool:
        return self.posted < 0

    @property
    def distance(self) -> str:
        return in_words(self.metres)

    @property
    def far(self) -> int:
        return FAR if self.metres is None else self.metres

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """One of the own alliance is asked first, then one that owes, then the nearest."""
        return (self.is_partner, not self.owes, self.far, self.school.name)


@dataclass(frozen=True)
class Judgement:
    """A request and a leader: what stands between them, and what speaks for them. Days in hundredths of a day."""

    support_request: SupportRequest
    leader: SystemLeader
    year: int  # the academic year of the work
    homes: tuple[Home, ...]  # with a bank, other than the asking school; the first to ask first
    is_own: bool  # has a home school in the alliance that is asked
    works_there: bool  # at the asking school
    has_open_offer: bool  # for this request
    has_specialism: bool
    has_phase: bool
    days_left: Hundredths
    days_offered: Hundredths
    times_before: int  # finished work at the asking school that it did not rate low

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        return tuple(self._obstacles())

    def _obstacles(self) -> Iterator[Obstacle]:
        if self.leader.status != SystemLeader.Status.ACTIVE:
            yield Obstacle.NOT_ACTIVE
        elif not self.leader.is_fit:
            yield Obstacle.REVIEW_DUE
        if self.works_there:
            yield Obstacle.WORKS_THERE
        elif not self.homes:
            yield Obstacle.NO_BANK
        elif not self.releasing:
            yield Obstacle.SAME_HEAD
        if not self.leader.is_available:
            yield Obstacle.NOT_AVAILABLE
        if self.days_left <= 0:
            yield Obstacle.NO_DAYS_LEFT
        if self.has_open_offer:
            yield Obstacle.HAS_OPEN_OFFER

    @property
    def releasing(self) -> list[Home]:
        """The home schools that could release the leader for this request."""
        return [home for home in self.homes if not home.has_same_head]

    @property
    def has_enough(self) -> bool:
        return self.days_left >= self.support_request.days_wanted

    def of_home(self, school: School) -> "Judgement":
        """The same, if the leader is released by this school and no other."""
        return replace(self, homes=tuple(home for home in self.homes if home.school == school))


def judge(requests: Iterable[SupportRequest], leaders: QuerySet[SystemLeader] | None = None) -> list[Judgement]:
    """Judge each request with each leader, or with all who are in reach of one of the alliances that are asked.

    The leaders and all that concerns them are read at this moment. The number of queries depends neither on
    the number of requests nor on that of leaders.
    """
    requests = list(requests)
    prefetch_related_objects(requests, "school")
    if leaders is None:
        leaders = in_reach({support_request.alliance_id for support_request in requests})
    facts = _Facts(requests, leaders)
    return [_judge(support_request, leader, facts) for support_request in requests for leader in facts.leaders]


def in_reach(alliances: Collection[int]) -> LeaderQuerySet:
    """Leaders with a home school in one of the alliances (ids) or in one that trades with it; nobody who has ended."""
    today = timezone.localdate()
    givers = Trade.objects.filter(partner__in=alliances).values("alliance")
    members = Membership.objects.filter(Q(alliance__in=alliances) | Q(alliance__in=givers), current(today))
    at_home = current(today, "person__posts__") & Q(person__posts__school__in=members.values("school"))
    return SystemLeader.objects.filter(at_home).exclude(status=SystemLeader.Status.ENDED).distinct()


def has_open_offer(support_request: SupportRequest) -> bool:
    """Whether an offer must be answered first: days that may not be split are offered to one leader at a time."""
    return (
        not support_request.may_split and support_request.commissions.filter(status=Commission.Status.OFFERED).exists()
    )


def year_of(support_request: SupportRequest) -> int:
    """The academic year of the work: of its first day, or of today where none is said."""
    return calendar.year_of(support_request.starts_on or timezone.localdate())


class _Facts:
    """Everything that is looked up once for all requests and leaders."""

    def __init__(self, requests: list[SupportRequest], leaders: QuerySet[SystemLeader]) -> None:
        alliances = {support_request.alliance_id for support_request in requests}
        asking = {support_request.school_id for support_request in requests}
        self.leaders = list(leaders.select_related("person", "type").prefetch_related("specialisms", "phases"))
        self.specialisms = {leader.pk: {row.pk for row in leader.specialisms.all()} for leader in self.leaders}
        self.phases = {leader.pk: {row.phase for row in leader.phases.all()} for leader in self.leaders}
        self.schools = _schools(self.leaders, timezone.localdate())
        homes = {school for schools in self.schools.values() for school in schools}
        self.banks = _banks(alliances, homes, timezone.localdate())
        self.same_head = schools_under_the_same_heads(asking)
        self.posted = _posted({bank.pk for bank in self.banks.values()}, homes)
        self.left = _left(self.leaders, {year_of(support_request) for support_request in requests})
        self.offers = _offers(self.leaders)
        self.offered = Counter[int]()
        for (leader, _), days in self.offers.items():
            self.offered[leader] += days
        self.before = _before(self.leaders, alliances, asking)


def _schools(leaders: list[SystemLeader], today: date) -> dict[int, dict[int, School]]:
    """{person: {school id: a school where the person works today}}"""
    found: dict[int, dict[int, School]] = defaultdict(dict)
    people = [leader.person_id for leader in leaders]
    for post in Post.objects.filter(current(today), person__in=people).select_related("school"):
        found[post.person_id][post.school_id] = post.school
    return found


def _banks(alliances: Collection[int], schools: Collection[int], today: date) -> dict[tuple[int, int], Alliance]:
    """{(alliance that is asked, school): the bank it stands in}, the own one's where it is a member of both."""
    givers: dict[int, set[int]] = {asked: {asked} for asked in alliances}
    for asked, giver in Trade.objects.filter(partner__in=alliances).values_list("partner", "alliance"):
        givers[asked].add(giver)
    rows = Membership.objects.filter(current(today), alliance__in=set().union(*givers.values()), school__in=schools)
    rows = rows.select_related("alliance").order_by("-alliance__name")
    return {
        (asked, row.school_id): row.alliance
        for asked in alliances
        for row in sorted(rows, key=lambda row: row.alliance_id == asked)
        if row.alliance_id in givers[asked]
    }


def _posted(banks: Collection[int], schools: Collection[int]) -> dict[tuple[int, int | None], Hundredths]:
    """{(bank, school): the balance}"""
    accounts = Account.objects.filter(alliance__in=banks, school__in=schools)
    return {(row.alliance_id, row.school_id): Hundredths(row.posted) for row in accounts}


def _left(leaders: list[SystemLeader], years: Collection[int]) -> dict[tuple[int, int], Hundredths]:
    """{(leader, year): days left}, of those of whom days were taken in that year"""
    rows = LeaderYear.objects.filter(leader__in=leaders, year__in=years)
    return {(row.leader_id, row.year): row.left for row in rows}


def _offers(leaders: list[SystemLeader]) -> dict[tuple[int, int], int]:
    """{(leader, request): days in open offers}"""
    offers = Commission.objects.filter(status=Commission.Status.OFFERED, leader__in=leaders)
    rows = offers.values_list("leader", "support_request").annotate(Sum("legs__days", default=0)).order_by()
    return {(leader, support_request): days for leader, support_request, days in rows}


def _before(
    leaders: list[SystemLeader], alliances: Collection[int], schools: Collection[int]
) -> dict[tuple[int, int, int], int]:
    """{(leader, alliance, asking school): how often the leader finished work there that was not rated low}"""
    rated_low = Evaluation.objects.filter(
        commission=OuterRef("pk"), side=Evaluation.Side.RECEIVING, rating__lte=Evaluation.LOW
    )
    done = Commission.objects.filter(
        ~Exists(rated_low),
        leader__in=leaders,
        support_request__alliance__in=alliances,
        support_request__school__in=schools,
        status__in=[Commission.Status.DELIVERED, Commission.Status.CLOSED],
    )
    rows = (
        done.values_list("leader", "support_request__alliance", "support_request__school")
        .annotate(Count("pk"))
        .order_by()
    )
    return {(leader, alliance, school): times for leader, alliance, school, times in rows}


def _judge(support_request: SupportRequest, leader: SystemLeader, facts: _Facts) -> Judgement:
    schools, asked, year = facts.schools[leader.person_id], support_request.alliance_id, year_of(support_request)
    banks = {pk: facts.banks[asked, pk] for pk in schools if (asked, pk) in facts.banks}
    homes = [
        _home(support_request, schools[pk], bank, facts)
        for pk, bank in banks.items()
        if pk != support_request.school_id
    ]
    phases = facts.phases[leader.pk] or {home.school.phase for home in homes}
    return Judgement(
        support_request=support_request,
        leader=leader,
        year=year,
        homes=tuple(sorted(homes, key=lambda home: home.rank)),
        is_own=any(bank.pk == asked for bank in banks.values()),
        works_there=support_request.school_id in schools,
        has_open_offer=(leader.pk, support_request.pk) in facts.offers,
        has_specialism=support_request.specialism_id in facts.specialisms[leader.pk],
        has_phase=support_request.phase in phases,
        days_left=facts.left.get((leader.pk, year), Hundredths(leader.allowance)),
        days_offered=Hundredths(facts.offered[leader.pk]),
        times_before=facts.before.get((leader.pk, asked, support_request.school_id), 0),
    )


def _home(support_request: SupportRequest, school: School, bank: Alliance, facts: _Facts) -> Home:
    return Home(
        school=school,
        bank=bank,
        is_partner=bank.pk != support_request.alliance_id,
        has_same_head=school.pk in facts.same_head[support_request.school_id],
        metres=school.metres_to(support_request.school),
        posted=facts.posted.get((bank.pk, school.pk), Hundredths(0)),
    )
