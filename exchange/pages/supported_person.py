"""The row of a supported person on a page: never the name, but the way to it for those who may see it."""

from portal.forms import KeyedForm

from .. import rules
from ..models import NameViewing


def person_row(user, support_request, *, only_if_seen=False):
    """For exchange/requests/_supported_person.html; None where no person is named, or none of this user's business."""
    role = rules.role_of_seeing(user, support_request)
    if not support_request.is_confidential or (only_if_seen and not role):
        return None
    return {
        "support_request": support_request,
        "may_see": bool(role),
        "needs_reason": role == NameViewing.Role.SUPERUSER,
        "form": KeyedForm(),
        "may_see_who_saw": rules.can_see_who_saw(user, support_request),
    }
