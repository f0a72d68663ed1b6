from django.conf import settings
from django.db import models
from django.utils import timezone

from .people import Person


class Erasure(models.Model):
    """That a person was erased: replaced by a pseudonym everywhere. Without the name.

    The numbers are also kept in a list outside the database (`ERASURES`), because a restored backup brings
    the person back; the fingerprint says whether a restored number is still the same person.
    """

    person = models.BigIntegerField(help_text="The number of the person")
    fingerprint = models.CharField(max_length=64, help_text="Of the name and address, keyed by the server's secret")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="Empty: by the clock"
    )
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    listed_at = models.DateTimeField(null=True, help_text="When it was written into the list outside")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "fingerprint"], name="a_person_is_erased_once")]

    def __str__(self):
        return f"Erasure of person {self.person}"


class Disclosure(models.Model):
    """That somebody was given what is held on another person. The row is also the ticket to the files."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="disclosures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Disclosure {self.pk}"
