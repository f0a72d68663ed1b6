"""Two alliances trade: a leader of one supports a school of the other, through a clearing account in each bank."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.urls import reverse

from bank import balances, posting
from bank.errors import BankError
from bank.models import Account, FloorChange, Hold, Transfer
from exchange import actions, matching
from exchange.models import Charge, Leg, Trade, Visit
from exchange.statement import periods, value_of
from portal.errors import Refused
from schools import calendar
from schools.models import Policy
from staff.models import SystemLeader
from tests import factories
from tests.exchange.cases import look, send
from tests.exchange.money_cases import a_tariff, ago, fresh, held, leave, visited
from tests.exchange.road import a_logged_visit, a_request, a_visit, an_agreement, an_offer
from tests.exchange.work_cases import widen

pytestmark = pytest.mark.slow


@pytest.fixture
def partner(cast):
    """The other alliance, with a levy of 20% and a leader, and a trade of ten days."""
    alliance = factories.AllianceFactory(name="Weald Schools", slug="weald", policy_version__levy_percent=20)
    school = factories.member(alliance, name="Dunmore")
    leader = factories.leader_at(school)
    posting.open_trade(cast.alliance, alliance, 1000, by="user:1", reason="Agreed by both boards")
    return SimpleNamespace(
        alliance=alliance,
        school=school,
        leader=leader,
        lead=leader.person.user,
        head=factories.head_of(school),
        coordinator=factories.coordinator_of(alliance),
    )


def across(cast, partner, *, days=500):
    return an_offer(cast, a_request(cast, days=days), leader=partner.leader, home_school=partner.school)


def agreed(cast, partner, **fields):
    commission = across(cast, partner, **fields)
    actions.agreements.accept(commission=commission, by=partner.lead)
    actions.agreements.release(commission=commission, by=partner.head)
    actions.agreements.agree(commission=commission, by=cast.head)
    return widen(commission)


def worked(cast, partner, commission, *, days=200, on=None):
    visit = a_visit(SimpleNamespace(lead=partner.lead), commission, on=on or ago(3), days=days)
    actions.visits.log(visit=visit, by=partner.lead, days=days, note="Modelled a lesson")
    return visit


def accounts(cast, partner):
    """Posted and held of the receiver, its bank's clearing account, the giver's, and the giver."""
    rows = [
        posting.school_account(cast.alliance, cast.asking),
        posting.clearing_account(cast.alliance, partner.alliance),
        posting.clearing_account(partner.alliance, cast.alliance),
        posting.school_account(partner.alliance, partner.school),
    ]
    return [(row.posted, row.held) for row in rows]


def each_bank_sums_to_zero():
    sums = Account.objects.values("alliance").annotate(total=Sum("posted")).values_list("total", flat=True)
    return set(sums) == {0} and balances.differences() == []


# Finding somebody -----------------------------------------------------------------------------


def test_the_shortlist_has_the_partners_leaders_marked_with_their_alliance(client, cast, partner):
    request = a_request(cast)
    rows = {row.leader: row for row in matching.shortlist(request).candidates}
    assert set(rows) == {cast.leader, partner.leader}
    assert "of Weald Schools, which trades with yours" in rows[partner.leader].reasons
    html = look(client, cast.coordinator, reverse("exchange:shortlist", args=[request.pk])).content.decode()
    assert "of Weald Schools, which trades with yours" in html.replace("Of Weald", "of Weald")


def test_without_a_trade_the_other_alliances_leaders_are_not_there(client, cast):
    other = factories.AllianceFactory(name="Weald Schools")
    leader = factories.leader_at(factories.member(other))
    request = a_request(cast)
    assert [row.leader for row in matching.shortlist(request).candidates] == [cast.leader]
    assert look(client, cast.coordinator, reverse("exchange:offer", args=[request.pk, leader.pk])).status_code == 404


def test_why_a_partners_leader_cannot_be_asked_is_the_partners_to_know(client, cast, partner):
    SystemLeader.objects.filter(pk=partner.leader.pk).update(status="suspended")
    request = a_request(cast)
    assert matching.shortlist(request).of(partner.leader) is None
    url = reverse("exchange:offer", args=[request.pk, partner.leader.pk])
    assert look(client, cast.coordinator, url).status_code == 404


def test_one_of_the_own_alliance_comes_before_an_equal_of_the_partner(cast, partner):
    assert [row.leader for row in matching.shortlist(a_request(cast)).candidates] == [cast.leader, partner.leader]


def test_the_offer_is_made_on_the_same_page(client, cast, partner):
    request = a_request(cast, days=200)
    url = reverse("exchange:offer", args=[request.pk, partner.leader.pk])
    assert "Dunmore" in look(client, cast.coordinator, url).content.decode()
    today = ago(0)
    dates = {f"{name}_{part}": getattr(today, part) for name in ("starts_on", "ends_on")
             for part in ("day", "month", "year")}  # fmt: skip
    facts = {"home_school": partner.school.pk, "days": "2", "objectives": "Plan lessons", **dates}
    assert send(client, cast.coordinator, url, **facts).status_code == 302
    leg = request.commissions.get().leg
    assert leg.giving_account == posting.school_account(partner.alliance, partner.school)
    assert leg.receiving_account == posting.school_account(cast.alliance, cast.asking)


def test_a_home_school_that_is_a_member_of_neither_is_refused(cast, partner):
    school = factories.SchoolFactory(name="Nowhere")
    leader = factories.leader_at(school)
    with pytest.raises(Refused, match="a member neither of Netherby Schools nor of an alliance that trades with it"):
        an_offer(cast, leader=leader, home_school=school)


# Holding, confirming, ending ------------------------------------------------------------------


def test_on_agreement_the_days_are_held_in_both_banks(cast, partner):
    agreed(cast, partner)
    assert accounts(cast, partner) == [(0, 500), (0, 0), (0, 500), (0, 0)]
    assert held() == 1000


def test_a_confirmed_visit_goes_through_a_clearing_account_in_each_bank(cast, partner):
    commission = agreed(cast, partner)
    visit = worked(cast, partner, commission, days=200)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    # Levied by the giver's alliance, at 20%: its fund has 0.4 of the 2 days.
    assert accounts(cast, partner) == [(-200, 300), (200, 0), (-200, 300), (160, 0)]
    assert posting.fund_account(partner.alliance).posted == 40
    assert posting.fund_account(cast.alliance).posted == 0
    assert each_bank_sums_to_zero()


def test_the_levy_is_the_givers_policy_of_the_visits_day(cast, partner):
    Policy.objects.create(alliance=partner.alliance, starts_on=ago(2), levy_percent=50)
    commission = agreed(cast, partner)
    visit = worked(cast, partner, commission, days=200, on=ago(3))
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert posting.fund_account(partner.alliance).posted == 40


def test_a_cap_passed_refuses_the_agreement_with_a_sentence(client, cast, partner):
    posting.open_trade(cast.alliance, partner.alliance, 300, by="user:1", reason="Smaller")
    commission = across(cast, partner)
    actions.agreements.accept(commission=commission, by=partner.lead)
    actions.agreements.release(commission=commission, by=partner.head)
    url = reverse("exchange:agree", args=[commission.pk])
    response = send(client, cast.head, url, exit_plan="We carry on")
    assert response.status_code == 409
    assert "With 5 days more, Netherby Schools would owe Weald Schools more than the cap of their trade allows." in (
        " ".join(response.content.decode().split())
    )
    assert (fresh(commission).status, held()) == ("offered", 0)
    assert accounts(cast, partner) == [(0, 0), (0, 0), (0, 0), (0, 0)]


def test_an_override_of_the_limit_does_not_move_the_cap(cast, partner):
    posting.open_trade(cast.alliance, partner.alliance, 300, by="user:1", reason="Smaller")
    commission = across(cast, partner)
    actions.agreements.override_limit(commission=commission, by=cast.coordinator, reason="Urgent")
    actions.agreements.accept(commission=fresh(commission), by=partner.lead)
    actions.agreements.release(commission=fresh(commission), by=partner.head)
    with pytest.raises(Refused, match="the cap of their trade"):
        actions.agreements.agree(commission=fresh(commission), by=cast.head)
    assert posting.clearing_account(partner.alliance, cast.alliance).floor == -300


def test_the_cap_and_not_the_policys_limit_is_the_clearing_accounts_floor(cast, partner):
    cast.alliance.policies.update(limit=-2000)
    partner.alliance.policies.update(limit=-2000)
    agreed(cast, partner, days=900)
    assert posting.clearing_account(partner.alliance, cast.alliance).floor == -1000


def test_what_the_partner_gives_back_makes_room_again(cast, partner):
    posting.open_trade(cast.alliance, partner.alliance, 500, by="user:1", reason="Smaller")
    commission = agreed(cast, partner, days=500)
    actions.confirmations.confirm(visit=worked(cast, partner, commission, days=500), by=cast.head)
    back = SimpleNamespace(
        alliance=partner.alliance,
        asking=partner.school,
        head=partner.head,
        coordinator=partner.coordinator,
        leader=cast.leader,
        giving=cast.giving,
    )
    given = an_offer(back, a_request(back, days=300))
    actions.agreements.accept(commission=given, by=cast.lead)
    actions.agreements.release(commission=given, by=cast.home_head)
    actions.agreements.agree(commission=given, by=partner.head)
    visit = a_logged_visit(cast, widen(given), on=ago(2), days=300)
    actions.confirmations.confirm(visit=visit, by=partner.head)
    assert posting.clearing_account(partner.alliance, cast.alliance).posted == -200
    assert posting.clearing_account(cast.alliance, partner.alliance).posted == 200
    assert each_bank_sums_to_zero()


@pytest.mark.parametrize("end", ["stop", "finish"])
def test_what_is_not_used_is_released_in_both_banks(cast, partner, end):
    commission = agreed(cast, partner)
    actions.confirmations.confirm(visit=worked(cast, partner, commission), by=cast.head)
    getattr(actions.work, end)(commission=fresh(commission), by=partner.lead, reason="It was enough")
    assert accounts(cast, partner) == [(-200, 0), (200, 0), (-200, 0), (160, 0)]
    assert held() == 0


def test_cancelled_work_is_released_in_both_banks(cast, partner):
    commission = agreed(cast, partner)
    actions.work.cancel(commission=fresh(commission), by=cast.head, reason="Inspection")
    assert held() == 0


def test_a_variation_holds_in_both_banks_up_to_the_cap(cast, partner):
    cast.alliance.policies.update(limit=-2000)
    commission = agreed(cast, partner)
    dates = {"starts_on": commission.starts_on, "ends_on": commission.ends_on}
    for days in (700, 1100):
        variation = actions.work.propose_variation(
            leg=fresh(commission).leg, by=partner.head, days=days, reason="More", **dates
        )
        if days > 1000:
            with pytest.raises(Refused, match="the cap of their trade"):
                actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
        else:
            actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    assert [held for _, held in accounts(cast, partner)] == [700, 0, 700, 0]


def test_a_settled_dispute_is_reversed_and_posted_anew_in_both_banks(cast, partner):
    commission = agreed(cast, partner)
    visit = worked(cast, partner, commission, days=200)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was one day")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=100, reason="Both agree")
    assert accounts(cast, partner) == [(-100, 400), (100, 0), (-100, 400), (80, 0)]
    assert each_bank_sums_to_zero()


def test_a_school_that_leaves_the_partner_is_paid_in_money_from_then_on(cast, partner):
    a_tariff(cast.alliance)
    commission = agreed(cast, partner)
    leave(partner.school, ago(5))
    visit = worked(cast, partner, commission, days=200)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert Visit.objects.get(pk=visit.pk).in_money is True
    assert not Transfer.objects.exists()
    assert held() == 0


def test_what_a_school_earns_in_money_across_a_trade_is_on_its_own_statement_and_on_no_other(cast, partner):
    a_tariff(cast.alliance)
    factories.MembershipFactory(alliance=cast.alliance, school=partner.school)
    leave(cast.asking, ago(5))
    given = posting.school_account(partner.alliance, partner.school)
    commission = agreed(cast, partner, days=200)
    Leg.objects.update(giving_account=given)
    actions.confirmations.confirm(visit=worked(cast, partner, commission, days=200), by=cast.head)
    assert Charge.objects.get().home_share == 59500
    in_the_other_bank = posting.school_account(cast.alliance, partner.school)
    found = {account: value_of(account, periods(account)["all"]).home_share for account in (given, in_the_other_bank)}
    assert found == {given: 59500, in_the_other_bank: 0}


# Who sees it ----------------------------------------------------------------------------------


def test_the_partners_coordinator_reads_the_commission_and_does_nothing_with_it(client, cast, partner):
    commission = agreed(cast, partner)
    page = look(client, partner.coordinator, commission.get_absolute_url())
    assert page.status_code == 200
    assert page.context["main_buttons"] == page.context["other_buttons"] == []
    listed = look(client, partner.coordinator, reverse("exchange:alliance_commissions", args=["weald"]))
    assert commission.reference in listed.content.decode()
    assert look(client, partner.coordinator, commission.support_request.get_absolute_url()).status_code == 404
    url = reverse("exchange:stop_work", args=[commission.pk])
    assert send(client, partner.coordinator, url, reason="Ours").status_code == 403


def test_a_coordinator_of_a_third_alliance_does_not_see_it(client, cast, partner):
    third = factories.coordinator_of(factories.AllianceFactory())
    assert look(client, third, agreed(cast, partner).get_absolute_url()).status_code == 404


# Opening a trade ------------------------------------------------------------------------------


@pytest.fixture
def root(client):
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def open_trade(client, first, second, cap, **fields):
    facts = {"key": uuid.uuid4(), "first": first.pk, "second": second.pk, "cap": cap, "reason": "Both boards", **fields}
    return client.post(reverse("admin:exchange_trade_open"), facts)


def test_a_superuser_opens_a_trade_and_changes_its_cap(client, cast, root):
    other = factories.AllianceFactory(name="Weald Schools")
    assert client.get(reverse("admin:exchange_trade_open")).status_code == 200
    assert open_trade(client, cast.alliance, other, "10").status_code == 302
    assert open_trade(client, cast.alliance, other, "12.5").status_code == 302
    assert {(trade.alliance, trade.partner, trade.cap) for trade in Trade.objects.all()} == {
        (cast.alliance, other, 1250), (other, cast.alliance, 1250)
    }  # fmt: skip
    changes = FloorChange.objects.filter(account__kind="clearing")
    assert set(changes.values_list("new", "by", "reason")) == {
        (-1000, f"user:{root.pk}", "Both boards"), (-1250, f"user:{root.pk}", "Both boards")
    }  # fmt: skip
    assert "12.5" in client.get(reverse("admin:exchange_trade_changelist")).content.decode()
    page = client.get(reverse("admin:exchange_trade_change", args=[Trade.objects.first().pk])).content.decode()
    assert "Both boards" in page


def test_a_cap_below_what_is_owed_or_held_is_refused(client, cast, partner, root):
    agreed(cast, partner)
    response = open_trade(client, cast.alliance, partner.alliance, "4")
    assert "Netherby Schools owes Weald Schools 5 days already: the cap cannot be lower." in response.content.decode()
    assert {trade.cap for trade in Trade.objects.all()} == {1000}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"second": "first"}, "does not trade with itself"),
        ({"cap": -100}, "a cap of 0 days or more"),
        ({"reason": " "}, "and a reason"),
    ],
)
def test_the_action_opens_no_trade_that_cannot_be(cast, partner, root, wrong, sentence):
    facts = {"first": cast.alliance, "second": partner.alliance, "cap": 500, "reason": "Agreed", **wrong}
    if wrong.get("second"):
        facts["second"] = facts["first"]
    before = FloorChange.objects.count()
    with pytest.raises(Refused, match=sentence):
        actions.trades.open_trade(by=root, **facts)
    assert FloorChange.objects.count() == before


def test_a_cap_of_nothing_ends_it(client, cast, partner, root):
    assert open_trade(client, cast.alliance, partner.alliance, "0").status_code == 302
    assert {trade.cap for trade in Trade.objects.all()} == {0}
    with pytest.raises(Refused, match="more than the cap of their trade allows"):
        agreed(cast, partner)


def test_a_confirmation_is_never_refused_at_the_cap(cast, partner):
    commission = agreed(cast, partner)
    visit = worked(cast, partner, commission)
    Hold.objects.update(amount=0)  # as where a membership was corrected only afterwards
    Account.objects.filter(kind="clearing").update(held=0, floor=0)
    Account.objects.filter(school=cast.asking).update(held=0, floor=0)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert accounts(cast, partner)[:3] == [(-200, 0), (200, 0), (-200, 0)]
    assert each_bank_sums_to_zero()


@pytest.mark.parametrize("cap", ["0", "-5", "many", "100000000"])
def test_a_cap_that_cannot_be_is_refused(client, cast, root, cap):
    other = factories.AllianceFactory()
    assert open_trade(client, cast.alliance, other, cap).status_code == 200
    assert open_trade(client, cast.alliance, cast.alliance, "5").status_code == 200
    assert not Trade.objects.exists()


def test_nobody_but_a_superuser_opens_a_trade(client, cast):
    client.force_login(cast.coordinator)
    other = factories.AllianceFactory()
    assert open_trade(client, cast.alliance, other, "5").status_code == 403
    assert client.get(reverse("admin:exchange_trade_changelist")).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.trades.open_trade(first=cast.alliance, second=other, cap=500, by=cast.coordinator, reason="Agreed")
    assert "Trades between alliances" not in client.get(reverse("admin:index")).content.decode()
    assert not Trade.objects.exists()


def test_the_visits_of_the_own_alliance_stay_in_its_own_bank(cast, partner):
    visited(cast, widen(an_agreement(cast)), on=ago(3), days=200)
    assert accounts(cast, partner)[1:] == [(0, 0), (0, 0), (0, 0)]
    assert each_bank_sums_to_zero()


def test_what_two_alliances_owe_each_other_is_not_adjusted(cast, partner):
    clearing = posting.clearing_account(cast.alliance, partner.alliance)
    own = posting.school_account(cast.alliance, cast.asking)
    for debit, credit in ((clearing, own), (own, clearing)):
        with pytest.raises(BankError, match="moves only by visits between them"):
            actions.movements.adjust_balance(
                debit=debit, credit=credit, amount=100, occurred_on=ago(0), by=cast.coordinator, reason="x", key="1"
            )
    with pytest.raises(BankError, match="moves only by visits between them"):
        actions.movements.give(account=own, to=clearing, amount=100, by=cast.head, reason="x", key="2")
    with pytest.raises(BankError, match="moves only by visits between them"):
        actions.movements.pay_service(
            provider=clearing, amount=100, occurred_on=ago(0), by=cast.coordinator, name="x", key="3"
        )  # fmt: skip
    assert not Transfer.objects.exists()


def test_room_that_a_reversal_made_is_no_room_in_the_cap(cast, partner):
    posting.open_trade(cast.alliance, partner.alliance, 200, by="user:1", reason="Two days")

    def comes_back(cause):
        return posting.post_visit(
            giver=posting.school_account(cast.alliance, cast.giving), amount=200, levy_percent=0, occurred_on=ago(1),
            receiver=posting.school_account(partner.alliance, partner.school), cause_id=cause, by="clock",
        )  # fmt: skip

    visit = worked(cast, partner, agreed(cast, partner, days=200))
    actions.confirmations.confirm(visit=visit, by=cast.head)
    back = comes_back("one way")
    actions.confirmations.confirm(visit=worked(cast, partner, agreed(cast, partner, days=200)), by=cast.head)
    posting.reverse(back, by="user:1", reason="It was one day less")  # 4 days are owed now, 2 above the cap
    comes_back("and again")
    with pytest.raises(Refused, match="more than the cap of their trade allows"):
        agreed(cast, partner, days=25)


def test_a_visit_across_that_waits_keeps_the_year_open_in_both_banks(cast, partner):
    visit = worked(cast, partner, agreed(cast, partner))
    year = calendar.year_of(visit.on)
    with time_machine.travel(datetime(year + 1, 10, 31, 9, tzinfo=UTC), tick=False):
        for alliance, by in ((cast.alliance, cast.coordinator), (partner.alliance, partner.coordinator)):
            with pytest.raises(Refused, match="1 visit of that year waits to be confirmed"):
                actions.years.close(alliance=alliance, year=year, by=by)
