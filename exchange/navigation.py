"""The menu of every page, and for whom somebody acts on it: both follow from the address."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from schools.models import Alliance, School, current

from . import places
from .models import Commission, SupportRequest

WORK = ("commissions", "legs", "visits", "variations")
# Title, name of the page, and the first parts of addresses that belong below it.
OF_SCHOOL = [
    ("Home", "school", ()),
    ("Requests", "requests", ("requests",)),
    ("Support", "school_commissions", WORK),
    ("Who could help?", "directory", ()),
    ("Balance", "statement", ()),
    ("Our leaders", "our_leaders", ()),
]
OF_ALLIANCE = [
    ("Home", "alliance", ()),
    ("Requests", "alliance_requests", ("requests",)),
    ("Commissions", "alliance_commissions", WORK),
    ("Concerns", "concerns", ("concerns",)),
    ("Bank", "bank", ()),
    ("Charges", "alliance_charges", ("charges",)),
]
OF_OBSERVER = [("Bank", "bank", ())]  # the steering group and auditors
OF_LEADER = [
    ("Home", "leader", ()),
    ("My work", "leader_commissions", WORK),
    ("Profile", "leader_profile", ()),
]

# How a commission is found from the first part of an address and the number in it. By `pk`, for which Django
# knows that a number too great for the column is no row's; SQLite raises where one is compared to a foreign key.
CONCERNED = {
    "requests": "",
    "commissions": "pk",
    "legs": "legs__pk",
    "visits": "legs__visits__pk",
    "variations": "legs__variations__pk",
    "concerns": "concerns__pk",
    "charges": "charges__pk",
}


@dataclass
class Acting:
    """For whom somebody acts on a page: a school, an alliance, or nobody but oneself as a leader."""

    school: School | None = None
    alliance: Alliance | None = None
    as_leader: bool = False
    coordinates: bool = False
    others: list = field(default_factory=list)


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
    if acting.school:
        found = _pages(request, OF_SCHOOL, acting.school.pk)
    elif acting.as_leader:
        found = _pages(request, OF_LEADER)
    elif acting.alliance:
        pages = OF_ALLIANCE if acting.coordinates else OF_OBSERVER
        found = _pages(request, pages, acting.alliance.slug)
    else:
        found = []
    if user.is_staff and (user.is_superuser or any(place.coordinates for place in acting.others)):
        found.append({"title": "Admin", "url": reverse("admin:index"), "current": False})
    if len(acting.others) > 1:
        found.append({"title": "Other roles", "url": reverse("home"), "current": request.path == reverse("home")})
    return found


def _pages(request, pages, *args):
    found = []
    for title, name, sections in pages:
        url = reverse(f"exchange:{name}", args=args)
        found.append({"title": title, "url": url, "current": _is_current(request.path, url, name, sections)})
    return found


def _is_current(path, url, name, sections):
    first = path.split("/")[1]
    is_home = name in ("school", "alliance", "leader")
    return path == url or first in sections or (not is_home and path.startswith(url))


def _acting(request, user):
    found = places.of(user)
    if len(found) > 1 and request.path == reverse("home"):
        return Acting(others=found)  # the page asks where to go, so nobody is acted for yet
    acting = _from_address(request, found) or (_for(found[0]) if found else Acting())
    acting.others = found
    if acting.alliance is None:
        acting.alliance = _alliance_of(acting, user)
    return acting


def _for(place):
    return Acting(place.school, place.alliance, place.leader is not None, place.coordinates)


def _from_address(request, found):
    """From the school or alliance in the address, or the object that it names; None where neither says."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    section = request.path.split("/")[1]
    if section == "schools" and "urn" in kwargs:
        return _at_school(kwargs["urn"], found, request.user)
    if "slug" in kwargs:
        return _at_alliance(kwargs["slug"], found, request.user)
    if request.path.startswith(reverse("exchange:leader")) and any(place.leader for place in found):
        return Acting(as_leader=True)
    if "pk" in kwargs and section in CONCERNED and len(found) > 1:
        return _at_object(section, kwargs["pk"], found)
    return None


def _at_school(urn, found, user):
    """One's own school; a coordinator looks at it as coordinator."""
    own = [place for place in found if place.school and place.school.pk == urn]
    if own:
        return _for(own[0])
    school = School.objects.filter(pk=urn).first()
    if school is None or user.is_superuser:
        return Acting(school=school) if school else None
    members = Alliance.objects.of_school(school).filter(pk__in=[place.alliance.pk for place in found if place.alliance])
    alliance = members.first()
    return _for(next(place for place in found if place.alliance == alliance)) if alliance else None


def _at_alliance(slug, found, user):
    own = [place for place in found if place.alliance and place.alliance.slug == slug]
    if own:
        return _for(own[0])
    alliance = Alliance.objects.filter(slug=slug).first() if user.is_superuser else None
    return Acting(alliance=alliance, coordinates=True) if alliance else None


def _at_object(section, pk, found):
    """As the asking school, else the home school, the leader, the coordinator: whichever the user is."""
    commission, request = None, None
    if section == "requests":
        request = SupportRequest.objects.filter(pk=pk).select_related("alliance").first()
    else:
        commission = Commission.objects.filter(**{CONCERNED[section]: pk}).select_related("request__alliance").first()
        request = commission and commission.request
    if request is None:
        return None
    for place in found:
        if place.school and place.school.pk in (request.school_id, commission and commission.home_school_id):
            return Acting(school=place.school, alliance=request.alliance)
        if place.leader and commission and commission.leader_id == place.leader.pk:
            return Acting(as_leader=True, alliance=request.alliance)
        if place.alliance and place.alliance.pk == request.alliance_id:
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
