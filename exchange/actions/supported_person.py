from django.db import transaction
from django.urls import reverse

from portal.rights import requires
from staff import mail
from staff import rules as people

from .. import notices, rules
from ..models import NameViewing
from ..rules import role_of_seeing


@transaction.atomic
@requires(rules.can_see_person, of="support_request")
def show(*, support_request, by, reason=""):
    """Write down that somebody is shown the supported person's name. The head is told of a superuser."""
    sighting = NameViewing.objects.create(
        support_request=support_request, by=by, role=role_of_seeing(by, support_request), reason=reason
    )
    if sighting.role == NameViewing.Role.SUPERUSER:
        facts = {**notices.about_request(support_request), "who": by, "detail": reason}
        url = reverse("exchange:who_saw", args=[support_request.pk])
        mail.send(people.heads_of(support_request.school), "person_seen", url, **facts)
    return sighting
