from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, Phase, School
from staff.models import Role, Specialism

from .texts import CaseCharField, CaseModel, CaseTextField, redacted

QUARTER_DAY = 25


ENDED = ("closed", "declined", "withdrawn")


class SupportRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The asking school's people and, once it was sent, the alliance's coordinators."""
        if user.is_superuser:
            return self
        roles = Role.objects.running().filter(user=user)
        schools = list(roles.filter(kind__in=Role.OF_SCHOOLS).values_list("school", flat=True))
        alliances = list(roles.filter(kind=Role.Kind.COORDINATOR).values_list("alliance", flat=True))
        return self.filter(Q(school__in=schools) | Q(alliance__in=alliances, submitted_at__isnull=False))

    def waiting(self):
        return self.filter(status__in=SupportRequest.Status.waiting())


class SupportRequest(models.Model):
    """What a school needs, addressed to one alliance; the school need not be a member."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Sent"
        CLARIFICATION = "clarification", "Question asked"
        OPEN = "open", "Looking for a leader"
        MATCHED = "matched", "Matched"
        CLOSED = "closed", "Closed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @classmethod
        def waiting(cls):
            """Somebody still has to find a leader."""
            return [cls.SUBMITTED, cls.CLARIFICATION, cls.OPEN]

        @classmethod
        def ended(cls):
            return [cls.CLOSED, cls.DECLINED, cls.WITHDRAWN]

    class Kind(models.TextChoices):
        SPECIFIC = "specific", "A specific need"
        DIAGNOSTIC = "diagnostic", "A diagnostic visit, to find out what is needed"
        PEER = "peer", "Peer to peer, each school helping the other"
        COACHING = "coaching", "Coaching for a headteacher"
        REVIEW = "review", "A review, such as governance, pupil premium or SEND"
        TRAINING = "training", "Training"
        URGENT = "urgent", "Urgent help"

    class Urgency(models.TextChoices):
        WHENEVER = "whenever", "When it suits"
        TERM = "term", "This term"
        URGENT = "urgent", "Urgent, within two weeks"

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="requests")
    school = models.ForeignKey(School, models.PROTECT, related_name="requests")
    status = models.CharField(max_length=15, choices=Status, default=Status.DRAFT, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, blank=True)
    specialism = models.ForeignKey(Specialism, models.PROTECT, null=True, blank=True, related_name="requests")
    phase = models.CharField(max_length=30, choices=Phase, blank=True)
    need = models.TextField("what is needed", blank=True)
    days = models.PositiveIntegerField(
        default=0,
        validators=[MinValueValidator(QUARTER_DAY), MaxValueValidator(20000)],
        help_text="Hundredths of a day",
    )
    committed = models.PositiveIntegerField(
        default=0, editable=False, help_text="Open and agreed days of its commissions, hundredths of a day"
    )
    may_split = models.BooleanField("the days may be split over leaders", default=False)
    starts_on = models.DateField("from", null=True, blank=True)
    ends_on = models.DateField("to", null=True, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.TERM)
    goal = models.CharField("appraisal or CPD goal", max_length=200, blank=True)
    plan = models.CharField("department's or school's plan", max_length=200, blank=True)
    supported_person = models.CharField(max_length=120, blank=True)
    delegates_see_person = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_requests"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it began to look for a leader, the last time"
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(committed__lte=F("days")), name="no_more_days_than_asked"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="request_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_at__isnull=False) | ~Q(status__in=ENDED) & Q(ended_at=None),
                name="ended_request_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "status"]), models.Index(fields=["school", "status"])]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("exchange:request", args=[self.pk])

    @property
    def reference(self):
        return f"SR-{self.pk:04d}"

    @property
    def title(self):
        return self.specialism.name if self.specialism_id else "Not said yet"

    @property
    def is_peer(self) -> bool:
        return self.kind == self.Kind.PEER

    @property
    def days_wanted(self) -> Hundredths:
        """Hundredths of a day that no commission has taken yet."""
        return Hundredths(self.days - self.committed)

    @property
    def is_early(self):
        """Asked before 31 July for the next academic year."""
        if not (self.submitted_at and self.starts_on):
            return False
        sent = timezone.localdate(self.submitted_at)
        year = calendar.year_of(sent)
        return calendar.year_of(self.starts_on) > year and sent < sent.replace(year=year + 1, month=7, day=31)

    @property
    def has_ended(self):
        return self.status in self.Status.ended()

    @property
    def is_confidential(self):
        return bool(self.supported_person)

    def redacted(self, text):
        """A text without the supported person's name: for all that more people read than may see it."""
        return redacted(text, self.supported_person)


class Outcome(CaseModel):
    """What is to be different, with where the school stands now, from 0 (not at all) to 10 (fully)."""

    support_request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="outcomes")
    text = CaseCharField(max_length=200)
    baseline = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(baseline__lte=10), name="baseline_from_0_to_10")]

    def __str__(self):
        return self.text


class Clarification(CaseModel):
    """A coordinator's question to the asking school, and its answer."""

    support_request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="clarifications")
    question = CaseTextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = CaseTextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answered_by_somebody_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["support_request"], condition=Q(answered_at__isnull=True), name="one_open_question_a_request"
            ),
        ]

    def __str__(self):
        return f"Question {self.pk} on {self.support_request}"
