from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from schools.models import Alliance, School

from .people import Person, Post
from .roles import Role


def new_token():
    """256 bits. Only its digest is kept: who reads the database cannot use it."""
    return token_urlsafe(32)


def digest(token):
    return sha256(token.encode()).hexdigest()


def two_weeks_on():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(accepted_at=None, revoked_at=None)

    def usable(self):
        return self.unanswered().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A way in for one address, once, until a day: to a role at a school or in an alliance, or to a post.

    Without a kind it gives a post at the school alone: the head then hands over rights, or the person leads.
    """

    email = models.EmailField("email address")
    name = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="invitations")
    kind = models.CharField("role", max_length=20, choices=Role.Kind, blank=True)
    title = models.CharField("post", max_length=20, choices=Post.Title, blank=True)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="invitations")
    alliance = models.ForeignKey(Alliance, models.PROTECT, null=True, blank=True, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=two_weeks_on)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("", "headteacher", "business_manager"), school__isnull=False, alliance=None)
                | Q(kind__in=("coordinator", "steering", "auditor"), school=None, alliance__isnull=False),
                name="invited_to_a_school_or_to_an_alliance",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invited_address_in_lower_case"),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None, revoked_at=None) | Q(revoked_by__isnull=False, revoked_at__isnull=False),
                name="invitation_revoked_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
        ]

    def __str__(self):
        return f"{self.email}, {self.what}"

    @property
    def place(self):
        return self.school or self.alliance

    @property
    def what(self):
        """What it gives, in words."""
        words = self.get_kind_display() or self.get_title_display() or "Sign-in"
        return f"{words}, {self.place}"

    @property
    def is_usable(self):
        return not (self.accepted_at or self.revoked_at) and self.expires_at > timezone.now()

    @property
    def state(self):
        if self.accepted_at:
            return "Accepted"
        if self.revoked_at:
            return "Revoked"
        return "Open" if self.is_usable else "Expired"
