from django.conf import settings
from django.db import models
from django.utils import timezone

from .commissions import Commission
from .requests import SupportRequest
from .visits import Visit


class Event(models.Model):
    """Who did what to a request, commission or visit, when, from which status to which, and why.

    Written in the transaction of the change. `by` is empty when the clock did it; `acting_for` is the
    head for whom a delegate acted.
    """

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="events")
    commission = models.ForeignKey(Commission, models.CASCADE, null=True, blank=True, related_name="events")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, blank=True, related_name="events")
    verb = models.CharField(max_length=30)
    old = models.CharField(max_length=15, blank=True)
    new = models.CharField(max_length=15, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["request", "-at"])]

    def __str__(self):
        return f"{self.verb} {self.request}"

    @property
    def who(self):
        if self.by is None:
            return "The clock"
        return f"{self.by} for {self.acting_for}" if self.acting_for else str(self.by)
