from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from schools.models import School


class Cake(models.Model):
    class Status(models.TextChoices):
        PROMISED = "promised", "Promised"
        BAKED = "baked", "Baked"

    school = models.ForeignKey(School, models.PROTECT, related_name="cakes")
    baker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=50)
    on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROMISED)

    def __str__(self):
        return f"{self.kind} cake"

    def get_absolute_url(self):
        return reverse("small_app:cakes", args=[self.school_id])


class CakeEvent(models.Model):
    class Verb(models.TextChoices):
        BAKE = "bake", "Baked"

    cake = models.ForeignKey(Cake, models.CASCADE, related_name="history")
    verb = models.CharField(max_length=10, choices=Verb)
    old = models.CharField(max_length=10)
    new = models.CharField(max_length=10)
    reason = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.verb} {self.cake}"

    @property
    def who(self):
        return str(self.by)
