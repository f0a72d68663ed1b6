from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from portal.units import Hundredths

from .commissions import Leg
from .requests import QUARTER_DAY
from .texts import CaseCharField, CaseModel, CaseQuerySet, CaseTextField

DAYS = models.IntegerField()
LONGEST = Hundredths(500)  # one visit is a dated part of the work, five days at most
QUARTERS = range(QUARTER_DAY, LONGEST + 1, QUARTER_DAY)


class VisitQuerySet(CaseQuerySet["Visit"]):
    def counting(self) -> "VisitQuerySet":
        """Visits that use up agreed days: planned, done or confirmed."""
        return self.filter(status__in=Visit.Status.counting())

    def in_credits(self):
        """Confirmed visits for which credits have moved, and stand."""
        return self.filter(confirmed_at__isnull=False, in_money=False)

    def to_charge(self):
        """Visits in money of which more or less counts than is charged; a disputed one waits for its settlement.

        Each with `counts`, and what earlier charges have of it: `days_before`, `amount_before` in pence.
        Days that were waived are never given back: nobody has paid them.
        """
        statuses = Visit.Status.CONFIRMED, Visit.Status.NO_SHOW
        waived = Q(charge_lines__charge__status="waived")
        return (
            self.filter(in_money=True, status__in=statuses, leg__commission__tariff__isnull=False)
            .annotate(
                stands=Case(When(status=Visit.Status.CONFIRMED, then=F("days")), default=0, output_field=DAYS),
                days_before=Coalesce(Sum("charge_lines__days"), 0, output_field=DAYS),
                days_waived=Coalesce(Sum("charge_lines__days", filter=waived), 0, output_field=DAYS),
                amount_before=Coalesce(Sum("charge_lines__amount"), 0),
            )
            .annotate(
                counts=Case(
                    When(stands__gte=F("days_before"), then=F("stands")),
                    default=Least("days_before", Greatest("stands", "days_waived")),
                )
            )
            .exclude(days_before=F("counts"))
        )


class Visit(CaseModel):
    """A dated part of a commission, in quarter-days. Only a confirmed visit moves credits, or is charged."""

    PATH_TO_CASE = "leg__commission__support_request"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        LOGGED = "logged", "To confirm"
        CONFIRMED = "confirmed", "Confirmed"
        DISPUTED = "disputed", "Disputed"
        MOVED = "moved", "Moved"
        LATE_CANCELLED = "late_cancelled", "Cancelled late"
        NO_SHOW = "no_show", "Did not happen"

        @classmethod
        def counting(cls) -> list["Visit.Status"]:
            return [cls.PLANNED, cls.LOGGED, cls.CONFIRMED, cls.DISPUTED]

        @classmethod
        def done(cls) -> list["Visit.Status"]:
            return [cls.LOGGED, cls.CONFIRMED, cls.DISPUTED]

    leg = models.ForeignKey(Leg, models.PROTECT, related_name="visits")
    status = models.CharField(max_length=15, choices=Status, default=Status.PLANNED, editable=False)
    on = models.DateField("date")
    days = models.PositiveIntegerField(help_text="Hundredths of a day, in quarter-days")
    arrival_time = models.TimeField("arriving at")
    arrival_contact = CaseCharField("ask for", max_length=120)
    purpose = CaseCharField(max_length=200, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moved_to = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="moved_from")
    note = CaseTextField("what was done", blank=True)
    next_steps = CaseTextField(blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    logged_at = models.DateTimeField(null=True)
    confirm_by = models.DateField(null=True, help_text="The clock confirms on this day")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="Empty: by the clock"
    )
    confirmed_at = models.DateTimeField(null=True)
    in_money = models.BooleanField(
        default=False,
        editable=False,
        help_text="Charged, not in credits: decided when it was confirmed, by the memberships of its day",
    )
    dispute_until = models.DateField(null=True)
    disputed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    disputed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The head for whom a delegate disputed it",
    )
    disputed_at = models.DateTimeField(null=True, help_text="The last time")
    dispute_reason = CaseTextField(blank=True)
    settlements = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0), name="visit_has_days"),
            models.CheckConstraint(condition=Q(days__in=[*QUARTERS]), name="visit_in_quarter_days"),
            models.CheckConstraint(
                condition=Q(logged_by__isnull=True, logged_at__isnull=True)
                | Q(logged_by__isnull=False, logged_at__isnull=False),
                name="visit_logged_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("logged", "confirmed", "disputed")) | Q(logged_at__isnull=False),
                name="done_visit_was_logged",
            ),
            models.CheckConstraint(
                condition=Q(disputed_by=None, disputed_for=None, disputed_at=None)
                | Q(disputed_by__isnull=False, disputed_at__isnull=False),
                name="visit_disputed_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="disputed") | Q(disputed_at__isnull=False), name="disputed_visit_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(in_money=False) | Q(status__in=("confirmed", "disputed", "no_show")),
                name="visit_in_money_was_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "on"]),
            models.Index(fields=["status", "confirm_by"]),
            models.Index(fields=["leg"], condition=Q(in_money=True), name="visits_in_money"),
        ]

    def __str__(self):
        return f"Visit on {self.on:%-d %B %Y}"

    def get_absolute_url(self):
        return self.leg.commission.get_absolute_url()

    @property
    def is_posted(self):
        """Credits have moved for it, whether it was confirmed by the school or by the clock."""
        return self.is_confirmed and not self.in_money

    @property
    def is_confirmed(self):
        """By the school or by the clock, also while it is disputed afterwards."""
        return self.confirmed_at is not None
