from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .charges import Charge
from .commissions import Commission
from .evaluations import Concern
from .requests import SupportRequest
from .texts import CaseModel, CaseTextField
from .visits import Visit


def in_whose_name(by, acting_for):
    """Who did something, and for which head where a delegate did it."""
    return f"{by} for {acting_for}" if acting_for else str(by)


class Verb(models.TextChoices):
    """What can be done, as the history tells it."""

    SUBMIT = "submit", "Request sent"
    TRIAGE = "triage", "Request taken in, looking for a leader"
    ASK_QUESTION = "ask_question", "Question asked"
    ANSWER = "answer", "Question answered"
    DECLINE_REQUEST = "decline_request", "Request declined"
    WITHDRAW = "withdraw", "Request withdrawn"
    ASSIGN = "assign", "Request assigned"
    CALL_ENOUGH = "call_enough", "The agreed days are enough"
    MATCH = "match", "All the days are agreed"
    REOPEN = "reopen", "Looking for a leader again"
    CLOSE = "close", "Request closed, all its work has ended"
    CLOSE_REQUEST = "close_request", "Request closed"
    ASK_PACKAGE = "ask_package", "Further support asked for after the findings"
    OFFER = "offer", "Offer made"
    ACCEPT = "accept", "The leader has said yes"
    RELEASE = "release", "The home school has said yes"
    AGREE = "agree", "The receiving school has said yes"
    ALL_AGREED = "all_agreed", "Everybody has said yes"
    DECLINE = "decline", "Offer declined"
    LAPSE = "lapse", "Offer lapsed, nobody answered in time"
    TAKE_BACK = "take_back", "Offer taken back"
    OVERRIDE_LIMIT = "override_limit", "Limit overridden for this offer"
    START = "start", "Work under way"
    PAUSE = "pause", "Work paused"
    RESUME = "resume", "Work goes on"
    CANCEL = "cancel", "Work cancelled"
    STOP = "stop", "Work stopped early"
    FINISH = "finish", "Work finished early"
    DELIVER = "deliver", "Work delivered"
    PROPOSE_VARIATION = "propose_variation", "Change of days or dates proposed"
    AGREE_VARIATION = "agree_variation", "Yes to the change of days or dates"
    REFUSE_VARIATION = "refuse_variation", "Change of days or dates refused"
    VARY = "vary", "Days or dates changed"
    REPORT_FINDINGS = "report_findings", "Findings reported"
    EVALUATE = "evaluate", "Work evaluated"
    RAISE_CONCERN = "raise_concern", "Concern raised"
    RESOLVE_CONCERN = "resolve_concern", "Concern resolved"
    CLOSE_WORK = "close_work", "Work closed"
    TAKE_TARIFF = "take_tariff", "Price set for visits in money"
    RAISE_CHARGE = "raise_charge", "Charge raised"
    PAY_CHARGE = "pay_charge", "Charge paid"
    WAIVE_CHARGE = "waive_charge", "Charge waived"
    LEAVE_ALLIANCE = "leave_alliance", "A school has left the alliance"
    JOIN_ALLIANCE = "join_alliance", "A school has joined the alliance"
    LEADER_SUSPENDED = "leader_suspended", "The leader's designation is suspended"
    FORGET_PERSON = "forget_person", "The name of the person supported was deleted, a year after the end"
    LEADER_ENDED = "leader_ended", "The leader's designation has ended"
    PLAN_VISIT = "plan_visit", "Visit planned"
    MOVE_VISIT = "move_visit", "Visit moved to another day"
    CANCEL_VISIT = "cancel_visit", "Visit cancelled"
    LOG_VISIT = "log_visit", "Visit logged"
    CONFIRM_VISIT = "confirm_visit", "Visit confirmed"
    DISPUTE_VISIT = "dispute_visit", "Visit disputed"
    SETTLE_DISPUTE = "settle_dispute", "Dispute settled"


class Event(CaseModel):
    """Who did what to a request, commission or visit, when, from which status to which, and why.

    Written in the transaction of the change. `by` is empty when the clock did it; `acting_for` is the
    head for whom a delegate acted. It is for people: what a rule or a query needs is a field or a row of its own.
    """

    support_request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="events")
    commission = models.ForeignKey(Commission, models.CASCADE, null=True, blank=True, related_name="events")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, blank=True, related_name="events")
    charge = models.ForeignKey(Charge, models.CASCADE, null=True, blank=True, related_name="events")
    concern = models.ForeignKey(Concern, models.CASCADE, null=True, blank=True, related_name="events")
    verb = models.CharField(max_length=30, choices=Verb)
    old = models.CharField(max_length=15, blank=True)
    new = models.CharField(max_length=15, blank=True)
    reason = CaseTextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["support_request", "-at"])]
        constraints = [models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_has_a_known_verb")]

    def __str__(self):
        return f"{self.verb} {self.support_request}"

    @property
    def who(self):
        return in_whose_name(self.by, self.acting_for) if self.by else "The clock"
