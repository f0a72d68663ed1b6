"""Versions of the tariff in the admin: a new one starts tomorrow at the earliest, one that has begun stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exchange.models import Tariff
from staff.models import LeaderType
from tests import factories

pytestmark = pytest.mark.slow

ADD = reverse("admin:exchange_tariff_add")
LIST = reverse("admin:exchange_tariff_changelist")


def a_day(ahead):
    return timezone.localdate() + timedelta(days=ahead)


def facts(own, rates=(), **changes):
    """What the form sends; `rates` are pairs of a leader type's code and pounds."""
    sent = {
        "alliance": own.alliance.pk,
        "starts_on": a_day(1).isoformat(),
        "day_rate": "350",
        "brokerage_percent": "15",
        "brokerage_fixed": "",
        "brokerage_inside": "on",
        "vat_percent": "0",
        "rates-TOTAL_FORMS": len(rates),
        "rates-INITIAL_FORMS": 0,
    }
    for number, (code, pounds) in enumerate(rates):
        sent[f"rates-{number}-leader_type"] = LeaderType.objects.get(code=code).pk
        sent[f"rates-{number}-day_rate"] = pounds
    return {**sent, **changes}


def a_tariff(alliance, starts_on=factories.LONG_AGO, **terms):
    return Tariff.objects.create(alliance=alliance, starts_on=starts_on, **{"day_rate": 35000, **terms})


def added(own):
    """The version that starts tomorrow, or None."""
    return Tariff.objects.filter(alliance=own.alliance, starts_on=a_day(1)).first()


def change(tariff):
    return reverse("admin:exchange_tariff_change", args=[tariff.pk])


def test_a_coordinator_adds_a_version_in_pounds_with_rates_by_type(coordinator, own):
    response = coordinator.post(ADD, facts(own, [("SLE", "420.50"), ("NLE", "£1,000")], day_rate="£350.00"))
    assert response.status_code == 302
    tariff = added(own)
    assert (tariff.starts_on, tariff.day_rate, tariff.brokerage_percent) == (a_day(1), 35000, 15)
    assert {(rate.leader_type.code, rate.day_rate) for rate in tariff.rates.all()} == {("SLE", 42050), ("NLE", 100000)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_on": a_day(0).isoformat()}, "A new tariff begins tomorrow at the earliest"),
        ({"starts_on": a_day(-400).isoformat()}, "A new tariff begins tomorrow at the earliest"),
        ({"day_rate": "0"}, "Enter a rate above £0"),
        ({"day_rate": "-350"}, "Enter an amount in pounds"),
        ({"day_rate": "350.5"}, "Enter an amount in pounds"),
        ({"day_rate": "999999"}, "Enter £5,000 or less"),
        ({"brokerage_fixed": "50"}, "Enter a percentage or a fixed sum, not both"),
        ({"brokerage_percent": "100"}, "Out of the price, this leaves the home school nothing"),
        ({"brokerage_percent": "101"}, "less than or equal to 100"),
        ({"vat_percent": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(coordinator, own, changes, sentence):
    response = coordinator.post(ADD, facts(own, **changes))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert added(own) is None


def test_two_versions_do_not_begin_on_one_day(coordinator, own):
    a_tariff(own.alliance, a_day(1))
    assert "already exists" in coordinator.post(ADD, facts(own)).content.decode()
    assert Tariff.objects.filter(alliance=own.alliance, starts_on=a_day(1)).count() == 1


def test_a_rate_of_nothing_is_refused(coordinator, own):
    response = coordinator.post(ADD, facts(own, [("SLE", "0")]))
    assert "Enter a rate above £0" in response.content.decode()
    assert added(own) is None


def test_a_fixed_brokerage_is_of_the_whole_work_and_may_be_above_the_rate_of_a_day(coordinator, own):
    terms = {"brokerage_percent": "0", "brokerage_fixed": "400"}
    assert coordinator.post(ADD, facts(own, [("SLE", "300")], **terms)).status_code == 302
    assert added(own).brokerage_fixed == 40000


def test_a_version_that_has_begun_is_read_only(coordinator, own):
    tariff = a_tariff(own.alliance, a_day(0), brokerage_fixed=5000)
    tariff.rates.create(leader_type=LeaderType.objects.get(code="SLE"), day_rate=42000)
    page = coordinator.get(change(tariff)).content.decode()
    for words in ("£350.00", "£420.00", "£50.00 inside"):
        assert words in page
    assert 'name="day_rate"' not in page
    assert 'name="rates-0-day_rate"' not in page
    assert coordinator.post(change(tariff), facts(own, day_rate="1")).status_code == 403
    assert (
        coordinator.post(reverse("admin:exchange_tariff_delete", args=[tariff.pk]), {"post": "yes"}).status_code == 403
    )
    assert Tariff.objects.get(pk=tariff.pk).day_rate == 35000


def test_a_version_that_lies_ahead_can_be_changed_and_deleted(coordinator, own):
    tariff = a_tariff(own.alliance, a_day(5))
    assert coordinator.post(change(tariff), facts(own, day_rate="380")).status_code == 302
    assert Tariff.objects.get(pk=tariff.pk).day_rate == 38000
    assert (
        coordinator.post(reverse("admin:exchange_tariff_delete", args=[tariff.pk]), {"post": "yes"}).status_code == 302
    )
    assert not Tariff.objects.filter(pk=tariff.pk).exists()


def test_a_new_version_starts_from_the_latest_and_its_rates(coordinator, own):
    tariff = a_tariff(own.alliance, brokerage_percent=12)
    tariff.rates.create(leader_type=LeaderType.objects.get(code="SLE"), day_rate=42000)
    page = coordinator.get(ADD).content.decode()
    assert 'value="350.00"' in page
    assert 'value="420.00"' in page
    assert 'value="12"' in page
    assert coordinator.post(ADD, facts(own, [("SLE", "420.00")])).status_code == 302
    assert added(own).rates.get().day_rate == 42000


def test_another_alliances_tariff_is_out_of_reach(coordinator, own, other):
    tariff = a_tariff(other.alliance, a_day(5))
    assert coordinator.get(change(tariff)).status_code in (302, 404)
    assert coordinator.post(ADD, facts(own, alliance=other.alliance.pk)).status_code == 200
    assert not Tariff.objects.filter(alliance=other.alliance, starts_on=a_day(1)).exists()


def test_the_list_shows_what_holds(coordinator, own):
    a_tariff(own.alliance, brokerage_percent=15, brokerage_inside=False, vat_percent=20)
    page = coordinator.get(LIST).content.decode()
    for words in ("£350.00", "15% on top", "20%"):
        assert words in page
