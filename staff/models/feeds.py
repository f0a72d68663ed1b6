from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .invitations import digest


def a_year_on():
    return timezone.now() + timedelta(days=365)


class CalendarFeedQuerySet(models.QuerySet):
    def of_token(self, token):
        usable = self.filter(expires_at__gt=timezone.now(), user__is_active=True)
        return usable.filter(token_digest=digest(token))


class CalendarFeed(models.Model):
    """An address by which a calendar reads a user's visits without signing in; a new one replaces it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=a_year_on)

    objects = CalendarFeedQuerySet.as_manager()

    def __str__(self):
        return f"Calendar of {self.user}"
