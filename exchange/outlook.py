"""What is to be said of a balance: where agreed work takes it and, out of the band, what would help."""

from dataclasses import dataclass, field

from .matching import openings, subjects
from .models import BandCrossing
from .projection import Projection, projections

Side = BandCrossing.Side


@dataclass(frozen=True)
class Outlook:
    """A projection and the way out of its warning: what the leaders could serve, or what could be asked for."""

    projection: Projection
    openings: list = field(default_factory=list)
    subjects: list = field(default_factory=list)


def of_account(account):
    """Of a school's account today; None where there is none."""
    return account and way_out(projections([account])[account.pk])


def way_out(projection):
    """Looked for only where there is something to warn of."""
    account = projection.account
    return Outlook(
        projection,
        openings=openings(account) if projection.warned_side == Side.LOW else [],
        subjects=subjects(account.school) if projection.warned_side == Side.HIGH else [],
    )
