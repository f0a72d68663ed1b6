from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .requests import SupportRequest
from .texts import CaseCharField, CaseModel, CaseQuerySet


class NameViewingQuerySet(CaseQuerySet):
    def of(self, support_request):
        """Who has seen the name of a request's supported person, in which role, when and why; newest first."""
        return self.filter(support_request=support_request).select_related("by__person")


class NameViewing(CaseModel):
    """Somebody was shown the name of a supported person. Written before it is shown, and never changed.

    The row is also the ticket: its page shows the name, to this user, for a few minutes.
    """

    class Role(models.TextChoices):
        HEAD = "head", "Headteacher"
        DELEGATE = "delegate", "Acting for the headteacher"
        LEADER = "leader", "Leader of the work"
        COORDINATOR = "coordinator", "Coordinator of the case"
        SUPERUSER = "superuser", "Superuser"

    support_request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="name_viewings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role)
    reason = CaseCharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = NameViewingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="superuser") | ~Q(reason=""), name="a_superuser_sees_a_name_with_a_reason"
            )
        ]

    def __str__(self):
        return f"Sighting {self.pk}"
