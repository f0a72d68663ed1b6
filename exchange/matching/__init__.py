"""Who could do the work. This package reads and proposes; a coordinator decides, and an action writes."""

from .eligibility import has_open_offer
from .openings import openings, subjects
from .partners import partners
from .room import room
from .shortlist import shortlist

__all__ = ["has_open_offer", "openings", "partners", "room", "shortlist", "subjects"]
