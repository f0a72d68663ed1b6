from django.dispatch import receiver
from django.urls import reverse

from schools.models import Alliance
from schools.signals import school_closed
from staff import rules as people

from . import notices


@receiver(school_closed)
def tell_coordinators(school, **kwargs):
    """Within the import's transaction, so that the mail goes if and only if the school was closed."""
    for alliance in Alliance.objects.of_school(school):
        users = people.coordinators_of(alliance)
        notices.send(
            users,
            "school_closed",
            reverse("exchange:alliance", args=[alliance.slug]),
            school=school,
            key=f"school-closed:{alliance.pk}:{school.pk}",
        )
