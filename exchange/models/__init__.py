from ..bank.models import Account, Audit, Balance, Block, ClosedYear, FloorChange, Hold, Ledger, Snapshot, Transfer
from .agreements import Variation
from .charges import Charge, ChargeLine, Tariff, TariffRate
from .claims import BandCrossing, Claim
from .commissions import Commission, LeaderDays, LeaderYear, Leg
from .evaluations import Concern, Evaluation, OutcomeScore
from .history import Event, Submission
from .requests import Clarification, Outcome, SupportRequest
from .sightings import Sighting
from .trades import Trade
from .visits import Visit

__all__ = [
    "Account",
    "Audit",
    "Balance",
    "BandCrossing",
    "Block",
    "Charge",
    "ChargeLine",
    "Claim",
    "Clarification",
    "ClosedYear",
    "Commission",
    "Concern",
    "Evaluation",
    "Event",
    "FloorChange",
    "Hold",
    "LeaderDays",
    "LeaderYear",
    "Ledger",
    "Leg",
    "Outcome",
    "OutcomeScore",
    "Sighting",
    "Snapshot",
    "Submission",
    "SupportRequest",
    "Tariff",
    "TariffRate",
    "Trade",
    "Transfer",
    "Variation",
    "Visit",
]
