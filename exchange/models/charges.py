from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from portal.units import Pence
from portal.words import pounds
from schools.models import Alliance, School
from staff.models import LeaderType, Role

from .commissions import Commission
from .texts import CaseModel, CaseQuerySet, CaseTextField
from .visits import Visit


class TariffQuerySet(models.QuerySet["Tariff"]):
    def in_force(self, alliance: Alliance, on: date) -> "Tariff | None":
        """The version that holds on a day, or None."""
        return self.begun(on).filter(alliance=alliance).order_by("-starts_on").first()

    def begun(self, on: date | None = None) -> "TariffQuerySet":
        return self.filter(starts_on__lte=on or timezone.localdate())


class Tariff(models.Model):
    """One version of what an alliance charges schools outside it. Money in pence.

    The brokerage is a percentage, or a fixed sum once a commission, taken from the price (inside) or added to it.
    """

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="tariffs")
    starts_on = models.DateField()
    day_rate = models.PositiveIntegerField(help_text="Pence a day, for leaders whose type has no rate of its own")
    brokerage_percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    brokerage_fixed = models.PositiveIntegerField(default=0, help_text="Pence a commission")
    brokerage_inside = models.BooleanField(default=True, help_text="Taken from the price, not added to it")
    vat_percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])

    objects = TariffQuerySet.as_manager()

    class Meta:
        ordering = ["alliance_id", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "starts_on"], name="one_tariff_a_day"),
            models.CheckConstraint(condition=Q(day_rate__gt=0), name="tariff_has_a_rate"),
            models.CheckConstraint(
                condition=Q(brokerage_percent=0) | Q(brokerage_fixed=0), name="brokerage_percent_or_fixed"
            ),
            models.CheckConstraint(
                condition=Q(brokerage_percent__lte=100) & Q(vat_percent__lte=100), name="tariff_percentages"
            ),
        ]

    def __str__(self):
        return f"Tariff of {self.alliance} from {self.starts_on:%-d %B %Y}"

    @property
    def in_words(self):
        """ "Netherby Schools: £350.00 a day, NLE £420.00; brokerage of 15% on top; VAT at 20%"."""
        rates = [f"{rate.leader_type} {pounds(rate.day_rate)}" for rate in self.rates.select_related("leader_type")]
        words = [f"{self.alliance}: {', '.join([f'{pounds(self.day_rate)} a day', *rates])}"]
        if not self.brokerage_inside and (self.brokerage_fixed or self.brokerage_percent):
            fee = pounds(self.brokerage_fixed) if self.brokerage_fixed else f"{self.brokerage_percent}%"
            words.append(f"brokerage of {fee} on top")
        if self.vat_percent:
            words.append(f"VAT at {self.vat_percent}%")
        return "; ".join(words)

    def rate_for(self, leader_type: LeaderType | None) -> Pence:
        """Pence a day for a type of leader (None: the person is no system leader)."""
        rate = leader_type and self.rates.filter(leader_type=leader_type).first()
        return Pence(rate.day_rate if rate else self.day_rate)


class TariffRate(models.Model):
    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="rates")
    leader_type = models.ForeignKey(LeaderType, models.PROTECT, related_name="+")
    day_rate = models.PositiveIntegerField(help_text="Pence a day")

    class Meta:
        ordering = ["leader_type"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "leader_type"], name="one_rate_a_type"),
            models.CheckConstraint(condition=Q(day_rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self):
        return f"{self.leader_type}: {self.day_rate}p"


class ChargeQuerySet(CaseQuerySet):
    def of_school(self, school):
        """To be paid by it, or for the work of its leaders."""
        return self.filter(Q(school=school) | Q(home_school=school))

    def visible_to(self, user):
        """The charged school's and the home school's people, and the alliance's coordinators."""
        if user.is_superuser:
            return self
        roles = Role.objects.running().filter(user=user)
        schools = list(roles.filter(kind__in=Role.OF_SCHOOLS).values_list("school", flat=True))
        alliances = list(roles.filter(kind=Role.Kind.COORDINATOR).values_list("alliance", flat=True))
        return self.filter(Q(school__in=schools) | Q(home_school__in=schools) | Q(alliance__in=alliances))


class Charge(CaseModel):
    """What a school pays in money for visits that were not in credits. Pence; a credit note is below zero.

    Its figures never change once it is raised: what comes later is a charge of its own.
    """

    PATH_TO_CASE = "commission__support_request"

    class Status(models.TextChoices):
        DUE = "due", "Due"
        PAID = "paid", "Paid"
        WAIVED = "waived", "Waived"

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="charges")
    number = models.PositiveIntegerField()
    commission = models.ForeignKey(Commission, models.PROTECT, related_name="charges")
    school = models.ForeignKey(School, models.PROTECT, related_name="charges")
    home_school = models.ForeignKey(School, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.DUE, editable=False)
    work = models.IntegerField(help_text="Pence: the days at the rate")
    brokerage = models.IntegerField(help_text="Pence to the alliance")
    home_share = models.IntegerField(help_text="Pence owed to the home school")
    vat = models.IntegerField(help_text="Pence")
    total = models.IntegerField(help_text="Pence to pay")
    raised_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, editable=False, help_text="When it was paid or waived")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    settled_reason = CaseTextField(blank=True, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "number"], name="charges_are_numbered"),
            models.CheckConstraint(
                condition=Q(total=F("home_share") + F("brokerage") + F("vat")), name="charge_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(status="due", settled_at=None, settled_by=None)
                | Q(status="paid", settled_at__isnull=False, settled_by__isnull=False)
                | Q(status="waived", settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_reason=""),
                name="charge_settled_by_somebody_at_some_time",
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("exchange:charge", args=[self.pk])

    @property
    def reference(self):
        return f"{self.alliance.slug.upper()}-{self.number:04d}"

    @property
    def is_due(self):
        return self.status == self.Status.DUE

    @property
    def is_credit_note(self):
        return self.total < 0


class ChargeLine(models.Model):
    """A visit's part of a charge. Days in hundredths and money in pence; below zero where days were taken back."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="charge_lines")
    on = models.DateField()
    days = models.IntegerField()
    day_rate = models.PositiveIntegerField()
    amount = models.IntegerField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["charge", "visit"], name="one_line_a_visit")]

    def __str__(self):
        return f"{self.charge}: {self.on}"
