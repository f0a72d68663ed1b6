from .charges import Charge, ChargeLine, Tariff, TariffRate
from .commissions import Commission, LeaderDays, LeaderYear, Leg, Pause
from .crossings import BandCrossing
from .evaluations import Concern, Evaluation, OutcomeScore
from .history import Event, Verb, in_whose_name
from .requests import Clarification, Outcome, SupportRequest
from .trades import Trade
from .variations import Variation
from .viewings import NameViewing
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
    "NameViewing",
    "Outcome",
    "OutcomeScore",
    "Pause",
    "SupportRequest",
    "Tariff",
    "TariffRate",
    "Trade",
    "Variation",
    "Verb",
    "Visit",
    "in_whose_name",
]
