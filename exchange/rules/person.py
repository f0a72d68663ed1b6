"""The supported person, whose name is confidential."""

from staff import rules as people

from ..models import Commission
from .base import coordinates_it

C = Commission.Status


def can_see_person(user, request):
    """The receiving head, a delegate where the head ticked it, the assigned coordinator, and the
    leaders of its work from agreement on. Nobody else, whoever they are."""
    if not request.supported_person:
        return False
    if people.is_head(user, request.school):
        return True
    if request.assigned_to_id == user.pk and coordinates_it(user, request):
        return True
    if request.delegates_see_person and people.is_delegate(user, request.school):
        return True
    agreed = [*C.running(), C.DELIVERED]
    return request.commissions.filter(leader__person=user.person_id, status__in=agreed).exists()
