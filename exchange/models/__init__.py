from ..bank.models import Account, Balance, FloorChange, Hold, Snapshot, Transfer
from .agreements import Variation
from .claims import BandCrossing, Claim
from .commissions import Commission, LeaderDays, LeaderYear, Leg
from .evaluations import Concern, Evaluation, OutcomeScore
from .history import Event, Submission
from .requests import Clarification, Outcome, SupportRequest
from .visits import Visit

__all__ = [
    "Account",
    "Balance",
    "BandCrossing",
    "Claim",
    "Clarification",
    "Commission",
    "Concern",
    "Evaluation",
    "Event",
    "FloorChange",
    "Hold",
    "LeaderDays",
    "LeaderYear",
    "Leg",
    "Outcome",
    "OutcomeScore",
    "Snapshot",
    "Submission",
    "SupportRequest",
    "Transfer",
    "Variation",
    "Visit",
]
