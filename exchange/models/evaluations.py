from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .commissions import Commission
from .requests import Outcome
from .texts import CaseModel, CaseTextField


class Evaluation(CaseModel):
    PATH_TO_CASE = "commission__support_request"

    class Side(models.TextChoices):
        RECEIVING = "receiving", "The receiving school"
        GIVING = "giving", "The leader"

    class Rating(models.IntegerChoices):
        VERY_GOOD = 5, "Very good"
        GOOD = 4, "Good"
        FAIR = 3, "Fair"
        POOR = 2, "Poor"
        VERY_POOR = 1, "Very poor"

    LOW = 2

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="evaluations")
    side = models.CharField(max_length=10, choices=Side)
    evidence = CaseTextField("what shows it")
    gained = CaseTextField("what the home school gained", blank=True)
    rating = models.PositiveSmallIntegerField(choices=Rating, validators=[MinValueValidator(1), MaxValueValidator(5)])
    flagged = models.BooleanField("ask the coordinator to look at this", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "side"], name="one_evaluation_a_side"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="rating_from_1_to_5"),
        ]

    def __str__(self):
        return f"Evaluation of {self.commission} by {self.get_side_display().lower()}"

    @property
    def opens_a_concern(self):
        return self.flagged or self.rating <= self.LOW


class OutcomeScore(models.Model):
    """Where an outcome stands at the end, on the baseline's scale of 0 to 10."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scores")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])

    class Meta:
        ordering = ["outcome_id"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "outcome"], name="one_score_an_outcome"),
            models.CheckConstraint(condition=Q(score__lte=10), name="score_from_0_to_10"),
        ]

    def __str__(self):
        return f"{self.outcome}: {self.score}"


class Concern(CaseModel):
    """Something about a commission that its coordinator must look at."""

    PATH_TO_CASE = "commission__support_request"

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="concerns")
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="concern")
    opened_at = models.DateTimeField(default=timezone.now)
    resolution = CaseTextField(blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="concern_resolved_by_somebody_at_some_time",
            )
        ]

    def __str__(self):
        return f"Concern about {self.commission}"

    def get_absolute_url(self):
        return self.commission.get_absolute_url()
