from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from schools.models import Alliance, School

EARLIEST = date(2000, 1, 1)  # no movement is older: a slip of the year would open twenty centuries of balances


class Account(models.Model):
    """One account in one alliance's bank. All figures in hundredths of a day.

    `posted` and `held` are running totals kept by the database as rows arrive; the rows are the truth.
    The floor is the policy's limit, unless somebody with the right lowered it (see FloorChange).
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        FUND = "fund", "Common fund"
        OUTSIDE = "outside", "Outside the alliance"

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCHOOL)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="accounts")
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["alliance", "kind", "school__name"]
        constraints = [
            models.CheckConstraint(condition=Q(posted__gte=F("floor") + F("held")), name="account_above_its_floor"),
            models.CheckConstraint(condition=Q(held__gte=0), name="account_holds_nothing_negative"),
            models.CheckConstraint(
                condition=Q(kind="school", school__isnull=False) | (~Q(kind="school") & Q(school__isnull=True)),
                name="school_account_has_a_school",
            ),
            models.UniqueConstraint(
                fields=["alliance", "school"], condition=Q(kind="school"), name="one_account_a_school"
            ),
            models.UniqueConstraint(
                fields=["alliance", "kind"], condition=~Q(kind="school"), name="one_account_of_each_other_kind"
            ),
        ]

    def __str__(self):
        return self.school.name if self.school_id else self.get_kind_display()

    @property
    def available(self):
        return self.posted - self.held - self.floor


class Transfer(models.Model):
    """A movement from one account to another, written once and never changed.

    `amount` is in hundredths of a day and above zero. `released` is the part of the debit account's
    hold that this row uses up, so that posted and held move in one statement. The cause is named in
    text, because the bank has no foreign key upward.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", "Visit"
        LEVY = "levy", "Levy"
        OPENING = "opening", "Opening grant"
        ADJUSTMENT = "adjustment", "Adjustment"
        REVERSAL = "reversal", "Reversal"

    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits")
    amount = models.PositiveBigIntegerField()
    released = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    occurred_on = models.DateField()
    posted_at = models.DateTimeField(default=timezone.now)
    cause_kind = models.CharField(max_length=20)
    cause_id = models.CharField(max_length=40)
    posted_by = models.CharField(max_length=40, help_text="user:<id>, or clock")
    reason = models.CharField(max_length=300, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(occurred_on__gte=EARLIEST),
                name="transfer_in_this_century",
                violation_error_message="Enter 1 January 2000 or a later day",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="a_reversal_names_what_it_reverses",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "-occurred_on", "-id"]),
            models.Index(fields=["credit", "-occurred_on", "-id"]),
            models.Index(fields=["cause_kind", "cause_id"]),
            models.Index(fields=["posted_at"]),
        ]

    def __str__(self):
        return f"Transfer {self.pk}"


class Hold(models.Model):
    """Days agreed and not yet confirmed, on the receiving school's account. One row a cause."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    cause_kind = models.CharField(max_length=20)
    cause_id = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField(help_text="Hundredths of a day still held")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause_kind", "cause_id"], name="one_hold_a_cause")]

    def __str__(self):
        return f"Hold {self.pk}"


class FloorChange(models.Model):
    """Who moved an account's floor, and why."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="floor_changes")
    old = models.BigIntegerField()
    new = models.BigIntegerField()
    by = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Floor of {self.account} from {self.old} to {self.new}"


class Balance(models.Model):
    """An account's figures for an academic year, or for all time (year 0), worked out from the rows.

    Hundredths of a day. net = given - received - levy + other. Overwritten by the jobs, never counted up.
    """

    ALL_TIME = 0

    account = models.ForeignKey(Account, models.CASCADE, related_name="balances")
    year = models.PositiveSmallIntegerField(default=ALL_TIME)
    given = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    levy = models.BigIntegerField(default=0)
    other = models.BigIntegerField(default=0)
    worked_out_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["account", "year"]
        constraints = [
            models.UniqueConstraint(fields=["account", "year"], name="one_balance_a_year"),
        ]

    def __str__(self):
        return f"Balance of {self.account}"

    @property
    def net(self):
        return self.given - self.received - self.levy + self.other


class Snapshot(models.Model):
    """An account's posted balance on a day, kept by the nightly job for the trend. Hundredths of a day."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="snapshots")
    on = models.DateField()
    posted = models.BigIntegerField()
    held = models.BigIntegerField()

    class Meta:
        ordering = ["account", "on"]
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="one_snapshot_a_day")]

    def __str__(self):
        return f"{self.account} on {self.on}"
