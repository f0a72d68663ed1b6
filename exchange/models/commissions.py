from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bank.models import Account
from portal.units import Hundredths
from schools.models import School
from staff.models import Person, Role, SystemLeader

from .requests import SupportRequest
from .texts import CaseCharField, CaseModel, CaseQuerySet, CaseTextField

ENDED = ("closed", "declined", "lapsed", "cancelled", "stopped")


class CommissionQuerySet(CaseQuerySet["Commission"]):
    def visible_to(self, user):
        """Both schools' people, the leader or the persons of its legs, the coordinators of both banks."""
        if user.is_superuser:
            return self
        roles = Role.objects.running().filter(user=user)
        schools = list(roles.filter(kind__in=Role.OF_SCHOOLS).values_list("school", flat=True))
        alliances = list(roles.filter(kind=Role.Kind.COORDINATOR).values_list("alliance", flat=True))
        return self.filter(
            Q(support_request__school__in=schools)
            | Q(home_school__in=schools)
            | Q(leader__person=user.person_id)
            | Q(pk__in=Leg.objects.filter(person=user.person_id).values("commission"))
            | Q(support_request__alliance__in=alliances)
            | Q(pk__in=Leg.objects.filter(giving_account__alliance__in=alliances).values("commission"))
        )

    def of_alliance(self, alliance):
        """Asked of an alliance, or given by a school in its bank to one of an alliance that trades with it."""
        across = Leg.objects.filter(giving_account__alliance=alliance).values("commission")
        return self.filter(Q(support_request__alliance=alliance) | Q(pk__in=across))

    def running(self):
        return self.filter(status__in=Commission.Status.running())

    def with_parts(self):
        return self.select_related(
            "support_request__school",
            "support_request__alliance",
            "support_request__specialism",
            "home_school",
            "leader__person",
            "leader__type",
        ).prefetch_related("legs__person")


class Commission(CaseModel):
    """One leader's piece of work for one request, or, peer to peer, two schools' work for each other.

    The home school named here releases and earns for the whole commission, even if the leader moves.
    """

    class Status(models.TextChoices):
        OFFERED = "offered", "Offered"
        AGREED = "agreed", "Agreed"
        ACTIVE = "active", "Under way"
        PAUSED = "paused", "Paused"
        DELIVERED = "delivered", "Delivered"
        CLOSED = "closed", "Closed"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed"
        CANCELLED = "cancelled", "Cancelled"
        STOPPED = "stopped", "Stopped early"

        @classmethod
        def running(cls) -> list["Commission.Status"]:
            return [cls.AGREED, cls.ACTIVE, cls.PAUSED]

        @classmethod
        def unfinished(cls):
            """Ended without the work being delivered whole."""
            return [cls.DECLINED, cls.LAPSED, cls.CANCELLED, cls.STOPPED]

        @classmethod
        def ended(cls):
            return [cls.CLOSED, *cls.unfinished()]

    class DeclineReason(models.TextChoices):
        CAPACITY = "capacity", "No capacity"
        DATES = "dates", "The dates do not work"
        SPECIALISM = "specialism", "Not my specialism"
        CONFLICT = "conflict", "A conflict of interest"
        DISTANCE = "distance", "Too far"
        RELEASE = "release", "The home school cannot release"
        OTHER = "other", "Another reason"

        @property
        def third_person_label(self):
            """The same as others read it: the label is what the one who declines says."""
            return {self.SPECIALISM: "Not their specialism", self.RELEASE: "The home school cannot release them"}.get(
                self, self.label
            )

    class TravelPayer(models.TextChoices):
        RECEIVING = "receiving", "The receiving school"
        HOME = "home", "The home school"
        FUND = "fund", "The common fund"

    support_request = models.ForeignKey(SupportRequest, models.PROTECT, related_name="commissions")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="package",
        help_text="The diagnostic whose findings this work carries out",
    )
    leader = models.ForeignKey(SystemLeader, models.PROTECT, null=True, blank=True, related_name="commissions")
    home_school = models.ForeignKey(School, models.PROTECT, related_name="released_commissions")
    status = models.CharField(max_length=10, choices=Status, default=Status.OFFERED, editable=False)
    paused_from = models.CharField(max_length=10, choices=Status, blank=True, editable=False)
    is_diagnostic = models.BooleanField(default=False)
    objectives = CaseTextField()
    modes = CaseCharField("how", max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    lapses_on = models.DateField(help_text="The clock lets an unanswered offer go on this day")
    leader_yes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    leader_yes_at = models.DateTimeField(null=True)
    home_yes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    home_yes_at = models.DateTimeField(null=True)
    home_yes_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The head for whom a delegate said it",
    )
    governors_informed = models.BooleanField(default=False, help_text="Said by a leader who releases themselves")
    receiving_yes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    receiving_yes_at = models.DateTimeField(null=True)
    receiving_yes_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The head for whom a delegate said it",
    )
    backfill_cost = models.PositiveIntegerField(
        "backfill a day", null=True, blank=True, help_text="Pence a day, borne by the home school"
    )
    travel_payer = models.CharField(max_length=10, choices=TravelPayer, blank=True)
    exit_plan = CaseTextField("how the school carries on afterwards", blank=True)
    tariff = models.ForeignKey(
        "exchange.Tariff",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="commissions",
        help_text="The version in force at the agreement",
    )
    day_rate = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="Pence a day by that tariff, as agreed"
    )
    tariff_taken_on = models.DateField(
        null=True, blank=True, editable=False, help_text="Where the tariff came after the agreement, for what is done"
    )
    override_reason = CaseCharField(max_length=300, blank=True)
    override_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    override_at = models.DateTimeField(null=True)
    findings = CaseTextField(blank=True)
    no_further_support = models.BooleanField(default=False)
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        help_text="Empty: by the clock",
    )
    decline_reason = models.CharField(max_length=12, choices=DeclineReason, blank=True, editable=False)
    end_reason = CaseTextField(
        blank=True, editable=False, help_text="Why it fell, was closed or was finished early, in somebody's own words"
    )

    objects = CommissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="commission_ends_after_it_starts"),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{who}_by__isnull": True, f"{who}_at__isnull": True})
                    | Q(**{f"{who}_by__isnull": False, f"{who}_at__isnull": False}),
                    name=f"{who}_has_a_name_and_a_time",
                )
                for who in ("leader_yes", "home_yes", "receiving_yes")
            ],
            models.CheckConstraint(
                condition=~Q(status__in=("agreed", "active", "delivered", "closed"))
                | Q(home_yes_at__isnull=False, receiving_yes_at__isnull=False),
                name="agreed_work_has_both_heads_yes",
            ),
            models.CheckConstraint(
                condition=Q(override_by=None, override_at=None)
                | Q(override_by__isnull=False, override_at__isnull=False),
                name="override_has_a_name_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(tariff_taken_on=None) | Q(tariff__isnull=False), name="tariff_taken_is_a_tariff"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_at__isnull=False)
                | ~Q(status__in=ENDED) & Q(ended_at=None, ended_by=None),
                name="ended_commission_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="declined") & ~Q(decline_reason="") | ~Q(status="declined") & Q(decline_reason=""),
                name="declined_offer_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["status", "lapses_on"]), models.Index(fields=["home_school", "status"])]

    def __str__(self):
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("exchange:commission", args=[self.pk])

    @property
    def reference(self):
        return f"C-{self.pk:04d}"

    @property
    def is_peer(self) -> bool:
        return self.support_request.is_peer

    @property
    def leg(self):
        """The leg that serves the asking school; the only one, unless the work is peer to peer."""
        return next(leg for leg in self.legs.all() if leg.receiving_school_id == self.support_request.school_id)

    @property
    def days(self):
        return self.leg.days

    @property
    def who(self):
        """The person who does the work, in words."""
        return str(self.leader) if self.leader_id else self.leg.person.name

    @property
    def is_offered(self) -> bool:
        return self.status == self.Status.OFFERED

    @property
    def awaits_safeguarding(self):
        """The home school has not confirmed the leader's DBS and safeguarding checks yet."""
        return self.leader_id is not None and self.leader.safeguarding_confirmed_on is None

    @property
    def is_running(self) -> bool:
        return self.status in self.Status.running()

    @property
    def why_ended(self) -> str:
        """In words; empty where nobody had to say why."""
        declined = self.decline_reason and self.DeclineReason(self.decline_reason).third_person_label
        return ": ".join(filter(None, [declined, self.end_reason]))

    @property
    def has_every_yes(self):
        return bool((self.leader_yes_at or self.leader_id is None) and self.home_yes_at and self.receiving_yes_at)


class Pause(CaseModel):
    """A time in which a commission's clocks stand still, such as an illness or an inspection."""

    PATH_TO_CASE = "commission__support_request"

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    reason = CaseTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="pause_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["commission"], condition=Q(ended_at=None), name="one_open_pause_a_commission"
            ),
        ]

    def __str__(self):
        return f"Pause of {self.commission}"


class Leg(models.Model):
    """One direction of a commission: who gives how many days to whom, and the two accounts.

    Two accounts are named from the start, so that each may stand in its own alliance's bank.
    """

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="legs")
    giving_school = models.ForeignKey(School, models.PROTECT, related_name="+")
    receiving_school = models.ForeignKey(School, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="legs")
    days = models.PositiveIntegerField(help_text="Hundredths of a day")
    giving_account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    receiving_account = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0), name="leg_has_days"),
            models.CheckConstraint(
                condition=~Q(giving_school=F("receiving_school")), name="a_school_does_not_support_itself"
            ),
            models.UniqueConstraint(fields=["commission", "giving_school"], name="one_leg_a_direction"),
        ]

    def __str__(self):
        return f"{self.giving_school} for {self.receiving_school}"

    def get_absolute_url(self):
        return self.commission.get_absolute_url()

    @property
    def left_to_plan(self):
        """The days that no visit has taken yet, in hundredths. It reads the visits that a page has fetched."""
        return max(self.days - sum(v.days for v in self.visits.all() if v.status in v.Status.counting()), 0)

    def levy_percent(self, on):
        """What the common fund takes of a visit of a day, by the giver's policy of that day."""
        policy = self.giving_account.alliance.policy(on)
        return 0 if self.commission.is_peer and not policy.levy_on_peer_to_peer else policy.levy_percent


class LeaderYear(models.Model):
    """A leader's days in one academic year over all alliances, in hundredths of a day.

    `taken` is held and delivered together. The database refuses more than the allowance.
    """

    leader = models.ForeignKey(SystemLeader, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(help_text="The calendar year it starts in")
    allowance = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["leader_id", "year"]
        constraints = [
            models.UniqueConstraint(fields=["leader", "year"], name="one_leader_year"),
            models.CheckConstraint(condition=Q(taken__lte=F("allowance")), name="leader_within_allowance"),
        ]

    def __str__(self):
        return f"{self.leader} {self.year}"

    @property
    def left(self) -> Hundredths:
        return Hundredths(self.allowance - self.taken)


class LeaderDays(models.Model):
    """What one commission takes of a leader's year: planned, logged and confirmed visits in the year of
    their day, the rest in the year of the start. Hundredths of a day."""

    commission = models.ForeignKey(Commission, models.CASCADE, related_name="leader_days")
    leader_year = models.ForeignKey(LeaderYear, models.PROTECT, related_name="parts")
    amount = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commission", "leader_year"], name="one_part_a_commission_and_year")
        ]

    def __str__(self):
        return f"{self.amount} of {self.leader_year}"
