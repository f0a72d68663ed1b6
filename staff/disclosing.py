from django.db import transaction
from django.urls import reverse

from . import mail
from .models import Disclosure


@transaction.atomic
def disclose(*, person, by, reason):
    """Somebody is given what is held on a person, who is told if they sign in."""
    disclosure = Disclosure.objects.create(person=person, by=by, reason=reason)
    user = getattr(person, "user", None)
    if user and user.is_active:
        mail.send({user} - {by}, "disclosed", reverse("staff:my_data"), who=by, detail=reason)
    return disclosure
