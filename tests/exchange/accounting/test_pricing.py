"""The worked numbers of a tariff, in integer pence and hundredths of a day."""

import pytest

from exchange.accounting import pricing
from exchange.models import Tariff


def price(days, day_rate, **terms):
    return pricing.of_work(pricing.of_days(days, day_rate), Tariff(day_rate=day_rate, **terms))


def test_350_a_day_for_3_and_a_half_days_with_15_percent_inside():
    found = price(350, 35000, brokerage_percent=15, brokerage_inside=True)
    assert (found.work, found.brokerage, found.home_share, found.vat) == (122500, 18375, 104125, 0)
    assert found.total == 122500


def test_420_a_day_for_2_days_with_15_percent_on_top():
    found = price(200, 42000, brokerage_percent=15, brokerage_inside=False)
    assert (found.work, found.brokerage, found.home_share, found.total) == (84000, 12600, 84000, 96600)


def test_vat_of_20_percent_on_966_adds_193_20():
    found = price(200, 42000, brokerage_percent=15, brokerage_inside=False, vat_percent=20)
    assert (found.vat, found.total) == (19320, 115920)


@pytest.mark.parametrize(
    ("days", "day_rate", "pence"), [(25, 35000, 8750), (50, 35000, 17500), (25, 35002, 8751), (75, 33333, 25000)]
)
def test_parts_of_a_day_are_pro_rata_and_rounded_half_up(days, day_rate, pence):
    assert pricing.of_days(days, day_rate) == pence


def test_a_fixed_brokerage_inside_is_never_more_than_there_is():
    found = price(25, 10000, brokerage_fixed=5000, brokerage_inside=True)
    assert (found.brokerage, found.home_share, found.total) == (2500, 0, 2500)


def test_a_fixed_brokerage_on_top_is_added_once():
    found = price(200, 42000, brokerage_fixed=5000, brokerage_inside=False)
    assert (found.brokerage, found.home_share, found.total) == (5000, 84000, 89000)


def test_no_work_costs_nothing_whatever_the_brokerage():
    assert price(0, 42000, brokerage_fixed=5000, brokerage_inside=False) == pricing.NOTHING


def test_parts_of_a_price_add_up_to_the_price_of_the_whole():
    tariff = Tariff(brokerage_percent=15, brokerage_inside=False, vat_percent=20)
    works, charged = [8751, 333, 25001, -9000], pricing.NOTHING
    so_far, parts = 0, []
    for work in works:
        now = pricing.of_work(so_far + work, tariff)
        parts.append(now - charged)
        so_far, charged = so_far + work, now
    assert sum(part.total for part in parts) == pricing.of_work(sum(works), tariff).total
    assert parts[-1].total < 0
