"""What a commission costs in money, before it is agreed and after: for the pages on which somebody decides."""

from dataclasses import dataclass

from django.utils import timezone

from ..models import Leg, Tariff
from . import pricing
from .membership import Leaving, credit_check, in_credits, leaving


@dataclass(frozen=True)
class Quote:
    """The price of so many days by a tariff. Pence, and hundredths of a day."""

    tariff: Tariff
    day_rate: int
    days: int
    price: pricing.Price

    @classmethod
    def of(cls, tariff, day_rate, days):
        return cls(tariff, day_rate, days, pricing.of_work(pricing.of_days(days, day_rate), tariff))


def tariff_of(commission):
    """(tariff, pence a day): as agreed, or, before that, as it would be agreed today; (None, None) without one."""
    if commission.is_offered:
        return tariff_for(commission.support_request.alliance, commission.leader)
    return commission.tariff, commission.day_rate


def tariff_for(alliance, leader):
    """The same for a leader (None: a person who is no system leader) who would be agreed today."""
    tariff = Tariff.objects.in_force(alliance, timezone.localdate())
    return (tariff, tariff.rate_for(leader and leader.type)) if tariff else (None, None)


def price_of_visits(commission):
    """(tariff, pence a day) of visits that turn out to be in money: as agreed, else by the tariff of today.

    Work between members may be agreed without a tariff, and a membership turn out to have ended before a visit.
    """
    if commission.tariff_id:
        return commission.tariff, commission.day_rate
    return tariff_for(commission.support_request.alliance, commission.leader)


def without_price(visits, alliance):
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


def terms_of(commission):
    tariff, day_rate = tariff_of(commission)
    today = timezone.localdate()
    return [
        LegTerms(
            leg=leg,
            in_credits=in_credits(leg, today),
            leaving=[row for row in leaving(leg) if row.last_day < commission.ends_on],
            quote=Quote.of(tariff, day_rate, leg.days) if tariff else None,
        )
        for leg in commission.legs.select_related(
            "giving_account", "receiving_account", "giving_school", "receiving_school"
        )
    ]


def tariffs_for(school, alliances):
    """The tariffs by which alliances would charge a school today; none for a member."""
    today = timezone.localdate()
    outside = [alliance for alliance in alliances if not alliance.has_member(school, today)]
    return list(filter(None, [Tariff.objects.in_force(alliance, today) for alliance in outside]))
