from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.modelfields import NamesField
from schools.models import Alliance, Dated, School, current

from ..rights import delegable


class RoleQuerySet(models.QuerySet["Role"]):
    def running(self, on: date | None = None) -> "RoleQuerySet":
        """Roles that hold on a day; one ended by hand holds no more, not even on the day it was ended."""
        return self.filter(current(on or timezone.localdate()), ended_at=None)


class Role(Dated):
    """What a user may act as, where, and from when to when. One user may hold many.

    A delegate's role is handed over by a head, with the rights ticked in it; the head can end it.
    """

    class Kind(models.TextChoices):
        HEADTEACHER = "headteacher", "Headteacher"
        BUSINESS_MANAGER = "business_manager", "School business manager"
        DELEGATE = "delegate", "Delegate of the headteacher"
        COORDINATOR = "coordinator", "Coordinator"
        STEERING = "steering", "Steering group"
        AUDITOR = "auditor", "Auditor"

    OF_SCHOOLS = (Kind.HEADTEACHER, Kind.BUSINESS_MANAGER, Kind.DELEGATE)
    OF_ALLIANCES = (Kind.COORDINATOR, Kind.STEERING, Kind.AUDITOR)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="roles")
    alliance = models.ForeignKey(Alliance, models.PROTECT, null=True, blank=True, related_name="roles")
    delegated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    rights = NamesField(help_text="Names of the delegated rights, as apps register them")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended by hand, before its last day")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "kind", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=("headteacher", "business_manager", "delegate"),
                    school__isnull=False,
                    alliance__isnull=True,
                )
                | Q(kind__in=("coordinator", "steering", "auditor"), school__isnull=True, alliance__isnull=False),
                name="role_is_of_a_school_or_of_an_alliance",
            ),
            models.CheckConstraint(
                condition=Q(kind="delegate", delegated_by__isnull=False)
                | (~Q(kind="delegate") & Q(delegated_by__isnull=True)),
                name="a_delegate_is_delegated_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="role_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="role_ended_by_somebody_at_some_time",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_kind_display()} of {self.school or self.alliance}"

    @property
    def is_delegate(self):
        return self.kind == self.Kind.DELEGATE

    @property
    def rights_in_words(self):
        return [delegable[name] for name in self.rights if name in delegable]

    def get_rights_display(self):
        return ", ".join(self.rights_in_words)

    def overlaps(self, starts_on, ends_on):
        """Whether it holds on some day of a period; no last day means until further notice."""
        return (self.ends_on is None or self.ends_on >= starts_on) and (ends_on is None or self.starts_on <= ends_on)
