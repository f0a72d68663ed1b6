"""Opening grant, common service, hosting credit: what a coordinator decides, each a movement of its own kind."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bank import posting
from bank.errors import BankError, KeyReused, LimitReached
from bank.models import Account, Transfer
from exchange import actions
from portal.errors import Refused
from portal.once import new_key
from schools import calendar
from staff.models import Mail, Post
from tests import factories
from tests.exchange.cases import in_boxes
from tests.exchange.work_cases import TODAY

pytestmark = pytest.mark.slow


@pytest.fixture
def bank(cast):
    """The cast with days in the fund."""
    fund, outside = posting.fund_account(cast.alliance), posting.outside_account(cast.alliance)
    posting.transfer(
        kind="opening", debit=outside, credit=fund, amount=1000, occurred_on=TODAY(), by="clock", reason="Start",
        key="0",
    )  # fmt: skip
    cast.fund, cast.outside = fund, outside
    return cast


def account(bank, school):
    return posting.school_account(bank.alliance, school)


def send(client, bank, name, **data):
    client.force_login(bank.coordinator)
    dated = in_boxes("occurred_on", data.pop("on", TODAY()))
    return client.post(
        reverse(f"exchange:{name}", args=[bank.alliance.slug]),
        {"key": new_key(), "reason": "Phonics for all", **dated, **data},
    )


VERBS = {
    "grant_opening": ("opening", "outside", "asking", 250),
    "pay_service": ("service", "fund", "asking", 250),
    "credit_hosting": ("hosting", "fund", "asking", 125),
}


@pytest.mark.parametrize("name", VERBS)
def test_a_look_opens_no_account_and_a_fund_that_is_none_has_nothing_to_give(client, cast, name):
    cast.alliance.accounts.exclude(kind="school").delete()
    client.force_login(cast.coordinator)
    page = client.get(reverse(f"exchange:{name}", args=[cast.alliance.slug])).content.decode()
    assert ("The common fund has 0 days to give." in page) is (name != "grant_opening")
    assert not cast.alliance.accounts.exclude(kind="school").exists()


@pytest.mark.parametrize("name", VERBS)
def test_it_posts_a_movement_of_its_own_kind(client, bank, name):
    kind, giver, taker, amount = VERBS[name]
    credit = account(bank, getattr(bank, taker))
    response = send(client, bank, name, account=credit.pk, days="2.5")
    assert response.status_code == 302, response.context["form"].errors
    row = Transfer.objects.latest("pk")
    assert (row.kind, row.debit, row.credit, row.amount) == (kind, getattr(bank, giver), credit, amount)
    assert (row.reason, row.posted_by) == ("Phonics for all", f"user:{bank.coordinator.pk}")
    credit.refresh_from_db()
    assert (credit.other, credit.posted) == (amount, amount)


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"days": "0"}, "Enter 0.01 days or more"),
        ({"days": "-1"}, "Enter 0.01 days or more"),
        ({"days": "0.123"}, "Enter the days with at most two places"),
        ({"days": "123456"}, "Enter 9,999.99 days or fewer"),
        ({"account": "0"}, "Choose a member of the alliance"),
        ({"on": date(2019, 1, 1)}, "when the alliance&#x27;s rules began"),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(client, bank, name, wrong, sentence):
    before = Transfer.objects.count()
    data = {"account": account(bank, bank.asking).pk, "days": "1", **wrong}
    response = send(client, bank, name, **data)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Transfer.objects.count() == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("grant_opening", "Enter a reason"),
        ("pay_service", "Enter the name of the service"),
        ("credit_hosting", "Enter what was hosted or trained, for example open classroom, phonics"),
    ],
)
def test_words_left_out_are_asked_for(client, bank, name, sentence):
    response = send(client, bank, name, account=account(bank, bank.asking).pk, days="1", reason="")
    assert response.content.decode().count(sentence) == 2
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("name", VERBS)
def test_tomorrow_is_refused(client, bank, name):
    data = {"account": account(bank, bank.asking).pk, "days": "1", "on": TODAY() + timedelta(days=1)}
    assert "Enter today or a day in the past" in send(client, bank, name, **data).content.decode()


@pytest.mark.parametrize("name", VERBS)
def test_a_day_in_a_closed_year_is_refused(client, bank, name):
    closed = bank.alliance.closed_years.create(year=calendar.year_of(TODAY()) - 1, by="user:1")
    data = {"account": account(bank, bank.asking).pk, "days": "1", "on": calendar.last_day(closed.year)}
    assert "That year is closed: enter 1 September" in send(client, bank, name, **data).content.decode()
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("name", VERBS)
def test_a_coordinator_who_works_there_needs_a_second_one(client, bank, name):
    Post.objects.create(person=bank.coordinator.person, school=bank.asking, starts_on=factories.LONG_AGO)
    response = send(client, bank, name, account=account(bank, bank.asking).pk, days="1")
    assert "another coordinator has to do this" in response.content.decode()
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("name", VERBS)
def test_a_school_of_another_alliance_cannot_be_chosen(client, bank, name):
    other = factories.AllianceFactory()
    stranger = posting.school_account(other, factories.member(other))
    response = send(client, bank, name, account=stranger.pk, days="1")
    assert "Choose a member of the alliance" in response.content.decode()


@pytest.mark.parametrize("name", VERBS)
def test_a_head_does_not_see_it(client, bank, name):
    client.force_login(bank.head)
    assert client.get(reverse(f"exchange:{name}", args=[bank.alliance.slug])).status_code == 404


@pytest.mark.parametrize("name", ["pay_service", "credit_hosting"])
def test_the_fund_pays_no_more_than_it_has(client, bank, name):
    response = send(client, bank, name, account=account(bank, bank.asking).pk, days="50")
    assert "The common fund can give 10 days at most" in response.content.decode()
    bank.fund.refresh_from_db()
    assert bank.fund.posted == 1000


def test_a_service_may_come_from_outside(client, bank):
    send(client, bank, "pay_service", account=bank.outside.pk, days="2")
    assert Transfer.objects.filter(kind="service", credit=bank.outside, amount=200).count() == 1


def test_hosting_counts_at_the_rate_of_its_day_rounded_half_up(bank):
    policy = bank.alliance.policy()
    policy.hosting_rate = 33
    policy.save()
    row = actions.movements.credit_hosting(
        account=account(bank, bank.asking), hosted=150, occurred_on=TODAY(), by=bank.coordinator, name="INSET", key="1"
    )
    assert row.amount == 50


def test_a_school_that_was_no_member_on_the_day_is_refused(client, bank):
    bank.alliance.memberships.filter(school=bank.asking).update(starts_on=TODAY())
    response = send(
        client, bank, "grant_opening", account=account(bank, bank.asking).pk, days="1", on=TODAY() - timedelta(days=1)
    )
    assert "was not a member on that day" in response.content.decode()
    with pytest.raises(Refused, match="is not a member"):
        actions.movements.grant_opening(
            account=account(bank, bank.asking), amount=100, occurred_on=TODAY() - timedelta(days=1),
            by=bank.coordinator, reason="x", key="1",
        )  # fmt: skip


@pytest.mark.parametrize("amount", [0, -100, 10**9])
def test_an_impossible_amount_is_refused_by_the_bank_itself(bank, amount):
    with pytest.raises(BankError, match="more than 0 and at most 10,000 days"):
        posting.transfer(
            kind="gift", debit=bank.fund, credit=bank.outside, amount=amount, occurred_on=TODAY(), by="clock",
            reason="x", key="1",
        )  # fmt: skip


def test_the_same_key_with_another_amount_is_refused(bank):
    facts = {"debit": bank.fund, "credit": bank.outside, "occurred_on": TODAY(), "by": "clock", "reason": "x"}
    first = posting.transfer(kind="gift", amount=100, key="k", **facts)
    assert posting.transfer(kind="gift", amount=100, key="k", **facts) == first
    with pytest.raises(BankError, match="was used before"):
        posting.transfer(kind="gift", amount=200, key="k", **facts)
    assert Account.objects.get(pk=bank.fund.pk).posted == 900


def test_the_floor_of_the_fund_is_kept_by_the_bank(bank):
    with pytest.raises(LimitReached):
        posting.transfer(
            kind="service", debit=bank.fund, credit=bank.outside, amount=1001, occurred_on=TODAY(), by="clock",
            reason="x", key="1",
        )  # fmt: skip


# What the actions keep themselves, whatever form or command they are called from -------------------


def decide(bank, verb, *, by=None, **fields):
    """One of the verbs as an action, between the fund and Ashgrove."""
    own = account(bank, bank.asking)
    facts = {
        "adjust_balance": {"debit": bank.fund, "credit": own, "amount": 100, "reason": "A slip"},
        "grant_opening": {"account": own, "amount": 100, "reason": "Joins"},
        "pay_service": {"provider": own, "amount": 100, "name": "INSET"},
        "credit_hosting": {"account": own, "hosted": 100, "name": "INSET"},
    }[verb]
    facts |= {"occurred_on": TODAY(), "key": "1", "by": by or bank.coordinator, **fields}
    return getattr(actions.movements, verb)(**facts)


@pytest.mark.parametrize("name", ["adjust_balance", *VERBS])
def test_the_action_wants_a_coordinator_who_works_elsewhere(bank, name):
    for by in (bank.head, bank.stranger, factories.coordinator_of(factories.AllianceFactory())):
        with pytest.raises(PermissionDenied):
            decide(bank, name, by=by)
    Post.objects.create(person=bank.coordinator.person, school=bank.asking, starts_on=factories.LONG_AGO)
    with pytest.raises(PermissionDenied):
        decide(bank, name)
    assert Transfer.objects.count() == 1
    assert decide(bank, name, by=factories.coordinator_of(bank.alliance))


@pytest.mark.parametrize("name", ["adjust_balance", *VERBS])
@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (TODAY() + timedelta(days=1), "Enter today or a day in the past"),
        (factories.LONG_AGO - timedelta(days=1), "when the alliance's rules began, or a later day"),
    ],
)
def test_the_action_refuses_a_day_ahead_and_one_before_the_rules(bank, name, on, sentence):
    bank.alliance.memberships.update(starts_on=date(1999, 1, 1))
    with pytest.raises(BankError, match=sentence):
        decide(bank, name, occurred_on=on)
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("name", ["adjust_balance", *VERBS])
def test_the_action_refuses_a_day_in_a_closed_year(bank, name):
    year = calendar.year_of(TODAY()) - 1
    bank.alliance.closed_years.create(year=year, by="user:1")
    with pytest.raises(BankError, match="That year is closed: enter 1 September"):
        decide(bank, name, occurred_on=calendar.last_day(year))
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("name", ["adjust_balance", *VERBS])
@pytest.mark.parametrize("reason", ["", "  "])
def test_the_action_wants_a_reason(bank, name, reason):
    field = "name" if name in ("pay_service", "credit_hosting") else "reason"
    with pytest.raises(BankError, match="each movement has a reason"):
        decide(bank, name, **{field: reason})
    assert Transfer.objects.count() == 1


def test_giving_and_reversing_want_a_reason_too(bank):
    own = account(bank, bank.asking)
    granted = decide(bank, "grant_opening")
    for act in (
        partial(actions.movements.give, account=own, to=bank.fund, amount=100, by=bank.head, key="2"),
        partial(actions.movements.reverse_movement, transfer=granted, by=bank.coordinator),
    ):
        with pytest.raises(BankError, match="each movement has a reason"):
            act(reason="")
    assert Transfer.objects.count() == 2


@pytest.mark.parametrize("name", ["adjust_balance", *VERBS])
def test_the_action_refuses_a_school_that_was_no_member_on_the_day(bank, name):
    bank.alliance.memberships.filter(school=bank.asking).update(starts_on=TODAY())
    with pytest.raises(Refused, match="Ashgrove is not a member of Netherby Schools on"):
        decide(bank, name, occurred_on=TODAY() - timedelta(days=1))
    assert decide(bank, name)


def test_a_floor_lowered_for_something_else_is_no_room_for_an_adjustment(bank):
    own = account(bank, bank.asking)
    posting.lower_floor_for(own, 1500, by="user:1", reason="An override")
    with pytest.raises(LimitReached):
        decide(bank, "adjust_balance", debit=own, credit=bank.fund, amount=1200)
    assert decide(bank, "adjust_balance", debit=own, credit=bank.fund, amount=1000)


def test_an_adjustment_takes_from_the_fund_no_more_than_it_has(bank):
    with pytest.raises(LimitReached):
        decide(bank, "adjust_balance", amount=1001)
    assert decide(bank, "adjust_balance", amount=1000)


def test_the_fund_pays_nothing_out_of_room_that_a_reversal_made(bank):
    gift = actions.movements.give(
        account=account(bank, bank.asking), to=bank.fund, amount=300, by=bank.head, reason="x", key="1"
    )
    facts = {"provider": bank.outside, "occurred_on": TODAY(), "by": bank.coordinator, "name": "Phonics network"}
    actions.movements.pay_service(amount=1300, key="2", **facts)
    actions.movements.reverse_movement(transfer=gift, by=bank.coordinator, reason="A slip")
    actions.movements.give(
        account=account(bank, bank.giving), to=bank.fund, amount=300, by=bank.home_head, reason="x", key="3"
    )
    with pytest.raises(LimitReached):
        actions.movements.pay_service(amount=25, key="4", **facts)
    bank.fund.refresh_from_db()
    assert bank.fund.posted == 0


def test_a_part_of_a_hundredth_is_no_amount(bank):
    with pytest.raises(BankError, match="more than 0"):
        actions.movements.grant_opening(
            account=account(bank, bank.asking),
            amount=1.5,
            occurred_on=TODAY(),
            by=bank.coordinator,
            reason="x",
            key="1",
        )


@pytest.mark.parametrize("changed", [{"reason": "Another"}, {"amount": 50}, {"occurred_on": TODAY() - timedelta(1)}])
def test_a_key_stands_for_one_movement_with_all_its_facts(bank, changed):
    facts = {
        "account": account(bank, bank.asking), "amount": 25, "occurred_on": TODAY(), "by": bank.coordinator,
        "reason": "Joins", "key": "once",
    }  # fmt: skip
    first = actions.movements.grant_opening(**facts)
    assert actions.movements.grant_opening(**facts).pk == first.pk
    with pytest.raises(KeyReused):
        actions.movements.grant_opening(**{**facts, **changed})


def test_an_opening_grant_is_given_once_unless_it_was_reversed(client, bank):
    own = account(bank, bank.asking)
    send(client, bank, "grant_opening", account=own.pk, days="2.5")
    response = send(client, bank, "grant_opening", account=own.pk, days="1")
    assert "has had its opening grant" in response.content.decode()
    first = Transfer.objects.get(kind="opening", credit=own)
    actions.movements.reverse_movement(transfer=first, by=bank.coordinator, reason="A slip")
    assert send(client, bank, "grant_opening", account=own.pk, days="1").status_code == 302
    own.refresh_from_db()
    assert own.posted == 100


def test_the_heads_are_told_once_of_what_moved_on_their_account(bank):
    facts = {"amount": 50, "occurred_on": TODAY(), "by": bank.coordinator, "reason": "Joins", "key": "once"}
    for _ in range(2):
        row = actions.movements.grant_opening(account=account(bank, bank.asking), **facts)
    actions.movements.reverse_movement(transfer=row, by=bank.coordinator, reason="Not yet")
    granted, reversed_ = Mail.objects.filter(to=bank.head.email).order_by("pk")
    assert granted.subject == "The balance of Ashgrove is now 0.5 days"
    words = "has moved 0.5 days to the account of Ashgrove in Netherby Schools (opening grant): Joins"
    assert f"{bank.coordinator.get_full_name()} {words}" in granted.text
    assert "has moved 0.5 days from the account of Ashgrove in Netherby Schools (reversal): Not yet" in reversed_.text
    assert f"{reverse('exchange:statement', args=[bank.asking.pk])}?alliance=netherby" in granted.text
