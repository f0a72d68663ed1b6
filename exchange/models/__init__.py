from .charges import Charge, ChargeLine, Tariff, TariffRate
from .commissions import Commission, LeaderDays, LeaderYear, Leg
from .crossings import BandCrossing
from .evaluations import Concern, Evaluation, OutcomeScore
from .history import Event
from .requests import Clarification, Outcome, SupportRequest
from .trades import Trade
from .variations import Variation
from .viewings import Sighting
from .visits import Visit

__all__ = [
    "BandCrossing",
    "Charge",
    "ChargeLine",
    "Clarification",
    "Commission",
    "Concern",
    "Evaluation",
    "Event",
    "LeaderDays",
    "LeaderYear",
    "Leg",
    "Outcome",
    "OutcomeScore",
    "Sighting",
    "SupportRequest",
    "Tariff",
    "TariffRate",
    "Trade",
    "Variation",
    "Visit",
]
