"""The forms of the bank, and of money: see acts.py."""

from datetime import date
from functools import partial

from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from exchange import actions
from schools import calendar
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer, in_boxes, url_of
from tests.exchange.money_cases import a_tariff, ago, be_outside, fresh, visited
from tests.exchange.work_cases import TODAY, widen

WHY = {"reason": "It is better so"}


def account(cast, school):
    return posting.school_account(cast.alliance, school)


def fill_fund(cast):
    fund = posting.fund_account(cast.alliance)
    posting.transfer(
        kind="opening", debit=posting.outside_account(cast.alliance), credit=fund, amount=1000, occurred_on=TODAY(),
        by="clock", reason="Start", key="start",
    )  # fmt: skip
    return fund


def of_the_bank(name, cast):
    fill_fund(cast)
    data = {"account": account(cast, cast.asking).pk, "days": "1", **in_boxes("occurred_on", TODAY()), **WHY}
    return cast.coordinator, reverse(f"exchange:{name}", args=[cast.alliance.slug]), data


def give(cast):
    data = {"to": posting.fund_account(cast.alliance).pk, "days": "1", **WHY}
    account(cast, cast.asking)
    return cast.head, reverse("exchange:give", args=[cast.asking.pk, cast.alliance.slug]), data


def cover_urgent(cast):
    fill_fund(cast)
    commission = an_agreement(cast, an_offer(cast, a_request(cast, urgency="urgent")))
    visit = a_logged_visit(cast, commission)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return cast.coordinator, url_of("cover_urgent", visit), {"days": "1", **WHY}


def settle_leaver(cast):
    school = factories.member(cast.alliance)
    posting.transfer(
        kind="gift", debit=account(cast, school), credit=posting.fund_account(cast.alliance), amount=100, by="clock",
        occurred_on=TODAY(), reason="x", key="gift",
    )  # fmt: skip
    cast.alliance.memberships.filter(school=school).update(ends_on=factories.LONG_AGO)
    data = {"against": posting.outside_account(cast.alliance).pk, **WHY}
    return cast.coordinator, reverse("exchange:settle_leaver", args=[cast.alliance.slug, school.pk]), data


def reverse_movement(cast):
    fill_fund(cast)
    return cast.coordinator, url_of("reverse_movement", Transfer.objects.get(key="start")), WHY


def close_year(cast):
    year = calendar.year_of(timezone.localdate()) - 2
    posting.post_visit(
        giver=account(cast, cast.giving), receiver=account(cast, cast.asking), amount=100, levy_percent=10,
        occurred_on=date(year, 10, 5), cause_id="long ago", by="clock",
    )  # fmt: skip
    return cast.coordinator, reverse("exchange:close_year", args=[cast.alliance.slug, year]), {}


# In money --------------------------------------------------------------------------------------


def outside(cast):
    """Work for a school outside with a confirmed visit, nothing of it charged yet."""
    be_outside(cast.asking)
    if not cast.alliance.tariffs.exists():
        a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    visited(cast, commission, on=ago(3), days=100)
    return fresh(commission)


def charge_now(cast):
    return cast.coordinator, url_of("charge_now", outside(cast)), {}


def of_a_charge(name, data, cast):
    (charge,) = actions.charges.charge_now(commission=outside(cast), by=cast.coordinator)
    return cast.coordinator, url_of(name, charge), data


def open_trade(cast):
    other = factories.AllianceFactory()
    superuser = factories.UserFactory(is_staff=True, is_superuser=True)
    data = {"first": cast.alliance.pk, "second": other.pk, "cap": "5", **WHY}
    return superuser, reverse("admin:exchange_trade_open"), data


ACTS = {
    **{f"exchange:{name}": partial(of_the_bank, name) for name in ("grant_opening", "pay_service", "credit_hosting")},
    "exchange:give": give,
    "exchange:cover_urgent": cover_urgent,
    "exchange:settle_leaver": settle_leaver,
    "exchange:reverse_movement": reverse_movement,
    "exchange:close_year": close_year,
    "exchange:charge_now": charge_now,
    "exchange:pay_charge": partial(of_a_charge, "pay_charge", {}),
    "exchange:waive_charge": partial(of_a_charge, "waive_charge", WHY),
    "admin:exchange_trade_open": open_trade,
}
