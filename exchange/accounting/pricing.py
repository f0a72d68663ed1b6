"""What work costs in money. Days are hundredths of a day, money is integer pence."""

from dataclasses import dataclass

from portal.units import Hundredths, Pence

from ..models import Tariff

NO_PENCE = Pence(0)


@dataclass(frozen=True)
class Price:
    """The parts of a price; below zero where one price is less than another that was charged before."""

    work: Pence
    brokerage: Pence
    home_share: Pence
    vat: Pence

    @property
    def total(self) -> Pence:
        """What is to pay."""
        return Pence(self.home_share + self.brokerage + self.vat)

    def __sub__(self, other: "Price") -> "Price":
        return Price(
            Pence(self.work - other.work),
            Pence(self.brokerage - other.brokerage),
            Pence(self.home_share - other.home_share),
            Pence(self.vat - other.vat),
        )


NOTHING = Price(NO_PENCE, NO_PENCE, NO_PENCE, NO_PENCE)


def of_days(days: Hundredths, day_rate: Pence) -> Pence:
    """Pro rata, rounded half up: 150 at 35000 is 52500."""
    return _rounded(days * day_rate, 100)


def of_work(work: Pence, tariff: Tariff, *, taken: Pence = NO_PENCE) -> Price:
    """The price of so many pence of work by a tariff.

    Inside, the brokerage comes out of the work and the home school has the rest; on top, it is added. A
    fixed brokerage is taken once, less the pence `taken` from the other school of the commission, and inside
    never more than there is. VAT is on the whole.
    """
    if not work:
        return NOTHING
    brokerage = Pence(_rounded(work * tariff.brokerage_percent, 100) + max(tariff.brokerage_fixed - taken, 0))
    if tariff.brokerage_inside:
        brokerage = min(brokerage, work)
    home_share = Pence(work - brokerage) if tariff.brokerage_inside else work
    return Price(work, brokerage, home_share, _rounded((home_share + brokerage) * tariff.vat_percent, 100))


def _rounded(numerator: int, denominator: int) -> Pence:
    return Pence((2 * numerator + denominator) // (2 * denominator))
