from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from schools.models import Alliance, Membership, Phase, School, current

from .people import Person, Post

CHECKS_HOLD = relativedelta(years=3)  # a confirmation of DBS and safeguarding checks is to be renewed after that


def checks_hold_from():
    """A confirmation of a day before this one is to be renewed."""
    return timezone.localdate() - CHECKS_HOLD


class LeaderType(models.Model):
    """SLE, LLE, NLE and what comes after them: rows, because national designations come and go."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.code


class Specialism(models.Model):
    group = models.CharField(max_length=60)
    name = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["group", "name"]

    def __str__(self):
        return self.name


class LeaderQuerySet(models.QuerySet["SystemLeader"]):
    def active(self, on: date | None = None) -> "LeaderQuerySet":
        """Designated, neither suspended nor ended, and the review not overdue: fit to be matched."""
        return self.filter(
            Q(review_on__isnull=True) | Q(review_on__gte=on or timezone.localdate()),
            status=SystemLeader.Status.ACTIVE,
        )

    def awaiting_checks(self):
        """At work or about to be, and the home school has the checks to confirm, for the first time or anew."""
        return self.filter(
            Q(safeguarding_confirmed_on=None) | Q(safeguarding_confirmed_on__lt=checks_hold_from()),
            status__in=[SystemLeader.Status.NOMINATED, SystemLeader.Status.ACTIVE],
        )

    def of_school(self, school: School, on: date | None = None) -> "LeaderQuerySet":
        on = on or timezone.localdate()
        return self.filter(current(on, "person__posts__"), person__posts__school=school).distinct()

    def of_alliance(self, alliance, on=None):
        """Leaders with a home post at a member school on a day."""
        on = on or timezone.localdate()
        return self.filter(current(on, "person__posts__"), person__posts__school__in=alliance.members(on)).distinct()

    def within(self, alliances):
        """Leaders nominated to one of the alliances, or with a post, of today or later, at a member of today."""
        today = timezone.localdate()
        members = Membership.objects.filter(current(today), alliance__in=alliances).values("school")
        posts = Post.objects.filter(school__in=members).exclude(ends_on__lt=today)
        return self.filter(Q(person__in=posts.values("person")) | Q(nominated_to__in=alliances))


class SystemLeader(models.Model):
    """A person accredited to support other schools, from one or more home schools."""

    class Status(models.TextChoices):
        NOMINATED = "nominated", "Nominated"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        ENDED = "ended", "Ended"

    person = models.OneToOneField(Person, models.PROTECT, related_name="leader")
    type = models.ForeignKey(LeaderType, models.PROTECT, related_name="leaders")
    specialisms = models.ManyToManyField(Specialism, related_name="leaders", blank=True)
    designating_body = models.CharField(max_length=120, blank=True)
    designated_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NOMINATED)
    nominated_to = models.ForeignKey(
        Alliance,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        help_text="The alliance whose coordinator decides on a nomination",
    )
    allowance = models.PositiveIntegerField(
        default=1500,
        validators=[MaxValueValidator(20000)],
        help_text="Days a year over all alliances, in hundredths of a day (1500 is 15 days)",
    )
    is_available = models.BooleanField("open to new work", default=True)
    availability = models.CharField(max_length=200, blank=True, help_text="For example: not on Mondays")
    about = models.TextField("what I can help with", blank=True)
    safeguarding_confirmed_on = models.DateField(
        null=True, blank=True, help_text="When the home school confirmed the DBS and safeguarding checks"
    )
    safeguarding_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LeaderQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(safeguarding_confirmed_on__isnull=True, safeguarding_confirmed_by__isnull=True)
                | Q(safeguarding_confirmed_on__isnull=False, safeguarding_confirmed_by__isnull=False),
                name="safeguarding_has_a_date_and_a_name",
            )
        ]

    def __str__(self):
        return f"{self.person} ({self.type})"

    def keep_profile(self, *, about, availability, is_available, phases):
        """What leaders say about themselves; specialisms and designation are the coordinator's."""
        self.about, self.availability, self.is_available = about, availability, is_available
        self.save(update_fields=["about", "availability", "is_available"])
        self.phases.exclude(phase__in=phases).delete()
        rows = [LeaderPhase(leader=self, phase=phase) for phase in phases]
        LeaderPhase.objects.bulk_create(rows, ignore_conflicts=True)

    def home_schools(self, on=None):
        return self.person.schools_on(on)

    @property
    def is_fit(self) -> bool:
        """May be matched to new work today."""
        overdue = self.review_on and self.review_on < timezone.localdate()
        return self.status == self.Status.ACTIVE and not overdue

    @property
    def checks_are_old(self) -> bool:
        """The confirmation of the checks is to be renewed. It says so and blocks nothing: only its lack does."""
        on = self.safeguarding_confirmed_on
        return on is not None and on < checks_hold_from()

    @property
    def checks_in_words(self):
        """When the home school confirmed the checks, and whether that is to be renewed."""
        if self.safeguarding_confirmed_on is None:
            return "Not confirmed yet"
        renew = ", to be renewed" if self.checks_are_old else ""
        return f"Confirmed on {self.safeguarding_confirmed_on:%-d %B %Y}{renew}"


class LeaderPhase(models.Model):
    leader = models.ForeignKey(SystemLeader, models.CASCADE, related_name="phases")
    phase = models.CharField(max_length=30, choices=Phase)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leader", "phase"], name="a_leader_has_a_phase_once")]

    def __str__(self):
        return self.phase


class LeaderVerb(models.TextChoices):
    """What can be done to a designation, as its history tells it."""

    NOMINATE = "nominate", "Nominated"
    DESIGNATE = "designate", "Designated"
    RENEW = "renew", "Designation renewed"
    SUSPEND = "suspend", "Suspended"
    REINSTATE = "reinstate", "Reinstated"
    DECLINE_NOMINATION = "decline_nomination", "Nomination declined"
    END = "end", "Designation ended"
    CONFIRM_SAFEGUARDING = "confirm_safeguarding", "Safeguarding checks confirmed"


class LeaderEvent(models.Model):
    """Who did what to a leader's designation, when, from which status to which, and why.

    It is for people, as the history of requests is.
    """

    leader = models.ForeignKey(SystemLeader, models.CASCADE, related_name="events")
    verb = models.CharField(max_length=30, choices=LeaderVerb)
    old = models.CharField(max_length=10, choices=SystemLeader.Status, blank=True)
    new = models.CharField(max_length=10, choices=SystemLeader.Status, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=LeaderVerb.values), name="leader_event_has_a_known_verb")
        ]

    def __str__(self):
        return f"{self.leader}: {self.get_verb_display().lower()}"
