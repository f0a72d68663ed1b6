"""Where a balance will stand on 31 August, from the work that is agreed. All figures in hundredths of a day."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bank import posting
from bank.models import Account
from exchange import actions
from exchange.accounting.projection import projections
from exchange.models import Commission
from schools.models import Policy
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, make_cast
from tests.exchange.work_cases import widen

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 17)


@pytest.fixture
def cast(db):
    with time_machine.travel(TODAY, tick=False):
        yield make_cast()


def of(school):
    account = Account.objects.get(school=school)
    found = projections([account])[account.pk]
    return found.to_give, found.levy, found.to_receive, found.expected


def agreed(cast, days, **fields):
    return widen(an_agreement(cast, an_offer(cast, a_request(cast, days=days), **fields)), after=500)


def test_agreed_days_are_given_less_the_levy_and_received(cast):
    agreed(cast, 300)
    assert of(cast.giving) == (300, 30, 0, 270)
    assert of(cast.asking) == (0, 0, 300, -300)


def test_an_offer_is_not_agreed_yet(cast):
    an_offer(cast)
    assert of(cast.asking) == (0, 0, 0, 0)


def test_what_is_confirmed_stands_in_the_balance_and_is_not_counted_twice(cast):
    commission = agreed(cast, 300)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission, days=100), by=cast.head)
    assert of(cast.giving) == (200, 20, 0, 270)
    assert of(cast.asking) == (0, 0, 200, -300)


def test_a_logged_visit_still_comes_after_the_work_was_stopped(cast):
    commission = agreed(cast, 300)
    a_logged_visit(cast, commission, days=100)
    actions.work.stop(commission=commission, by=cast.head, reason="It was enough")
    assert of(cast.asking) == (0, 0, 100, -100)
    assert Account.objects.get(school=cast.asking).held == 100


def test_a_visit_planned_after_31_august_is_next_years(cast):
    commission = agreed(cast, 300)
    a_visit(cast, commission, days=100, on=date(2027, 8, 31))
    a_visit(cast, commission, days=100, on=date(2027, 9, 1))
    assert of(cast.asking) == (0, 0, 200, -200)


def test_days_without_a_visit_belong_to_the_year_in_which_the_work_starts(cast):
    commission = agreed(cast, 300)
    Commission.objects.filter(pk=commission.pk).update(starts_on=date(2027, 9, 1), ends_on=date(2027, 12, 1))
    assert of(cast.asking) == (0, 0, 0, 0)
    a_visit(cast, commission, days=100, on=date(2027, 8, 31))
    assert of(cast.asking) == (0, 0, 100, -100)


def test_the_levy_is_that_of_each_visits_day(cast):
    Policy.objects.create(alliance=cast.alliance, starts_on=date(2027, 1, 1), levy_percent=20)
    commission = agreed(cast, 300)
    a_visit(cast, commission, days=100, on=date(2026, 12, 31))
    a_visit(cast, commission, days=100, on=date(2027, 1, 1))
    assert of(cast.giving) == (300, 10 + 20 + 10, 0, 260)


def test_work_for_a_school_that_has_left_will_be_in_money_and_is_not_counted(cast):
    commission = agreed(cast, 300)
    a_visit(cast, commission, days=100, on=date(2027, 1, 10))
    a_visit(cast, commission, days=100, on=date(2027, 3, 10))
    cast.alliance.memberships.filter(school=cast.asking).update(ends_on=date(2027, 1, 31))
    assert of(cast.asking) == (0, 0, 200, -200)  # the first visit and the day without one


def test_it_asks_no_more_for_three_pieces_of_work_than_for_one(cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            projections(Account.objects.filter(kind="school"))
        return len(captured)

    agreed(cast, 100)
    one = queries()
    agreed(cast, 100)
    agreed(cast, 100)
    assert queries() == one


# On screen ---------------------------------------------------------------------------------------


def words(client, user, url):
    client.force_login(user)
    return " ".join(client.get(url).content.decode().split())


def test_the_head_reads_it_at_home_and_on_the_statement(client, cast):
    agreed(cast, 300)
    for name in ("school", "statement"):
        html = words(client, cast.home_head, reverse(f"exchange:{name}", args=[cast.giving.pk]))
        assert "By 31 August 2027 agreed work brings the balance to <strong>2.7 days</strong>" in html
        assert "3 days to give, less 0.3 days of levy, and 0 days to receive" in html


def test_without_agreed_work_nothing_is_said(client, cast):
    posting.school_account(cast.alliance, cast.other)
    html = words(client, cast.stranger, reverse("exchange:school", args=[cast.other.pk]))
    assert "By 31 August" not in html


def test_the_coordinator_reads_it_in_the_balances(client, cast):
    agreed(cast, 300)
    html = words(client, cast.coordinator, f"{reverse('admin:bank_account_changelist')}?alliance=netherby")
    assert '<td class="number" data-label="By 31 August">−3</td>' in html
    assert '<td class="number" data-label="By 31 August">+2.7</td>' in html


# A limit stops new agreements, never running work --------------------------------------------------


@pytest.fixture
def at_the_limit(cast):
    """Three days are agreed when the limit comes up to just there: nothing more is available."""
    commission = agreed(cast, 300)
    cast.alliance.policies.update(limit=-300)
    posting.align_floors(cast.alliance)
    assert Account.objects.get(school=cast.asking).available == 0
    return commission


def test_at_the_limit_nothing_new_is_agreed(client, cast, at_the_limit):
    offer = an_offer(cast, a_request(cast, days=100))
    actions.agreements.accept(commission=offer, by=cast.lead)
    actions.agreements.release(commission=offer, by=cast.home_head)
    client.force_login(cast.head)
    url = reverse("exchange:agree", args=[offer.pk])
    key = client.get(url).context["form"]["key"].value()
    answer = client.post(url, {"key": key, "exit_plan": "We go on"})
    offer.refresh_from_db()
    assert (answer.status_code, offer.status) == (409, "offered")
    assert "has reached its limit" in answer.content.decode()


def test_running_work_goes_on_to_its_end(cast, at_the_limit):
    cast.alliance.policies.update(limit=0)
    posting.align_floors(cast.alliance)
    for _ in range(3):
        actions.confirmations.confirm(visit=a_logged_visit(cast, at_the_limit, days=100), by=cast.head)
    at_the_limit.refresh_from_db()
    account = Account.objects.get(school=cast.asking)
    assert (at_the_limit.status, account.posted, account.held) == ("delivered", -300, 0)


def test_the_clock_confirms_running_work_at_the_limit_too(cast, at_the_limit):
    actions.confirmations.confirm(visit=a_logged_visit(cast, at_the_limit, days=300), by=None)
    assert Account.objects.get(school=cast.asking).posted == -300
