from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bank import posting
from bank.models import Account, Transfer
from exchange import actions
from exchange.models import Visit
from portal.errors import Refused
from portal.once import new_key
from staff.models import Post
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement
from tests.exchange.work_cases import TODAY, widen


@pytest.fixture
def left(cast):
    """Ashgrove has left owing 5 days, Birchwood has left being owed 5."""
    posting.post_visit(
        giver=posting.school_account(cast.alliance, cast.giving), amount=500, levy_percent=0, occurred_on=TODAY(),
        receiver=posting.school_account(cast.alliance, cast.asking), cause_id="1", by="clock",
    )  # fmt: skip
    yesterday = TODAY() - timedelta(days=1)
    cast.alliance.memberships.exclude(school=cast.other).update(ends_on=yesterday)
    cast.fund, cast.outside = posting.fund_account(cast.alliance), posting.outside_account(cast.alliance)
    return cast


def account(left, school):
    return Account.objects.get(alliance=left.alliance, school=school)


def settle(left, school, against):
    return actions.movements.settle_leaver(
        account=account(left, school), against=against, by=left.coordinator, reason="Left", key=f"settle-{school.pk}"
    )


def test_what_it_is_owed_goes_to_the_fund(left):
    row = settle(left, left.giving, left.fund)
    assert (row.kind, row.credit, row.amount) == ("settlement", left.fund, 500)
    assert account(left, left.giving).posted == 0


def test_what_it_owes_comes_from_outside(left):
    row = settle(left, left.asking, left.outside)
    assert (row.kind, row.debit, row.amount) == ("settlement", left.outside, 500)
    assert account(left, left.asking).posted == 0


def test_a_member_and_a_balance_of_0_are_not_settled(left):
    with pytest.raises(Refused, match="is a member"):
        settle(left, left.other, left.fund)
    settle(left, left.asking, left.outside)
    with pytest.raises(Refused, match="is 0 already"):
        settle(left, left.asking, left.outside)


def test_what_was_settled_since_it_was_read_is_not_settled_again(left):
    seen = account(left, left.giving)
    settle(left, left.giving, left.fund)
    with pytest.raises(Refused, match="is 0 already"):
        actions.movements.settle_leaver(
            account=seen, against=left.fund, by=left.coordinator, reason="Left", key="again"
        )
    assert (account(left, left.giving).posted, Transfer.objects.filter(kind="settlement").count()) == (0, 1)


def test_the_action_wants_a_coordinator_who_works_elsewhere(left):
    Post.objects.create(person=left.coordinator.person, school=left.giving, starts_on=factories.LONG_AGO)
    with pytest.raises(PermissionDenied):
        settle(left, left.giving, left.fund)


def test_days_still_held_have_to_end_first(left):
    giving = account(left, left.giving)
    posting.hold(giving, 100, cause_kind="leg", cause_id="1")
    with pytest.raises(Refused, match="still held"):
        settle(left, left.giving, left.fund)


def send(client, left, by, school, against):
    client.force_login(by)
    url = reverse("exchange:settle_leaver", args=[left.alliance.slug, school.pk])
    return client.post(url, {"key": new_key(), "against": against.pk, "reason": "It has joined another alliance"})


def test_a_coordinator_settles_it_on_screen(client, left):
    assert send(client, left, left.coordinator, left.asking, left.outside).status_code == 302
    assert Transfer.objects.get(kind="settlement").posted_by == f"user:{left.coordinator.pk}"


def test_a_look_opens_no_account(client, left):
    left.alliance.accounts.exclude(kind="school").delete()
    client.force_login(left.coordinator)
    url = reverse("exchange:settle_leaver", args=[left.alliance.slug, left.asking.pk])
    assert "Its balance is −5 days" in client.get(url).content.decode()
    assert not left.alliance.accounts.exclude(kind="school").exists()


def test_the_fund_pays_no_debt_that_it_cannot(client, left):
    response = send(client, left, left.coordinator, left.asking, left.fund)
    assert "The common fund can give 0 days at most" in response.content.decode()
    assert not Transfer.objects.filter(kind="settlement").exists()


def page_of(client, left, school, **data):
    client.force_login(left.coordinator)
    url = reverse("exchange:settle_leaver", args=[left.alliance.slug, school.pk])
    answer = client.post(url, {"key": new_key(), **data}) if data else client.get(url)
    return " ".join(answer.content.decode().split())


def test_the_page_says_who_pays_a_debt_and_what_the_fund_has(client, left):
    page = page_of(client, left, left.asking)
    assert "Who pays what it owes?" in page
    assert "The common fund, which has 0 days to give" in page


def test_the_page_says_who_gets_what_a_school_is_owed(client, left):
    page = page_of(client, left, left.giving)
    assert "Where does the balance go?" in page
    assert "The common fund, which has" not in page


def test_a_choice_left_out_is_named(client, left):
    assert page_of(client, left, left.asking, reason="It has left").count("Select who pays what it owes") == 2
    assert page_of(client, left, left.giving, reason="It has left").count("Select where the balance goes") == 2


def test_a_coordinator_who_works_there_and_a_head_do_not(client, left):
    Post.objects.create(person=left.coordinator.person, school=left.asking, starts_on=factories.LONG_AGO)
    response = send(client, left, left.coordinator, left.asking, left.outside)
    assert "another coordinator has to do this" in response.content.decode()
    assert send(client, left, left.head, left.asking, left.outside).status_code == 404
    assert not Transfer.objects.filter(kind="settlement").exists()


def test_an_address_without_a_school_is_not_there(client, left):
    client.force_login(left.coordinator)
    for urn in (1, 10**25):
        assert client.get(reverse("exchange:settle_leaver", args=[left.alliance.slug, urn])).status_code == 404


def test_nobody_else_pays_for_a_leaver(left):
    bystander = posting.school_account(left.alliance, left.other)
    with pytest.raises(Refused, match="against the common fund or the outside"):
        settle(left, left.asking, bystander)
    assert not Transfer.objects.filter(kind="settlement").exists()


@pytest.mark.parametrize("status", ["planned", "logged"])
def test_a_leaver_whose_visits_wait_to_be_confirmed_is_not_settled_yet(cast, status):
    commission = widen(an_agreement(cast))
    visit = a_logged_visit(cast, commission, on=TODAY() - timedelta(days=5), days=100)
    Visit.objects.filter(pk=visit.pk).update(status=status)
    posting.post_visit(
        giver=posting.school_account(cast.alliance, cast.giving), amount=500, levy_percent=0, occurred_on=TODAY(),
        receiver=posting.school_account(cast.alliance, cast.other), cause_id="1", by="clock",
    )  # fmt: skip
    cast.alliance.memberships.filter(school=cast.giving).update(ends_on=TODAY() - timedelta(days=2))
    with pytest.raises(Refused, match="wait to be confirmed"):
        settle(cast, cast.giving, posting.fund_account(cast.alliance))
    Visit.objects.filter(pk=visit.pk).update(on=TODAY() - timedelta(days=1))  # not a member any more: in money
    assert settle(cast, cast.giving, posting.fund_account(cast.alliance)).amount == 500


def test_a_visit_that_was_planned_and_never_done_keeps_no_leaver(cast):
    """Of work that has ended nothing more can be posted."""
    commission = widen(an_agreement(cast))
    visit = a_logged_visit(cast, commission, on=TODAY() - timedelta(days=5), days=100)
    Visit.objects.filter(pk=visit.pk).update(status="planned")
    type(commission).objects.filter(pk=commission.pk).update(status="delivered")
    posting.post_visit(
        giver=posting.school_account(cast.alliance, cast.giving), amount=500, levy_percent=0, occurred_on=TODAY(),
        receiver=posting.school_account(cast.alliance, cast.other), cause_id="1", by="clock",
    )  # fmt: skip
    cast.alliance.memberships.filter(school=cast.giving).update(ends_on=TODAY() - timedelta(days=2))
    assert settle(cast, cast.giving, posting.fund_account(cast.alliance)).amount == 500
