"""Who could help a school: read-only, one query for however many leaders."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, Membership, School, current
from staff.models import Post, SystemLeader

from ..models import LeaderYear

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

METRES_A_MILE = 1609.344
NEAREST = F("away").asc(nulls_last=True)


class Found(TypedDict):
    """What the query below adds to a leader."""

    home: int
    home_name: str
    away: int | None
    is_own: bool
    days_left: Hundredths


def leaders_of_alliances(school: School) -> "QuerySet[WithAnnotations[SystemLeader, Found]]":
    """Active leaders of the alliances a school is in, the nearest first.

    Each with `home` (the pk of the nearest home school in those alliances), `days_left` (hundredths
    of a day, this academic year) and `is_own` (works at the school itself).
    """
    today = calendar.today()
    alliances = Alliance.objects.of_school(school, today)
    members = Membership.objects.filter(current(today), alliance__in=alliances).values("school")
    posts = Post.objects.filter(current(today), person=OuterRef("person"))
    homes = posts.filter(school__in=members).annotate(away=_square_of_distance(school)).order_by(NEAREST, "pk")
    return (
        SystemLeader.objects.active(today)
        .filter(Exists(homes))
        .annotate(
            home=Subquery(homes.values("school")[:1]),
            home_name=Subquery(homes.values("school__name")[:1]),
            away=Subquery(homes.values("away")[:1]),
            is_own=Exists(posts.filter(school=school)),
        )
        .select_related("person", "type")
        .prefetch_related("specialisms", "phases")
        .order_by(NEAREST, "person__name", "pk")
        .annotate(days_left=days_left(calendar.year_of(today)))
    )


def days_left(year: int) -> Coalesce:
    """Hundredths of a day a leader has left in a year, over all alliances."""
    rows = LeaderYear.objects.filter(leader=OuterRef("pk"), year=year).annotate(room=F("allowance") - F("taken"))
    return Coalesce(Subquery(rows.values("room")[:1]), F("allowance"), output_field=IntegerField())


def _square_of_distance(school: School) -> Combinable:
    """In square metres, or null where a school has no place on the map."""
    if None in (school.easting, school.northing):
        # Cast, because PostgreSQL orders by no bare constant.
        return Cast(Value(None), BigIntegerField())
    # Big integers: the square of a county's width is more than an ordinary integer holds.
    east = Cast("school__easting", BigIntegerField()) - Value(school.easting, BigIntegerField())
    north = Cast("school__northing", BigIntegerField()) - Value(school.northing, BigIntegerField())
    return east * east + north * north


@dataclass
class Entry:
    """A leader as the directory shows them: with the home school and the distance from there in words."""

    leader: SystemLeader
    home: School
    distance: str


def entries(leaders: "Iterable[WithAnnotations[SystemLeader, Found]]", school: School) -> list[Entry]:
    leaders = list(leaders)
    homes = School.objects.in_bulk({leader.home for leader in leaders})
    return [Entry(leader, homes[leader.home], in_miles(school.metres_to(homes[leader.home]))) for leader in leaders]


def in_miles(metres: int | None) -> str:
    """4800 -> "3 miles"; empty where the distance is not known."""
    if metres is None:
        return ""
    miles = round(metres / METRES_A_MILE)
    return "under a mile" if metres < METRES_A_MILE else f"{miles} {'mile' if miles == 1 else 'miles'}"
