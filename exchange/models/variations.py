from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .commissions import Leg
from .texts import CaseCharField, CaseModel


class Variation(CaseModel):
    """A proposed change of days or dates. It counts when both heads have said yes, and only then."""

    PATH_TO_CASE = "leg__commission__support_request"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"

    leg = models.ForeignKey(Leg, models.PROTECT, related_name="variations")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED, editable=False)
    days = models.PositiveIntegerField(help_text="Hundredths of a day, in all")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = CaseCharField(max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    home_yes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    home_yes_at = models.DateTimeField(null=True)
    receiving_yes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    receiving_yes_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="variation_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(days__gt=0), name="variation_has_days"),
            models.UniqueConstraint(fields=["leg"], condition=Q(status="proposed"), name="one_open_variation_a_leg"),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{who}_by__isnull": True, f"{who}_at__isnull": True})
                    | Q(**{f"{who}_by__isnull": False, f"{who}_at__isnull": False}),
                    name=f"variation_{who}_has_a_name_and_a_time",
                )
                for who in ("home_yes", "receiving_yes")
            ],
        ]

    def __str__(self):
        return f"Variation {self.pk}"

    def get_absolute_url(self):
        return self.leg.commission.get_absolute_url()
