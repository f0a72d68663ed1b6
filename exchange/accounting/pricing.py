"""What work costs in money. Days are hundredths of a day, money is integer pence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    """The parts of a price; below zero where one price is less than another that was charged before."""

    work: int
    brokerage: int
    home_share: int
    vat: int

    @property
    def total(self):
        """What is to pay."""
        return self.home_share + self.brokerage + self.vat

    def __sub__(self, other):
        return Price(
            self.work - other.work,
            self.brokerage - other.brokerage,
            self.home_share - other.home_share,
            self.vat - other.vat,
        )


NOTHING = Price(0, 0, 0, 0)


def of_days(days, day_rate):
    """Pro rata, rounded half up: 150 at 35000 is 52500."""
    return _rounded(days * day_rate, 100)


def of_work(work, tariff, *, taken=0):
    """The price of so many pence of work by a tariff.

    Inside, the brokerage comes out of the work and the home school has the rest; on top, it is added. A
    fixed brokerage is taken once, less the pence `taken` from the other school of the commission, and inside
    never more than there is. VAT is on the whole.
    """
    if not work:
        return NOTHING
    brokerage = _rounded(work * tariff.brokerage_percent, 100) + max(tariff.brokerage_fixed - taken, 0)
    if tariff.brokerage_inside:
        brokerage = min(brokerage, work)
    home_share = work - brokerage if tariff.brokerage_inside else work
    return Price(work, brokerage, home_share, _rounded((home_share + brokerage) * tariff.vat_percent, 100))


def _rounded(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)
