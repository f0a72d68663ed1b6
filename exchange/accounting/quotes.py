"""What a commission costs in money, before it is agreed and after: for the pages on which somebody decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from portal.units import Hundredths, Pence
from schools.models import Alliance, School
from staff.models import SystemLeader

from ..models import Commission, Leg, Tariff, Visit
from . import pricing
from .membership import Leaving, credit_check, in_credits, leaving

Rate = tuple[Tariff | None, Pence | None]  # pence a day; both or neither


@dataclass(frozen=True)
class Quote:
    """The price of so many days by a tariff. Pence, and hundredths of a day."""

    tariff: Tariff
    day_rate: Pence
    days: Hundredths
    price: pricing.Price

    @classmethod
    def of(cls, tariff: Tariff, day_rate: Pence, days: Hundredths) -> "Quote":
        return cls(tariff, day_rate, days, pricing.of_work(pricing.of_days(days, day_rate), tariff))


def tariff_of(commission: Commission) -> Rate:
    """(tariff, pence a day): as agreed, or, before that, as it would be agreed today; (None, None) without one."""
    if commission.is_offered:
        return tariff_for(commission.support_request.alliance, commission.leader)
    return _agreed(commission)


def _agreed(commission: Commission) -> Rate:
    day_rate = commission.day_rate
    return commission.tariff, None if day_rate is None else Pence(day_rate)


def tariff_for(alliance: Alliance, leader: SystemLeader | None) -> Rate:
    """The same for a leader (None: a person who is no system leader) who would be agreed today."""
    tariff = Tariff.objects.in_force(alliance, timezone.localdate())
    return (tariff, tariff.rate_for(leader.type if leader else None)) if tariff else (None, None)


def price_of_visits(commission: Commission) -> Rate:
    """(tariff, pence a day) of visits that turn out to be in money: as agreed, else by the tariff of today.

    Work between members may be agreed without a tariff, and a membership turn out to have ended before a visit.
    """
    if commission.tariff_id:
        return _agreed(commission)
    return tariff_for(commission.support_request.alliance, commission.leader)


def without_price(visits: Iterable[Visit], alliance: Alliance) -> list[Visit]:
    """Those of an alliance's visits that would count nowhere: neither in credits on their day nor priced."""
    agreed_without = [visit for visit in visits if visit.leg.commission.tariff_id is None]
    if not agreed_without or Tariff.objects.in_force(alliance, timezone.localdate()):
        return []
    credited = credit_check([visit.leg for visit in agreed_without])
    return [visit for visit in agreed_without if not credited(visit.leg, visit.on)]


@dataclass(frozen=True)
class LegTerms:
    """How a leg counts: in credits today or in money, whose membership ends before the work, and its price."""

    leg: Leg
    in_credits: bool
    leaving: list[Leaving]
    quote: Quote | None


def terms_of(commission: Commission) -> list[LegTerms]:
    tariff, day_rate = tariff_of(commission)
    today = timezone.localdate()
    return [
        LegTerms(
            leg=leg,
            in_credits=in_credits(leg, today),
            leaving=[row for row in leaving(leg) if row.last_day < commission.ends_on],
            quote=Quote.of(tariff, day_rate, Hundredths(leg.days)) if tariff and day_rate is not None else None,
        )
        for leg in commission.legs.select_related(
            "giving_account", "receiving_account", "giving_school", "receiving_school"
        )
    ]


def tariffs_for(school: School, alliances: Iterable[Alliance]) -> list[Tariff]:
    """The tariffs by which alliances would charge a school today; none for a member."""
    today = timezone.localdate()
    outside = [alliance for alliance in alliances if not alliance.has_member(school, today)]
    return list(filter(None, [Tariff.objects.in_force(alliance, today) for alliance in outside]))
