"""Who a user is, where. Each question takes the user and the school or alliance acted for."""

from .models import Role, User


def is_head(user, school):
    return Role.objects.running().filter(user=user, kind=Role.Kind.HEADTEACHER, school=school).exists()


def belongs_to(user, school):
    """Any role at the school: head, business manager or delegate."""
    return Role.objects.running().filter(user=user, school=school).exists()


def may(user, right, school):
    """The head, or a delegate to whom the head handed the right (ask, agree, release, confirm, evaluate)."""
    roles = Role.objects.running().filter(user=user, school=school)
    return (
        roles.filter(kind=Role.Kind.HEADTEACHER).exists()
        or roles.filter(kind=Role.Kind.DELEGATE, **{f"may_{right}": True}).exists()
    )


def acting_for(user, right, school):
    """The head for whom a delegate acts, or None for the head."""
    if user is None or is_head(user, school):
        return None
    role = (
        Role.objects.running()
        .filter(user=user, school=school, kind=Role.Kind.DELEGATE, **{f"may_{right}": True})
        .select_related("delegated_by__person")
        .first()
    )
    return role and role.delegated_by


def coordinates(user, alliance):
    return (
        user.is_superuser
        or Role.objects.running().filter(user=user, kind=Role.Kind.COORDINATOR, alliance=alliance).exists()
    )


def has_post_at(user, school):
    """Works at the school: then what a coordinator decides about it needs another coordinator."""
    return user.person.schools_on().filter(pk=school.pk).exists() or belongs_to(user, school)


def with_right(right, school):
    """Users who may act for the school with a right: its heads and the delegates who hold it."""
    running = Role.objects.running().filter(school=school, user__is_active=True)
    heads = running.filter(kind=Role.Kind.HEADTEACHER)
    delegates = running.filter(kind=Role.Kind.DELEGATE, **{f"may_{right}": True})
    return User.objects.filter(roles__in=heads | delegates).distinct()


def coordinators_of(alliance):
    running = Role.objects.running().filter(alliance=alliance, kind=Role.Kind.COORDINATOR, user__is_active=True)
    return User.objects.filter(roles__in=running).distinct()


def may_delegate(user, school):
    return is_head(user, school)
