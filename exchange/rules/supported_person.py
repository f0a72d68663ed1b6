"""The supported person, whose name is confidential."""

from portal.rights import right
from staff import rules as people

from ..models import Commission, Sighting

Role = Sighting.Role


def role_of_seeing(user, request):
    """The role in which a user may be shown the name, or "" for everybody else, whoever they are.

    The home head is not among them, nor are the steering group and auditors.
    """
    if people.is_head(user, request.school):
        return Role.HEAD
    if request.assigned_to_id == user.pk and people.is_coordinator(user, request.alliance):
        return Role.COORDINATOR
    if request.delegates_see_person and people.is_delegate(user, request.school):
        return Role.DELEGATE
    agreed = [*Commission.Status.running(), Commission.Status.DELIVERED]
    if request.commissions.filter(leader__person=user.person_id, status__in=agreed).exists():
        return Role.LEADER
    return Role.SUPERUSER if user.is_superuser else ""


@right(lambda request: request.is_confidential, "No person is named in this request.")
def can_see_person(user, request):
    """A superuser has to give a reason first, and the head is told."""
    return bool(role_of_seeing(user, request))


@right(lambda request: request.is_confidential or request.sightings.exists(), "No person was named in this request.")
def can_see_who_saw(user, request):
    return role_of_seeing(user, request) in (Role.HEAD, Role.COORDINATOR)
