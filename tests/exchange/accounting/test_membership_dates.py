"""Membership dates decide for each visit whether it is in credits or in money."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from exchange import actions, rules
from exchange.clock import leavers, visits
from exchange.ledger import verification
from exchange.models import Charge, Event, Leg, Tariff, Visit
from portal.errors import Refused
from schools.models import Membership
from staff import todo
from staff.models import LeaderType, Mail
from tests import factories
from tests.exchange import clock_cases, road
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, look, send, url_of
from tests.exchange.money_cases import (
    a_tariff,
    account_of,
    ago,
    agreed_outside,
    be_outside,
    fresh,
    held,
    join,
    leave,
    visited,
)
from tests.exchange.work_cases import widen

pytestmark = pytest.mark.slow


def ahead(days):
    return ago(-days)


def tick():
    for _ in range(2):
        clock_cases.run(leavers, visits)


def mails(subject):
    return sorted(mail.to for mail in Mail.objects.all() if subject in mail.subject)


def test_a_school_that_leaves_in_the_middle_has_earlier_visits_in_credits_and_later_ones_in_money(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    earlier = visited(cast, commission, on=ago(10), days=200)
    later = visited(cast, fresh(commission), on=ago(2), days=150)
    assert (earlier.in_money, later.in_money) == (False, True)
    assert account_of(cast, cast.asking).posted == -200
    assert not Transfer.objects.filter(cause_kind="visit", cause_id=str(later.pk)).exists()


def test_a_school_that_joins_in_the_middle_has_earlier_visits_in_money_and_later_ones_in_credits(cast):
    commission = agreed_outside(cast)
    join(cast, cast.asking, ago(5))
    earlier = visited(cast, commission, on=ago(10), days=200)
    later = visited(cast, fresh(commission), on=ago(2), days=150)
    assert (earlier.in_money, later.in_money) == (True, False)
    assert account_of(cast, cast.asking).posted == -150
    assert account_of(cast, cast.asking).held == held() == 150  # of five days: two in money, one and a half confirmed


def test_the_home_schools_membership_counts_as_well(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.giving, ago(5))
    assert visited(cast, commission, on=ago(5), days=100).in_money is False  # the last day is a day of membership
    assert visited(cast, fresh(commission), on=ago(4), days=100).in_money is True


def test_what_was_decided_at_the_confirmation_stays(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    visit = visited(cast, commission, on=ago(3), days=100)
    leave(cast.asking, ago(5))
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=50, reason="Both agree")
    assert Visit.objects.get(pk=visit.pk).in_money is False
    assert account_of(cast, cast.asking).posted == -50


def test_a_visit_is_in_money_only_once_it_is_confirmed(cast):
    commission = agreed_outside(cast)
    visit = a_logged_visit(cast, commission, on=ago(3))
    assert Visit.objects.get(pk=visit.pk).in_money is False
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Nobody came")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=50, reason="Half a day")
    assert Visit.objects.get(pk=visit.pk).in_money is True


def test_the_fund_covers_no_visit_in_money(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast, an_offer(cast, a_request(cast, urgency="urgent"))))
    leave(cast.asking, ago(5))
    in_credits = visited(cast, commission, on=ago(10), days=100)
    in_money = visited(cast, fresh(commission), on=ago(2), days=100)
    assert rules.can_cover(cast.coordinator, in_credits)
    assert not rules.can_cover(cast.coordinator, in_money)


# The agreement --------------------------------------------------------------------------------


def test_an_agreement_with_a_school_outside_holds_nothing_and_names_the_outside_account(cast):
    commission = agreed_outside(cast)
    assert commission.status == "agreed"
    assert commission.leg.receiving_account == posting.outside_account(cast.alliance)
    assert held() == 0


def test_every_agreement_keeps_the_tariff_of_its_day_inside_ones_too(cast):
    tariff = a_tariff(cast.alliance)
    Tariff.objects.create(alliance=cast.alliance, starts_on=ahead(1), day_rate=99900)
    commission = fresh(an_agreement(cast))
    assert (commission.tariff, commission.day_rate) == (tariff, 35000)


def test_the_rate_is_that_of_the_leaders_type(cast):
    tariff = a_tariff(cast.alliance)
    tariff.rates.create(leader_type=LeaderType.objects.get(code="SLE"), day_rate=42000)
    tariff.rates.create(leader_type=LeaderType.objects.get(code="NLE"), day_rate=60000)
    assert fresh(an_agreement(cast)).day_rate == 42000


def test_without_a_tariff_an_agreement_with_a_school_outside_is_refused(client, cast):
    tariff = a_tariff(cast.alliance)
    be_outside(cast.asking)
    commission = an_offer(cast)
    Tariff.objects.filter(pk=tariff.pk).update(starts_on=ahead(1))
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    response = send(client, cast.head, url_of("agree", commission), exit_plan="We carry on")
    assert response.status_code == 409
    assert "Netherby Schools has no tariff for schools outside it" in response.content.decode()
    assert (fresh(commission).status, fresh(commission).receiving_yes_at) == ("offered", None)


def test_the_receiving_head_sees_the_price_before_the_yes(client, cast):
    be_outside(cast.asking)
    a_tariff(cast.alliance, brokerage_inside=False, vat_percent=20)
    commission = an_offer(cast, a_request(cast, days=350))
    html = " ".join(look(client, cast.head, url_of("agree", commission)).content.decode().split())
    for words in ("£350.00", "3.5 days", "£183.75", "£281.75", "£1,690.50"):
        assert words in html
    assert "Your school's balance" not in html


def test_a_member_sees_the_balance_and_no_price(client, cast):
    a_tariff(cast.alliance)
    html = look(client, cast.head, url_of("agree", an_offer(cast))).content.decode()
    assert "Your school&#x27;s balance" in html or "Your school's balance" in html
    assert "£350.00" not in html


def test_the_agreement_says_that_a_school_is_about_to_leave(client, cast):
    a_tariff(cast.alliance)
    commission = widen(an_offer(cast))
    leave(cast.asking, ahead(10))
    html = " ".join(look(client, cast.head, url_of("agree", commission)).content.decode().split())
    assert f"Ashgrove leaves Netherby Schools on {ahead(10):%-d %B %Y}. Visits after that day are charged" in html


def test_two_schools_that_help_each_other_must_both_be_members(cast):
    request = a_request(cast, kind="peer")
    be_outside(cast.asking)
    facts = {"objectives": "Plan together", "starts_on": ago(0), "ends_on": ago(0), "days": 100, "return_days": 100}
    people = {"person": cast.leader.person, "return_person": cast.head.person}
    with pytest.raises(Refused, match="Ashgrove is not a member of Netherby Schools today"):
        actions.offers.offer_peer(support_request=request, by=cast.coordinator, partner=cast.giving, **people, **facts)
    assert not Leg.objects.exists()


# What is held ---------------------------------------------------------------------------------


def test_a_visit_planned_after_the_last_day_is_not_held(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.asking, ahead(10))
    a_visit(cast, commission, on=ahead(5), days=100)
    assert held() == 500
    later = a_visit(cast, commission, on=ahead(20), days=100)
    assert held() == 400
    moved = actions.visits.move(visit=later, by=cast.lead, on=ahead(9), arrival_time=later.arrival_time, reason="Exams")
    assert held() == 500
    actions.visits.cancel(visit=moved, by=cast.lead, ends_as="late_cancelled", reason="Ill")
    assert held() == 500  # its day is to be planned again, while both are members


def test_without_a_tariff_no_visit_is_planned_after_the_last_day(cast):
    commission = widen(an_agreement(cast))
    leave(cast.asking, ahead(10))
    visit = a_visit(cast, commission, on=ahead(5), days=100)
    with pytest.raises(Refused, match="No visit can count on that day"):
        road.a_visit(cast, commission, on=ahead(20), days=100)
    with pytest.raises(Refused, match="No visit can count on that day"):
        actions.visits.move(visit=visit, by=cast.lead, on=ahead(20), arrival_time=visit.arrival_time, reason="Exams")
    assert list(Visit.objects.values_list("on", "status")) == [(ahead(5), "planned")]


def test_without_a_tariff_no_visit_is_logged_that_a_school_has_left_before(cast):
    visit = a_visit(cast, widen(an_agreement(cast)), on=ago(2), days=100)
    leave(cast.asking, ago(3))
    with pytest.raises(Refused, match="No visit can count on that day"):
        actions.visits.log(visit=visit, by=cast.lead, days=100, note="Modelled a lesson")
    assert Visit.objects.get().status == "planned"


def test_the_clock_releases_what_a_leaver_holds_and_tells_both_heads_once(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    a_logged_visit(cast, commission, on=ago(10), days=200)
    assert held() == 500
    leave(cast.asking, ago(5))
    tick()
    assert held() == 200  # the visit before the last day is still to be confirmed in credits
    assert mails("Ashgrove is no longer a member") == sorted([cast.head.email, cast.home_head.email])
    (mail, *_) = [mail for mail in Mail.objects.all() if "no longer a member" in mail.subject]
    assert "they are charged, at £350.00 a day" in mail.text
    event = Event.objects.get(commission=commission, verb="leave_alliance")
    assert event.reason == f"Ashgrove left Netherby Schools on {ago(5):%-d %B %Y}"


def test_the_last_day_itself_is_a_day_of_membership(cast):
    widen(an_agreement(cast))
    leave(cast.asking, timezone.localdate())
    tick()
    assert held() == 500
    assert mails("no longer a member") == []


def test_the_commission_says_that_it_goes_on_in_money(client, cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    html = " ".join(look(client, cast.home_head, commission.get_absolute_url()).content.decode().split())
    assert (
        f"Ashgrove left Netherby Schools on {ago(5):%-d %B %Y}. Visits after that day are charged, at £350.00" in html
    )


def stay(cast, school):
    """The leave is taken back."""
    Membership.objects.filter(school=school).update(ends_on=None)


def rejoin(cast, school):
    join(cast, school, ago(0))


@pytest.mark.parametrize("side", ["asking", "giving"])
@pytest.mark.parametrize("come_back", [stay, rejoin])
def test_the_clock_holds_again_for_a_school_that_is_back_and_tells_both_heads_once(cast, side, come_back):
    commission, school = widen(an_agreement(cast)), getattr(cast, side)
    visited(cast, commission, on=ago(10), days=200)
    leave(school, ago(5))
    tick()
    assert held() == 0
    come_back(cast, school)
    tick()
    assert account_of(cast, cast.asking).held == held() == 300
    assert list(verification.held()) == []
    assert mails(f"{school} is a member of Netherby Schools now") == sorted([cast.head.email, cast.home_head.email])
    event = Event.objects.get(commission=commission, verb="join_alliance")
    assert event.reason == f"{school} is a member of Netherby Schools again"


def test_of_two_schools_that_left_one_that_is_back_is_not_enough(cast):
    widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    leave(cast.giving, ago(3))
    tick()
    stay(cast, cast.asking)
    tick()
    assert held() == 0
    stay(cast, cast.giving)
    tick()
    assert held() == 500


def test_what_is_held_again_passes_the_limit_where_others_have_taken_it_meanwhile(cast):
    """Running work is never stopped by the limit, and the floor says why it is lower."""
    widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    tick()
    cast.alliance.policies.update(limit=-100)
    posting.align_floors(cast.alliance)
    stay(cast, cast.asking)
    tick()
    account = account_of(cast, cast.asking)
    assert (account.held, account.floor) == (500, -500)
    assert account.floor_changes.filter(reason="Work agreed before").count() == 1


def test_a_school_that_leaves_again_on_the_same_last_day_holds_nothing_again(cast):
    widen(an_agreement(cast))
    for _ in range(2):
        leave(cast.asking, ago(5))
        tick()
        assert held() == 0
        stay(cast, cast.asking)
        tick()
        assert held() == 500
    assert len(mails("Ashgrove is no longer a member")) == 4


def test_a_last_day_that_is_corrected_and_put_back_counts_each_time(cast):
    a_logged_visit(cast, widen(an_agreement(cast)), on=ago(7), days=100)
    for last_day, still in ((ago(10), 0), (ago(5), 100), (ago(10), 0)):
        leave(cast.asking, last_day)
        tick()
        assert held() == still


def test_the_clock_holds_for_a_school_that_has_joined_and_tells_both_heads_once(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    join(cast, cast.asking, ago(1))
    tick()
    assert account_of(cast, cast.asking).held == held() == 400
    assert Leg.objects.get(commission=commission).receiving_account == account_of(cast, cast.asking)
    assert mails("is a member of Netherby Schools now") == sorted([cast.head.email, cast.home_head.email])


def test_a_school_that_left_asked_from_outside_and_joins_again_is_told_of_once(cast):
    leave(cast.asking, ago(20))
    a_tariff(cast.alliance)
    widen(an_agreement(cast))
    tick()
    join(cast, cast.asking, ago(0))
    tick()
    tick()
    assert mails("is a member of Netherby Schools now") == sorted([cast.head.email, cast.home_head.email])
    assert Event.objects.filter(verb="join_alliance").count() == 1


def test_running_work_is_not_stopped_at_the_limit_when_a_school_joins(cast):
    visit = a_logged_visit(cast, agreed_outside(cast), on=ago(2), days=200)
    cast.alliance.policies.update(limit=-100)
    posting.align_floors(cast.alliance)
    join(cast, cast.asking, ago(5))
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert account_of(cast, cast.asking).posted == -200
    assert account_of(cast, cast.asking).floor_changes.filter(reason="Work agreed before").exists()


def test_work_that_ends_for_a_leaver_in_money_is_charged_and_holds_nothing(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    visited(cast, commission, on=ago(10), days=200)
    visited(cast, fresh(commission), on=ago(2), days=300)
    assert fresh(commission).status == "delivered"
    assert held() == 0
    assert Charge.objects.get().work == 105000


# What is in money and has no price ------------------------------------------------------------


NOWHERE = "the two schools were not both members, and Netherby Schools has no tariff for schools outside"


def logged_before_the_leave_was_entered(cast):
    """A visit of three days ago, after the home school had left; its alliance had no tariff at the agreement."""
    visit = a_logged_visit(cast, widen(an_agreement(cast)), on=ago(3), days=100)
    leave(cast.giving, ago(10))
    return Visit.objects.get(pk=visit.pk)


def waiting(cast):
    return [(item.title, item.hint) for item in todo.for_coordinator(cast.alliance) if "neither" in item.title]


def test_a_visit_without_credits_or_a_price_is_not_confirmed(client, cast):
    visit = logged_before_the_leave_was_entered(cast)
    url = url_of("confirm_visit", visit)
    for response in (look(client, cast.head, url), send(client, cast.head, url)):
        assert response.status_code == 409
        assert f"On {ago(3):%-d %B %Y} {NOWHERE}" in " ".join(response.content.decode().split())
    assert Visit.objects.get().status == "logged"
    assert not Event.objects.filter(verb="confirm_visit").exists()


def test_the_clock_leaves_it_and_the_coordinator_is_told_what_to_do(cast, caplog):
    visit = logged_before_the_leave_was_entered(cast)
    Visit.objects.update(confirm_by=ago(1))
    tick()
    assert "confirm" not in caplog.text
    assert Visit.objects.get().status == "logged"
    assert waiting(cast) == [
        (
            f"{visit.leg.commission.reference}: the visit has neither credits nor a price",
            f"Visit to Ashgrove on {ago(3):%-d %B %Y}. Correct the dates of the membership, or add a tariff",
        )
    ]


def test_it_is_listed_once_however_long_the_school_has_not_confirmed(cast):
    logged_before_the_leave_was_entered(cast)
    Visit.objects.update(logged_at=timezone.now() - timedelta(days=60))
    found = [item.title for item in todo.for_coordinator(cast.alliance)]
    assert [title for title in found if "confirmed" in title or "neither" in title] == [waiting(cast)[0][0]]


@pytest.mark.parametrize("by", ["head", "clock"])
def test_with_the_membership_corrected_it_is_confirmed_in_credits(cast, by):
    visit = logged_before_the_leave_was_entered(cast)
    leave(cast.giving, ago(2))
    confirm(cast, visit, by)
    assert (Visit.objects.get().in_money, account_of(cast, cast.asking).posted) == (False, -100)
    assert waiting(cast) == []


@pytest.mark.parametrize("by", ["head", "clock"])
def test_with_a_tariff_added_it_is_confirmed_in_money_and_charged(cast, by):
    visit = logged_before_the_leave_was_entered(cast)
    tariff = a_tariff(cast.alliance, starts_on=ago(0))
    assert waiting(cast) == []
    confirm(cast, visit, by)
    commission = fresh(visit.leg.commission)
    assert (commission.tariff, commission.day_rate, commission.tariff_taken_on) == (tariff, 35000, ago(0))
    event = Event.objects.get(verb="take_tariff")
    assert (event.by, event.reason) == (cast.head if by == "head" else None, "£350.00 a day, by the tariff of today")
    actions.work.stop(commission=commission, by=cast.head, reason="The school has left")
    assert Charge.objects.get().work == 35000


def test_the_tariff_that_was_taken_prices_what_is_done_and_nothing_more(cast):
    visit = logged_before_the_leave_was_entered(cast)
    a_tariff(cast.alliance, starts_on=ago(0))
    confirm(cast, visit, "clock")
    with pytest.raises(Refused, match="had no tariff for schools outside when this was agreed"):
        road.a_visit(cast, fresh(visit.leg.commission), on=ago(1), days=100)


def confirm(cast, visit, by):
    if by == "head":
        actions.confirmations.confirm(visit=visit, by=cast.head)
    else:
        Visit.objects.update(confirm_by=ago(1))
        tick()
    assert Visit.objects.get().status == "confirmed"


def test_before_it_is_confirmed_the_page_says_the_price_of_the_tariff_that_was_added(client, cast):
    visit = logged_before_the_leave_was_entered(cast)
    a_tariff(cast.alliance, starts_on=ago(0))
    html = " ".join(look(client, cast.head, url_of("confirm_visit", visit)).content.decode().split())
    assert "Ashgrove is charged £350.00 (£350.00 a day)." in html


def test_a_dispute_about_it_can_only_be_settled_with_no_days(cast):
    visit = logged_before_the_leave_was_entered(cast)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    with pytest.raises(Refused, match=NOWHERE):
        actions.confirmations.settle(visit=visit, by=cast.coordinator, days=50, reason="Both agree")
    assert Visit.objects.get().status == "disputed"
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=0, reason="Both agree")
    assert Visit.objects.get().status == "no_show"


# What is left to settle -----------------------------------------------------------------------


def test_a_leaver_with_a_balance_is_a_task_for_the_coordinator(cast):
    commission = widen(an_agreement(cast))
    visited(cast, commission, on=ago(10), days=200)
    leave(cast.asking, ago(5))
    task = next(item for item in todo.for_coordinator(cast.alliance) if "has left" in item.title)
    assert task.title == "Ashgrove has left: settle its balance of −2 days"
    assert task.url == reverse("exchange:settle_leaver", args=["netherby", cast.asking.pk])
    assert task.since == ago(5)


def test_a_leaver_without_a_balance_and_a_school_that_came_back_are_none(cast):
    commission = widen(an_agreement(cast))
    visited(cast, commission, on=ago(10), days=200)
    leave(cast.asking, ago(5))
    leave(cast.other, ago(5))
    posting.school_account(cast.alliance, cast.other)
    join(cast, cast.asking, ago(1))
    assert [item for item in todo.for_coordinator(cast.alliance) if "has left" in item.title] == []


# Asking from outside --------------------------------------------------------------------------


def test_a_school_outside_may_ask_where_there_is_a_tariff_and_is_told_the_rate(client, cast):
    be_outside(cast.asking)
    a_tariff(cast.alliance)
    url = reverse("exchange:start_request", args=[cast.asking.pk])
    html = " ".join(look(client, cast.head, url).content.decode().split())
    assert "Ashgrove is not a member of an alliance today, so the support is charged" in html
    assert "Netherby Schools: £350.00 a day" in html
    assert send(client, cast.head, url).status_code == 302
    request = cast.asking.requests.get()
    assert request.alliance == cast.alliance


def test_a_school_outside_chooses_between_the_alliances_that_serve_it(client, cast):
    be_outside(cast.asking)
    second = factories.AllianceFactory(name="Weald Schools")
    closed = factories.AllianceFactory(name="Without a tariff")
    for alliance in (cast.alliance, second):
        a_tariff(alliance)
    a_tariff(closed, starts_on=ahead(1))
    html = look(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk])).content.decode()
    assert "Netherby Schools" in html
    assert "Weald Schools" in html
    assert "Without a tariff" not in html


def test_a_school_outside_has_nobody_to_ask_where_no_alliance_has_a_tariff(client, cast):
    be_outside(cast.asking)
    response = look(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk]))
    assert response.status_code == 409
    assert "no alliance serves schools outside it" in response.content.decode()


def test_a_school_that_has_left_since_the_draft_sends_it_only_where_there_is_a_tariff(cast):
    drafts = [a_request(cast, status="draft") for _ in range(2)]
    leave(cast.asking, ago(1))
    with pytest.raises(Refused, match="Ashgrove is not a member of Netherby Schools today"):
        actions.requests.submit(support_request=drafts[0], by=cast.head)
    a_tariff(cast.alliance)
    actions.requests.submit(support_request=drafts[1], by=cast.head)
    assert list(cast.asking.requests.order_by("pk").values_list("status", flat=True)) == ["draft", "submitted"]


def test_a_school_outside_is_told_of_the_price_when_it_has_sent(client, cast):
    draft = a_request(cast, status="draft")
    be_outside(cast.asking)
    a_tariff(cast.alliance)
    actions.requests.submit(support_request=draft, by=cast.head)
    url = reverse("exchange:request_sent", args=[draft.pk])
    html = " ".join(look(client, cast.head, url).content.decode().split())
    assert "Netherby Schools: £350.00 a day" in html
    assert "nothing is charged before a visit has taken place" in html
    assert "your balance" not in html


def test_a_member_is_told_of_its_balance_when_it_has_sent(client, cast):
    a_tariff(cast.alliance)
    url = reverse("exchange:request_sent", args=[a_request(cast).pk])
    html = " ".join(look(client, cast.head, url).content.decode().split())
    assert "Nothing is taken from your balance before a visit has taken place." in html
    assert "£350.00" not in html


def test_a_member_is_told_of_no_tariff(client, cast):
    a_tariff(cast.alliance)
    html = look(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk])).content.decode()
    assert "£350.00" not in html


def test_support_for_each_other_is_for_members(cast):
    be_outside(cast.asking)
    a_tariff(cast.alliance)
    with pytest.raises(Refused, match="support for each other is for members"):
        road.a_request(cast, kind="peer", status="submitted")


def test_the_coordinator_sees_the_price_and_no_limit_when_offering(client, cast):
    request = a_request(cast, days=200)
    be_outside(cast.asking)
    cast.alliance.policies.update(limit=-100)
    a_tariff(cast.alliance)
    html = look(client, cast.coordinator, reverse("exchange:offer", args=[request.pk, cast.leader.pk])).content.decode()
    assert "All 2 days cost £700.00, at £350.00 a day." in " ".join(html.split())
    assert "before its limit" not in html


def test_the_day_of_the_visit_decides_and_not_the_day_of_the_confirmation(cast):
    commission = agreed_outside(cast)
    visit = a_logged_visit(cast, commission, on=ago(15), days=100)
    Visit.objects.filter(pk=visit.pk).update(confirm_by=ago(1))
    join(cast, cast.asking, ago(10) + timedelta(days=1))
    tick()
    assert Visit.objects.get(pk=visit.pk).in_money is True  # confirmed today by the clock, but of a day outside
