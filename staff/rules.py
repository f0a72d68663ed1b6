"""Who a user is, where. Each question takes the user and the school or alliance acted for."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.rights import at_any_time
from schools.models import Alliance, Membership, School, current

from .models import Post, Role, SystemLeader, User
from .rights import delegable

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one


def remember(user):
    """Read the user's roles and schools once, for a page that asks about many things.

    Only for pages that are read: an act asks the database, each time.
    """
    user.remembered_roles = list(Role.objects.running().filter(user=user))
    user.remembered_posts = set(user.person.schools_on().values_list("pk", flat=True))


def _holds(user, **role):
    """Whether a running role of the user has these values."""
    remembered = getattr(user, "remembered_roles", None)
    if remembered is None:
        return Role.objects.running().filter(user=user, **role).exists()
    return any(all(getattr(held, name) == value for name, value in role.items()) for held in remembered)


def _holds_right(user, right, school):
    """Whether a running delegation at the school hands over a right."""
    remembered = getattr(user, "remembered_roles", None)
    if remembered is None:
        return delegations(right).filter(user=user, school=school).exists()
    return any(role.is_delegate and role.school_id == school.pk and right in role.rights for role in remembered)


def delegations(right):
    """Running delegations that hand over a right. Raises ImproperlyConfigured for one that no app registers."""
    delegable[right]
    return Role.objects.running().filter(kind=Role.Kind.DELEGATE, rights__holds=right)


def is_head(user, school):
    return _holds(user, kind=Role.Kind.HEADTEACHER, school_id=school.pk)


def is_delegate(user, school):
    return _holds(user, kind=Role.Kind.DELEGATE, school_id=school.pk)


def belongs_to(user, school):
    """Any role at the school: head, business manager or delegate."""
    return _holds(user, school_id=school.pk)


def may(user, right, school):
    """The head, or a delegate to whom the head handed the right.

    Raises ImproperlyConfigured for a right that no app registers.
    """
    delegable[right]
    return is_head(user, school) or _holds_right(user, right, school)


def acting_for(user, right, school):
    """The head for whom a delegate acts, or None for the head."""
    if user is None or is_head(user, school):
        return None
    role = delegations(right).filter(user=user, school=school).select_related("delegated_by__person").first()
    return role and role.delegated_by


def is_coordinator(user, alliance):
    """By role alone: a superuser who coordinates nothing is none."""
    return _holds(user, kind=Role.Kind.COORDINATOR, alliance_id=alliance.pk)


def coordinates(user, alliance):
    return user.is_superuser or is_coordinator(user, alliance)


def has_post_at(user, school):
    """Works at the school: then what a coordinator decides about it needs another coordinator."""
    posts = getattr(user, "remembered_posts", None)
    if posts is None:
        posts = set(user.person.schools_on().values_list("pk", flat=True))
    return school.pk in posts or belongs_to(user, school)


def with_right(right, school):
    """Users who may act for the school with a right: its heads and the delegates who hold it."""
    holds = Q(kind=Role.Kind.HEADTEACHER) | Q(kind=Role.Kind.DELEGATE, rights__holds=right)
    return _active(Role.objects.running().filter(holds, school=school))


def heads_of(school):
    return _active(Role.objects.running().filter(school=school, kind=Role.Kind.HEADTEACHER))


def coordinators_of(alliance):
    return _active(Role.objects.running().filter(alliance=alliance, kind=Role.Kind.COORDINATOR))


def _active(roles):
    """Who holds one of the roles and may sign in, each once, with the person, whom every mail names."""
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).select_related("person")


@at_any_time
def may_delegate(user, school):
    return is_head(user, school)


@at_any_time
def can_answer_for_leaders(user, school):
    """Nominates the school's leaders and confirms their safeguarding checks: whoever may release them."""
    return may(user, "release", school)


@at_any_time
def can_decide_on_leader(user, leader):
    """A coordinator of an alliance that the leader belongs to or was nominated to."""
    own = SystemLeader.objects.within(alliances_coordinated_by(user))
    return user.is_superuser or own.filter(pk=leader.pk).exists()


def sees_school(user, school):
    """Belongs to the school, or coordinates an alliance it is a member of: then its pages can be seen."""
    return user.is_superuser or belongs_to(user, school) or oversees(user, school)


def oversees(user, school):
    """Coordinates an alliance the school is a member of."""
    return any(coordinates(user, alliance) for alliance in Alliance.objects.of_school(school))


def alliances_coordinated_by(user):
    if user.is_superuser:
        return Alliance.objects.all()
    running = Role.objects.running().filter(user=user, kind=Role.Kind.COORDINATOR)
    return Alliance.objects.filter(roles__in=running).distinct()


def alliances_with_totals_for(user):
    """Where every school's totals may be seen: by coordinators, the steering group and auditors, and, in
    an open alliance, by the heads of its members."""
    if user.is_superuser:
        return Alliance.objects.all()
    running = Role.objects.running().filter(user=user)
    headed = running.filter(kind=Role.Kind.HEADTEACHER).values("school")
    member = Membership.objects.filter(current(timezone.localdate()), school__in=headed).values("alliance")
    return Alliance.objects.filter(
        Q(pk__in=running.filter(kind__in=Role.OF_ALLIANCES).values("alliance")) | Q(is_open=True, pk__in=member)
    )


def sees_bank(user, alliance):
    """The whole bank of an alliance: its coordinators, the steering group and auditors."""
    return user.is_superuser or any(_holds(user, kind=kind, alliance_id=alliance.pk) for kind in Role.OF_ALLIANCES)


# Coming in ---------------------------------------------------------------------------------------


def must_have_second_factor(user):
    """Coordinators and superusers see much of many schools: a stolen password alone opens none of it."""
    coordinator = Role.objects.running().filter(user=user, kind=Role.Kind.COORDINATOR)
    return settings.SECOND_FACTOR_REQUIRED and (user.is_superuser or coordinator.exists())


def lacks_second_factor(user):
    has_one = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()
    return not has_one and must_have_second_factor(user)


def keeps_last_factor(user):
    """Whose role demands a second factor may not turn the last one off."""
    has_others = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).count() > 1
    return not has_others and must_have_second_factor(user)


def may_invite(user, *, kind, school=None, alliance=None):
    """A coordinator to the alliance and its members; a head to the own school, below the head."""
    if not user.is_active:
        return False
    if alliance is not None:
        return coordinates(user, alliance)
    is_own = is_head(user, school) and kind in ("", Role.Kind.BUSINESS_MANAGER)
    return user.is_superuser or oversees(user, school) or is_own


# What is held on people ---------------------------------------------------------------------------


@at_any_time
def may_disclose(user, person):
    """A superuser; a coordinator where every role and post, past ones too, is of the own alliances alone.

    A school that has left, or is a member of another alliance as well, is not.
    """
    if user.is_superuser:
        return True
    alliances = alliances_coordinated_by(user)
    running = Membership.objects.filter(current(timezone.localdate()))
    elsewhere = running.exclude(alliance__in=alliances).values("school")
    schools = School.objects.filter(memberships__in=running.filter(alliance__in=alliances)).exclude(pk__in=elsewhere)
    own = Q(school__in=schools) | Q(alliance__in=alliances)
    roles, posts = Role.objects.filter(user__person=person), Post.objects.filter(person=person)
    is_out_of_reach = person.pk == user.person_id or getattr(getattr(person, "user", None), "is_superuser", False)
    belongs = roles.filter(own).exists() or posts.filter(school__in=schools).exists()
    elsewhere = roles.exclude(own).exists() or posts.exclude(school__in=schools).exists()
    return belongs and not elsewhere and not is_out_of_reach


def may_erase(user, person):
    return user.is_superuser


def sees_retention(user):
    return alliances_coordinated_by(user).exists() or user.is_superuser
