from django.conf import settings
from django.db import models
from django.utils import timezone


class Submission(models.Model):
    """A form that was sent: its hidden key, a digest of what was in it, and where its answer stands.

    Sent a second time, it is answered with the first one's result.
    """

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["path", "-at"])]

    def __str__(self) -> str:
        return str(self.key)


class ClockRecord(models.Model):
    """Something the clock does once: a kind, the row it is about (its key) and the day it is due or about.

    Written in the transaction of what is done, so that it is done once, whatever runs twice.
    """

    kind = models.CharField(max_length=30)
    subject = models.BigIntegerField()
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "subject", "on"], name="the_clock_does_it_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} on {self.on}"


class Tick(models.Model):
    """When something that runs by the clock ran last, one row a name: it tells whether beat is off."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def now(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})
