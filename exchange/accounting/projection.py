"""Where a school's account will stand on 31 August, from the work that is agreed today. Hundredths of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from bank.models import Account
from bank.posting import NONE, levy_on
from portal.units import Hundredths
from schools import calendar
from schools.models import Policy

from ..models import BandCrossing, Commission, Leg, Visit
from .membership import credit_check

Side = BandCrossing.Side
Part = tuple[Leg, date, Hundredths]
PARTS = ("commission__support_request", "giving_account", "receiving_account")


def side_of(posted: Hundredths, policy: Policy) -> BandCrossing.Side:
    """On which side of the policy's band a balance lies."""
    if posted < policy.band_low:
        return Side.LOW
    return Side.HIGH if posted > policy.band_high else Side.WITHIN


@dataclass
class Projection:
    """An account now, and what agreed work will add and take until the end of the academic year."""

    account: Account
    policy: Policy
    until: date
    to_give: Hundredths = NONE
    levy: Hundredths = NONE
    to_receive: Hundredths = NONE

    @property
    def expected(self) -> Hundredths:
        """The balance on the last day, if all that is agreed takes place."""
        return Hundredths(self.account.posted + self.to_give - self.levy - self.to_receive)

    @property
    def is_moving(self) -> bool:
        return bool(self.to_give or self.to_receive)

    @property
    def side(self) -> BandCrossing.Side:
        return side_of(Hundredths(self.account.posted), self.policy)

    @property
    def expected_side(self) -> BandCrossing.Side:
        return side_of(self.expected, self.policy)

    @property
    def is_out(self) -> bool:
        return self.side != Side.WITHIN

    @property
    def owes(self) -> bool:
        return self.side == Side.LOW

    @property
    def is_lifted(self) -> bool:
        """Out of the band, and agreed work mends that: there is nothing to warn of."""
        return self.is_out and self.expected_side != self.side

    @property
    def warned_side(self) -> BandCrossing.Side:
        return Side.WITHIN if self.is_lifted else self.side


class _Policies:
    """The policy versions of some alliances; the built-in rules where none is in force."""

    def __init__(self, alliances: Iterable[int]) -> None:
        self.versions = list(Policy.objects.filter(alliance__in=set(alliances)).order_by("-starts_on"))

    def on(self, alliance: int, on: date) -> Policy:
        versions = (row for row in self.versions if row.alliance_id == alliance and row.starts_on <= on)
        return next(versions, Policy())

    def levy_on(self, leg: Leg, days: Hundredths, on: date) -> Hundredths:
        policy = self.on(leg.giving_account.alliance_id, on)
        levied = not leg.commission.is_peer or policy.levy_on_peer_to_peer
        return levy_on(days, policy.levy_percent) if levied else NONE


def projections(accounts: Iterable[Account]) -> dict[int, Projection]:
    """{account's id: its projection}, in a number of queries that does not grow with the accounts."""
    accounts, today = [account for account in accounts if account.pk], calendar.today()
    if not accounts:
        return {}
    until = calendar.last_day(calendar.year_of(today))
    policies = _Policies(account.alliance_id for account in accounts)
    found = {account.pk: Projection(account, policies.on(account.alliance_id, today), until) for account in accounts}
    for leg, on, days in _in_credits(_agreed("giving", list(found), today, until)):
        projection = found[leg.giving_account_id]
        projection.to_give = Hundredths(projection.to_give + days)
        projection.levy = Hundredths(projection.levy + policies.levy_on(leg, days, on))
    for leg, _, days in _in_credits(_agreed("receiving", list(found), today, until)):
        projection = found[leg.receiving_account_id]
        projection.to_receive = Hundredths(projection.to_receive + days)
    return found


def _in_credits(parts: Sequence[Part]) -> list[Part]:
    credited = credit_check(leg for leg, _, _ in parts)
    return [(leg, on, days) for leg, on, days in parts if credited(leg, on)]


def _agreed(side: str, accounts: Sequence[int], today: date, until: date) -> list[Part]:
    """(leg, day, days) of what is agreed and not confirmed: its visits, and the days without a visit as of today.

    One side at a time, each by its own index. Days without a visit belong to the year in which the work starts.
    """
    of_side = {f"{side}_account__in": accounts}
    visits = Visit.objects.filter(
        Q(status__in=[Visit.Status.LOGGED, Visit.Status.DISPUTED])
        | Q(status=Visit.Status.PLANNED, leg__commission__status__in=Commission.Status.running()),
        **{f"leg__{name}": value for name, value in of_side.items()},
        confirmed_at=None,
        on__lte=until,
    )
    taken = Coalesce(Sum("visits__days", filter=Q(visits__status__in=Visit.Status.counting())), 0)
    legs = Leg.objects.filter(
        **of_side, commission__status__in=Commission.Status.running(), commission__starts_on__lte=until
    )
    legs = legs.annotate(left=F("days") - taken).filter(left__gt=0).select_related(*PARTS)
    return [
        *[
            (visit.leg, visit.on, Hundredths(visit.days))
            for visit in visits.select_related(*[f"leg__{part}" for part in PARTS])
        ],
        *[(leg, today, leg.left) for leg in legs],
    ]
