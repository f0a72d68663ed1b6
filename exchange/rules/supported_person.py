"""The supported person, whose name is confidential."""

from portal.rights import right
from staff import rules as people

from ..models import Commission, NameViewing

Role = NameViewing.Role


def role_of_seeing(user, support_request):
    """The role in which a user may be shown the name, or "" for everybody else, whoever they are.

    The home head is not among them, nor are the steering group and auditors.
    """
    if people.is_head(user, support_request.school):
        return Role.HEAD
    if support_request.assigned_to_id == user.pk and people.is_coordinator(user, support_request.alliance):
        return Role.COORDINATOR
    if support_request.delegates_see_person and people.is_delegate(user, support_request.school):
        return Role.DELEGATE
    agreed = [*Commission.Status.running(), Commission.Status.DELIVERED]
    if support_request.commissions.filter(leader__person=user.person_id, status__in=agreed).exists():
        return Role.LEADER
    return Role.SUPERUSER if user.is_superuser else ""


@right(lambda support_request: support_request.is_confidential, "No person is named in this request.")
def can_see_person(user, support_request):
    """A superuser has to give a reason first, and the head is told."""
    return bool(role_of_seeing(user, support_request))


@right(
    lambda support_request: support_request.is_confidential or support_request.name_viewings.exists(),
    "No person was named in this request.",
)
def can_see_who_saw(user, support_request):
    return role_of_seeing(user, support_request) in (Role.HEAD, Role.COORDINATOR)
