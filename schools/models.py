"""Schools, alliances and their rules. This app knows nobody: no people, no exchange."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from . import calendar


def current(on: date, prefix: str = "") -> Q:
    """Q of dated rows (starts_on, ends_on inclusive or empty) that hold on a day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on})
    )


def refuse_end_before_start(starts_on, ends_on):
    """In a sentence for whoever fills in the form; the database would refuse it in its own words."""
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": f"The last day must not be before the first, {starts_on:%-d %B %Y}"})


class Dated(models.Model):
    """A row that holds from a day to a day, both included; no last day means until further notice."""

    starts_on = models.DateField("from")
    ends_on = models.DateField("to", null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        refuse_end_before_start(self.starts_on, self.ends_on)

    def holds_on(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class Phase(models.TextChoices):
    """As the register names them. Special schools and alternative provision come from the type."""

    NURSERY = "Nursery", "Nursery"
    PRIMARY = "Primary", "Primary"
    MIDDLE_PRIMARY = "Middle deemed primary", "Middle deemed primary"
    MIDDLE_SECONDARY = "Middle deemed secondary", "Middle deemed secondary"
    SECONDARY = "Secondary", "Secondary"
    SIXTEEN_PLUS = "16 plus", "16 plus"
    ALL_THROUGH = "All-through", "All-through"
    NOT_APPLICABLE = "Not applicable", "Not applicable"

    @classmethod
    def to_choose(cls):
        """Those in which somebody can work: the register's last is of schools only."""
        return [choice for choice in cls.choices if choice[0] != cls.NOT_APPLICABLE]


class School(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSING = "closing", "Open, but proposed to close"
        CLOSED = "closed", "Closed"
        PROPOSED = "proposed", "Proposed to open"

    urn = models.PositiveIntegerField("URN", primary_key=True)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    phase = models.CharField(max_length=30, choices=Phase, default=Phase.NOT_APPLICABLE)
    establishment_type = models.CharField("type", max_length=100, blank=True)
    type_group = models.CharField(max_length=100, blank=True)
    la_code = models.CharField("local authority code", max_length=3, blank=True)
    la_name = models.CharField("local authority", max_length=100, blank=True)
    establishment_number = models.CharField(max_length=4, blank=True)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    trust = models.CharField(max_length=200, blank=True)
    federation = models.CharField(max_length=200, blank=True)
    religious_character = models.CharField(max_length=100, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    low_age = models.PositiveSmallIntegerField("lowest age", null=True, blank=True)
    high_age = models.PositiveSmallIntegerField("highest age", null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    website = models.CharField(max_length=300, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True, help_text="British National Grid, metres")
    northing = models.PositiveIntegerField(null=True, blank=True, help_text="British National Grid, metres")
    open_date = models.DateField(null=True, blank=True)
    close_date = models.DateField(null=True, blank=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        help_text="The school that re-opened under this URN",
    )
    # What the school itself keeps up to date; the register import never writes these.
    telephone = models.CharField(max_length=30, blank=True)
    arrival = models.TextField(
        "arriving at the school", blank=True, help_text="Parking, the entrance and where to sign in"
    )

    class Meta:
        ordering = ["name", "urn"]
        indexes = [models.Index(fields=["la_code", "establishment_number"])]

    def __str__(self):
        return self.name

    @property
    def is_special(self):
        return "special" in self.establishment_type.lower()

    @property
    def is_alternative_provision(self):
        kind = self.establishment_type.lower()
        return "pupil referral" in kind or "alternative provision" in kind

    def metres_to(self, other: "School") -> int | None:
        """Straight-line distance in whole metres, or None where either has no place on the map."""
        if self.easting is None or self.northing is None or other.easting is None or other.northing is None:
            return None
        return round(((self.easting - other.easting) ** 2 + (self.northing - other.northing) ** 2) ** 0.5)


class AllianceQuerySet(models.QuerySet["Alliance"]):
    def of_school(self, school: School, on: date | None = None) -> "AllianceQuerySet":
        """Alliances a school is a member of on a day (today by default)."""
        on = on or timezone.localdate()
        return self.filter(current(on, "memberships__"), memberships__school=school).distinct()


class Alliance(models.Model):
    class Colour(models.TextChoices):
        GREEN = "green"
        BLUE = "blue"
        PURPLE = "purple"
        TEAL = "teal"
        PLUM = "plum"
        SLATE = "slate"

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    lead_school = models.ForeignKey(School, models.PROTECT, related_name="+")
    colour = models.CharField(max_length=10, choices=Colour, default=Colour.GREEN)
    is_open = models.BooleanField(
        "heads see every school's totals",
        default=False,
        help_text="Otherwise a head sees only the own school's statement",
    )
    how_to_pay = models.TextField(
        blank=True,
        max_length=1000,
        help_text="The account, and what to quote. It stands on each charge, on screen and as PDF, until it is paid",
    )
    schools = models.ManyToManyField(School, through="Membership", related_name="alliances")

    objects = AllianceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def policy(self, on: date | None = None) -> "Policy":
        """The policy version that holds on a day (today by default). It reads the versions that were prefetched."""
        on = on or timezone.localdate()
        for version in self.policies.all():  # the latest first
            if version.starts_on <= on:
                return version
        raise Policy.DoesNotExist(f"No policy is in force on {on:%-d %B %Y}")

    def has_member(self, school: School, on: date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.memberships.filter(current(on), school=school).exists()

    def closed_days(self):
        """Closure periods as pairs of first and last day."""
        return list(self.closures.values_list("starts_on", "ends_on"))

    def members(self, on: date | None = None) -> models.QuerySet[School]:
        return School.objects.filter(
            current(on or timezone.localdate(), "memberships__"), memberships__alliance=self
        ).distinct()


class Membership(Dated):
    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")

    class Meta:
        ordering = ["alliance_id", "school_id", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["alliance", "school"], condition=Q(ends_on__isnull=True), name="one_running_membership"
            ),
        ]

    def __str__(self):
        return f"{self.school} in {self.alliance}"

    def clean(self):
        super().clean()
        if self.school_id and self.alliance_id and self.starts_on and self._overlapping().exists():
            raise ValidationError(f"{self.school} is a member of {self.alliance} in that time already")

    def _overlapping(self):
        others = Membership.objects.filter(school=self.school, alliance=self.alliance).exclude(pk=self.pk)
        others = others.exclude(ends_on__lt=self.starts_on)
        return others.filter(starts_on__lte=self.ends_on) if self.ends_on else others


class Policy(models.Model):
    """One version of an alliance's rules, in force from a day until the next version starts.

    Days are hundredths of a day. Source: "The bank: rules with numbers" and "What runs by the clock".
    """

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="policies")
    starts_on = models.DateField()
    levy_percent = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(100)], help_text="Of each earning, to the common fund"
    )
    levy_on_peer_to_peer = models.BooleanField(default=False)
    limit = models.IntegerField(
        default=-1000, help_text="How far below zero a school may go, hundredths of a day (-500 is 5 days)"
    )
    band_low = models.IntegerField(default=-500, help_text="Below this a school owes too much, hundredths of a day")
    band_high = models.IntegerField(default=1000, help_text="Above this it is owed too much, hundredths of a day")
    allowance = models.PositiveIntegerField(
        default=1500, help_text="A leader's days in a year unless their own is set, hundredths of a day"
    )
    urgent_cap = models.PositiveIntegerField(
        default=300, help_text="The fund covers an urgent response up to this, hundredths of a day a request"
    )
    hosting_rate = models.PositiveSmallIntegerField(
        default=50, help_text="Credited for each day that a school hosts or trains for all, hundredths of a day"
    )
    carry_over_cap = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="At the end of a year what a school is owed above this goes to the fund, hundredths of a day",
    )
    write_off_below = models.IntegerField(
        null=True,
        blank=True,
        help_text="At the end of a year the fund writes off what a school owes below this, hundredths of a day",
    )
    reply_working_days = models.PositiveSmallIntegerField(default=2, help_text="A coordinator replies within")
    offer_reminder_days = models.PositiveSmallIntegerField(default=3)
    offer_lapse_days = models.PositiveSmallIntegerField(default=7)
    log_working_days = models.PositiveSmallIntegerField(default=5)
    confirm_reminder_days = models.PositiveSmallIntegerField(default=7)
    confirm_days = models.PositiveSmallIntegerField(default=14, help_text="Then the clock confirms a visit")
    dispute_days = models.PositiveSmallIntegerField(default=30)
    evaluation_days = models.PositiveSmallIntegerField(default=10)
    evaluation_again_days = models.PositiveSmallIntegerField(default=7)

    class Meta:
        ordering = ["alliance_id", "-starts_on"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["alliance", "starts_on"], name="one_policy_a_day"),
            models.CheckConstraint(condition=Q(levy_percent__lte=100), name="levy_is_a_percentage"),
            models.CheckConstraint(condition=Q(limit__lte=0), name="limit_is_not_above_zero"),
            models.CheckConstraint(condition=Q(band_low__lt=F("band_high")), name="band_low_below_high"),
            models.CheckConstraint(
                condition=Q(write_off_below__isnull=True) | Q(write_off_below__lt=0), name="only_debts_are_written_off"
            ),
        ]

    def __str__(self):
        return f"{self.alliance} from {self.starts_on:%-d %B %Y}"


class Closure(models.Model):
    """A period in which the clocks of offers, confirmations and evaluations stand still."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="closures")
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="closure_ends_after_it_starts")
        ]

    def __str__(self):
        return f"{self.name} {calendar.label(calendar.year_of(self.starts_on))}"

    def clean(self):
        super().clean()
        refuse_end_before_start(self.starts_on, self.ends_on)
