from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.units import Hundredths
from schools.models import Alliance, School

EARLIEST = date(2000, 1, 1)  # no movement is older: a slip of the year would open twenty centuries of balances
MOST = 1_000_000  # 10,000 days in one movement can only be a slip of the hand


class Account(models.Model):
    """One account in one alliance's bank. All figures in hundredths of a day.

    The totals are kept by the database as rows arrive; the rows are the truth. `posted` is the balance,
    the four figures beside it make it up. The floor of a school is the policy's limit, unless somebody
    with the right lowered it (see FloorChange); the fund's is 0; a clearing account's is the cap of the
    trade between the two alliances, whose other direction the partner's own clearing account caps.
    No movement is dated before `open_from`: the years before it are closed.
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        FUND = "fund", "Common fund"
        OUTSIDE = "outside", "Outside the alliance"
        CLEARING = "clearing", "Another alliance"

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCHOOL)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="accounts")
    partner = models.ForeignKey(Alliance, models.PROTECT, null=True, blank=True, related_name="+")
    posted = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    levy = models.BigIntegerField(default=0)
    other = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    open_from = models.DateField(default=EARLIEST, editable=False)

    class Meta:
        ordering = ["alliance_id", "kind", "school__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posted=F("given") - F("received") - F("levy") + F("other")), name="account_figures_add_up"
            ),
            models.CheckConstraint(condition=Q(posted__gte=F("floor") + F("held")), name="account_above_its_floor"),
            models.CheckConstraint(condition=Q(held__gte=0), name="account_holds_nothing_negative"),
            models.CheckConstraint(
                condition=Q(kind="school", school__isnull=False) | (~Q(kind="school") & Q(school__isnull=True)),
                name="school_account_has_a_school",
            ),
            models.UniqueConstraint(
                fields=["alliance", "school"], condition=Q(kind="school"), name="one_account_a_school"
            ),
            models.CheckConstraint(
                condition=Q(kind="clearing", partner__isnull=False) | (~Q(kind="clearing") & Q(partner__isnull=True)),
                name="clearing_account_has_a_partner",
            ),
            models.CheckConstraint(condition=~Q(partner=F("alliance")), name="no_alliance_trades_with_itself"),
            models.UniqueConstraint(
                fields=["alliance", "kind"],
                condition=Q(kind__in=("fund", "outside")),
                name="one_account_of_each_other_kind",
            ),
            models.UniqueConstraint(
                fields=["alliance", "partner"], condition=Q(kind="clearing"), name="one_clearing_account_a_partner"
            ),
        ]

    def __str__(self) -> str:
        if self.partner_id:
            return f"Clearing with {self.partner}"
        return self.school.name if self.school else self.get_kind_display()

    @property
    def available(self) -> Hundredths:
        return Hundredths(self.posted - self.held - self.floor)

    def rule(self) -> Hundredths:
        """The floor by the rules: a school's is the policy's limit, a trade's its cap, the fund's 0."""
        if self.kind == self.Kind.SCHOOL:
            return Hundredths(self.alliance.policy().limit)
        if self.kind == self.Kind.CLEARING:
            change = self.floor_changes.filter(is_rule=True).first()
            return Hundredths(change.new if change else 0)
        return Hundredths(self.floor if self.kind == self.Kind.OUTSIDE else 0)

    def to_give(self) -> Hundredths:
        """What a person can decide to take from it: room made below the rule was made for something else."""
        return Hundredths(max(self.posted - self.held - self.rule(), 0))

    def is_fund_of(self, account: "Account") -> bool:
        """Whether this is the common fund of an account's bank."""
        return self.kind == self.Kind.FUND and self.alliance_id == account.alliance_id


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
        GIFT = "gift", "Gift"
        SERVICE = "service", "Common service"
        URGENT = "urgent", "Urgent response"
        HOSTING = "hosting", "Hosting or training credit"
        ADJUSTMENT = "adjustment", "Adjustment"
        CARRY_OVER = "carry_over", "Above the carry-over cap"
        WRITE_OFF = "write_off", "Write-off"
        SETTLEMENT = "settlement", "Settlement of a leaver"
        REVERSAL = "reversal", "Reversal"

    # No index of their own: the ones below begin with them, and each costs every posting its time.
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits", db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits", db_index=False)
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
    key = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Not unique=True, to which Django adds an index for LIKE.
            models.UniqueConstraint(fields=["key"], name="one_transfer_a_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(condition=Q(amount__lte=MOST), name="transfer_of_a_possible_amount"),
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

    def __str__(self) -> str:
        return f"Transfer {self.pk}"


class Hold(models.Model):
    """Days agreed and not yet confirmed, on the receiving school's account. One row a cause."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    cause_kind = models.CharField(max_length=20)
    cause_id = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField(help_text="Hundredths of a day still held")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause_kind", "cause_id"], name="one_hold_a_cause")]

    def __str__(self) -> str:
        return f"Hold {self.pk}"


class FloorChange(models.Model):
    """Who moved an account's floor, and why."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="floor_changes")
    old = models.BigIntegerField()
    new = models.BigIntegerField()
    by = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    is_rule = models.BooleanField(default=False, help_text="The floor that the account goes back to")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Floor of {self.account} from {self.old} to {self.new}"


class Balance(models.Model):
    """An account's figures for one academic year, kept by the database as rows arrive. Hundredths of a day.

    net = given - received - levy + other. The account itself holds the figures of all time.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="balances")
    year = models.PositiveSmallIntegerField(help_text="The calendar year it starts in")
    given = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    levy = models.BigIntegerField(default=0)
    other = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["account_id", "year"]
        constraints = [models.UniqueConstraint(fields=["account", "year"], name="one_balance_a_year")]

    def __str__(self) -> str:
        return f"Balance of {self.account} in {self.year}"

    @property
    def net(self) -> Hundredths:
        return Hundredths(self.given - self.received - self.levy + self.other)


class ClosedYear(models.Model):
    """An academic year of an alliance's bank that takes no more movements."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="closed_years")
    year = models.PositiveSmallIntegerField(help_text="The calendar year it starts in")
    by = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["alliance_id", "-year"]
        constraints = [models.UniqueConstraint(fields=["alliance", "year"], name="a_year_is_closed_once")]

    def __str__(self) -> str:
        return f"{self.alliance} {self.year}"


class Ledger(models.Model):
    """This database's ledger: one row, whose name it goes by outside the database."""

    uuid = models.UUIDField(default=uuid4, unique=True)

    def __str__(self) -> str:
        return str(self.uuid)

    @classmethod
    def current(cls) -> "Ledger":
        return cls.objects.get_or_create(pk=1)[0]


class Block(models.Model):
    """Transfers sealed together: each block's digest covers the one before it, with a key kept elsewhere.

    It covers the ids above the last block's `last_id` up to its own. `marks` holds 16 bytes a row, id and
    first 8 bytes of its hash, so that a broken seal can name the row. A block without rows records a
    declared restore.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    last_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    content = models.CharField(max_length=64, help_text="SHA-256 of the rows, in hexadecimal")
    digest = models.CharField(max_length=64, help_text="HMAC-SHA-256 of the last digest and this content")
    key_id = models.CharField(max_length=40)
    marks = models.BinaryField()
    declared = models.CharField(max_length=300, blank=True, help_text="Why the ledger was restored")
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Block {self.number}"


class Snapshot(models.Model):
    """An account's posted balance on a day, kept by the nightly job for the trend. Hundredths of a day.

    Those older than twelve months are thinned out to each month's last.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="snapshots")
    on = models.DateField()
    posted = models.BigIntegerField()
    held = models.BigIntegerField()

    class Meta:
        ordering = ["account_id", "on"]
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="one_snapshot_a_day")]

    def __str__(self) -> str:
        return f"{self.account} on {self.on}"


class TotalsCheck(models.Model):
    """What the last comparison of a bank's totals with its rows found, and when: for the bank's page.

    `differences` holds [account's id, year or null for all time, {figure: [as kept, by the rows]}] of each.
    """

    alliance = models.OneToOneField(Alliance, models.CASCADE, related_name="totals_check")
    differences = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Audit of {self.alliance}"
