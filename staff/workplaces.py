"""The places where somebody acts: a school, an alliance, the own work as a leader, the admin."""

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from portal.registry import Registry
from schools.models import Alliance, School

from . import todo
from .models import Role, SystemLeader

#: The name of the address of each kind's first page: school (urn), leader, coordinator (slug), observer (slug).
first_pages: Registry[str] = Registry("first page")


@dataclass
class Workplace:
    """One first page. `school` or `alliance` is what somebody acts for there, neither for the own work."""

    title: str
    hint: str
    url: str
    school: School | None = None
    alliance: Alliance | None = None
    leader: SystemLeader | None = None
    coordinates: bool = False

    def things_to_do(self, user):
        if self.school:
            return todo.for_school(user, self.school)
        if self.leader:
            return todo.for_leader(self.leader)
        return todo.for_coordinator(self.alliance) if self.coordinates else []


def first_page(kind, *args):
    return reverse(first_pages[kind], args=args)


def workplaces_of(user):
    """Where a user acts: schools first, then the own work, then alliances. Two queries.

    A superuser without a role looks into every alliance: one query more.
    """
    roles = Role.objects.running().filter(user=user).select_related("school", "alliance")
    roles = sorted(roles, key=lambda role: (role.alliance_id is not None, str(role.school or role.alliance)))
    found = [
        _of_roles(about, list(held)) for about, held in groupby(roles, key=lambda role: role.school or role.alliance)
    ]
    schools = [place for place in found if place.school]
    alliances = [place for place in found if place.alliance]
    leader = SystemLeader.objects.filter(person=user.person_id).first()
    work = [Workplace("Your work as a system leader", "", first_page("leader"), leader=leader)] if leader else []
    found = [*schools, *work, *alliances]
    return _of_superuser() if user.is_superuser and not found else found


def _of_superuser():
    """The administration alone as long as there is no alliance."""
    alliances = [
        Workplace(alliance.name, "", first_page("coordinator", alliance.slug), alliance=alliance, coordinates=True)
        for alliance in Alliance.objects.all()
    ]
    return alliances or [Workplace("Administration", "", reverse("admin:index"))]


def _of_roles(about, held):
    hint = ", ".join(dict.fromkeys(role.get_kind_display() for role in held))
    if isinstance(about, School):
        return Workplace(about.name, hint, first_page("school", about.pk), school=about)
    coordinates = any(role.kind == Role.Kind.COORDINATOR for role in held)
    url = first_page("coordinator" if coordinates else "observer", about.slug)
    return Workplace(about.name, hint, url, alliance=about, coordinates=coordinates)
