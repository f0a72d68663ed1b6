"""The menu of every page, and for whom somebody acts on it: both follow from the address.

Each app registers its pages and what its addresses are about, in its `menu`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from portal.registry import Registry
from schools.models import Alliance, School, current

from . import workplaces

pages: Registry["Page"] = Registry("page of the menu")
#: By the first part of an address: a function of the number in it that returns what it concerns, or None.
subjects: Registry[Callable[..., Any]] = Registry("subject of addresses")


@dataclass(frozen=True)
class Page:
    """An item of a menu. `sections` are the first parts of further addresses that belong below it.

    `place` is the kind of workplace: school, leader, coordinator or observer (the steering group and auditors).
    """

    place: str
    title: str
    address: str
    sections: tuple[str, ...] = ()

    @property
    def is_first(self):
        return workplaces.first_pages[self.place] == self.address


@dataclass(frozen=True)
class Concerned:
    """Whom the subject of an address concerns: an alliance, schools (their URNs) and perhaps a leader (the key)."""

    alliance: Alliance
    schools: tuple[int | None, ...]
    leader: int | None = None


@dataclass
class ActingFor:
    """For whom somebody acts on a page: a school, an alliance, or nobody but oneself as a leader."""

    school: School | None = None
    alliance: Alliance | None = None
    as_leader: bool = False
    coordinates: bool = False
    others: list = field(default_factory=list)

    @property
    def kind(self):
        if self.school:
            return "school"
        if self.as_leader:
            return "leader"
        if self.alliance:
            return "coordinator" if self.coordinates else "observer"
        return None

    @property
    def args(self):
        """What the addresses of its pages are made of."""
        return {"school": [self.school and self.school.pk], "leader": []}.get(
            self.kind, [self.alliance and self.alliance.slug]
        )


def add(place, title, address, *sections):
    """Put a page into the menu of a kind of workplace, after those that are there."""
    pages.register(f"{place} {title}", Page(place, title, address, sections))


def navigation(request):
    """Context processor: `navigation` (title, url, current) and `acting` (alliance_name, colour, school)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    if not hasattr(request, "acting"):
        request.acting = _acting(request, user)
    acting = request.acting
    return {
        "navigation": _items(request, user, acting),
        "acting": {
            "alliance_name": acting.alliance.name if acting.alliance else "",
            "colour": acting.alliance.colour if acting.alliance else "",
            "school": acting.school,
        },
    }


def _items(request, user, acting):
    found = [_item(request.path, page, acting.args) for page in pages.values() if page.place == acting.kind]
    if user.is_staff and (user.is_superuser or any(place.coordinates for place in acting.others)):
        found.append({"title": "Admin", "url": reverse("admin:index"), "current": False})
    if len(acting.others) > 1:
        found.append({"title": "Other roles", "url": reverse("home"), "current": request.path == reverse("home")})
    return found


def _item(path, page, args):
    url = reverse(page.address, args=args)
    is_below = path.split("/")[1] in page.sections or (not page.is_first and path.startswith(url))
    return {"title": page.title, "url": url, "current": path == url or is_below}


def _acting(request, user):
    found = workplaces.workplaces_of(user)
    if len(found) > 1 and request.path == reverse("home"):
        return ActingFor(others=found)  # the page asks where to go, so nobody is acted for yet
    acting = _from_address(request, found) or (_for(found[0]) if found else ActingFor())
    acting.others = found
    if acting.alliance is None:
        acting.alliance = _alliance_of(acting, user)
    return acting


def _for(place):
    return ActingFor(place.school, place.alliance, place.leader is not None, place.coordinates)


def _from_address(request, found):
    """From the school or alliance in the address, or the row that it names; None where neither says."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    section = request.path.split("/")[1]
    if section == "schools" and "urn" in kwargs:
        return _at_school(kwargs["urn"], found, request.user)
    if "slug" in kwargs:
        return _at_alliance(kwargs["slug"], found, request.user)
    if request.path.startswith(workplaces.first_page("leader")) and any(place.leader for place in found):
        return ActingFor(as_leader=True)
    if "pk" in kwargs and section in subjects and len(found) > 1:
        return _at_subject(subjects[section](kwargs["pk"]), found)
    return None


def _at_school(urn, found, user):
    """One's own school; a coordinator looks at it as coordinator."""
    own = [place for place in found if place.school and place.school.pk == urn]
    if own:
        return _for(own[0])
    school = School.objects.filter(pk=urn).first()
    if school is None or user.is_superuser:
        return ActingFor(school=school) if school else None
    members = Alliance.objects.of_school(school).filter(pk__in=[place.alliance.pk for place in found if place.alliance])
    alliance = members.first()
    return _for(next(place for place in found if place.alliance == alliance)) if alliance else None


def _at_alliance(slug, found, user):
    own = [place for place in found if place.alliance and place.alliance.slug == slug]
    if own:
        return _for(own[0])
    alliance = Alliance.objects.filter(slug=slug).first() if user.is_superuser else None
    return ActingFor(alliance=alliance, coordinates=True) if alliance else None


def _at_subject(subject, found):
    """As one of the schools, the leader or the coordinator that it concerns: whichever the user is."""
    if subject is None:
        return None
    for place in found:
        if place.school and place.school.pk in subject.schools:
            return ActingFor(school=place.school, alliance=subject.alliance)
        if place.leader and place.leader.pk == subject.leader:
            return ActingFor(as_leader=True, alliance=subject.alliance)
        if place.alliance and place.alliance.pk == subject.alliance.pk:
            return _for(place)
    return None


def _alliance_of(acting, user):
    """The first alliance of the school acted for, or of a leader's home schools."""
    if acting.school:
        return Alliance.objects.of_school(acting.school).first()
    if acting.as_leader:
        today = timezone.localdate()
        return Alliance.objects.filter(
            current(today, "memberships__"),
            current(today, "memberships__school__posts__"),
            memberships__school__posts__person=user.person_id,
        ).first()
    return None
