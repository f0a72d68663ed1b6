from collections import defaultdict
from collections.abc import Collection

from schools.models import School
from staff.models import Role


def schools_with_the_same_head(school: School) -> set[int]:
    """Ids of the schools that one of the school's heads heads too: no offer can be made between them."""
    return schools_under_the_same_heads([school.pk])[school.pk]


def schools_under_the_same_heads(schools: Collection[int]) -> dict[int, set[int]]:
    """The same for many schools (ids), each with those it has a head in common with. One query."""
    heads = Role.objects.running().filter(kind=Role.Kind.HEADTEACHER, user__is_active=True)
    users = heads.filter(school__in=schools).values("user")
    headed = defaultdict(set)
    for user, school in heads.filter(user__in=users).values_list("user", "school"):
        headed[user].add(school)
    found: dict[int, set[int]] = {school: set() for school in schools}
    for together in headed.values():
        for school in together & found.keys():
            found[school] |= together - {school}
    return found
