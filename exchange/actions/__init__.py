"""What people do, one public function a verb: keyword-only, `by` who does it (None: the clock).

Each is atomic: the status, its history, the bank and the mail are written together or not at all. A verb is called
through the module of its noun, as in `actions.visits.plan(leg=..., by=...)`.
The page and its button ask for a right, and at the moment of the act the verb asks for the same one's role by
`@requires`. Raises PermissionDenied where that is missing, Refused with a sentence when it cannot be done now.
"""

from . import (
    agreements,
    charges,
    confirmations,
    course,
    evaluations,
    membership,
    movements,
    offers,
    requests,
    supported_person,
    trades,
    visits,
    work,
    years,
)

__all__ = [
    "agreements",
    "charges",
    "confirmations",
    "course",
    "evaluations",
    "membership",
    "movements",
    "offers",
    "requests",
    "supported_person",
    "trades",
    "visits",
    "work",
    "years",
]
