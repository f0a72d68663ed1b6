import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from exchange import actions
from portal.errors import Refused
from portal.once import new_key
from staff.models import Mail
from tests import factories


@pytest.fixture
def own_account(cast):
    return posting.school_account(cast.alliance, cast.asking)


def send(client, cast, by, **data):
    client.force_login(by)
    url = reverse("exchange:give", args=[cast.asking.pk, cast.alliance.slug])
    return client.post(url, {"key": new_key(), "days": "1.5", "reason": "They need it more", **data})


def test_a_head_gives_to_the_fund(client, cast, own_account):
    response = send(client, cast, cast.head, to=posting.fund_account(cast.alliance).pk)
    assert response.status_code == 302
    row = Transfer.objects.get(kind="gift")
    assert (row.debit, row.credit, row.amount) == (own_account, posting.fund_account(cast.alliance), 150)


def test_a_head_gives_to_another_school(client, cast, own_account):
    other = posting.school_account(cast.alliance, cast.other)
    page = client.get(send(client, cast, cast.head, to=other.pk).url)
    assert "1.5 days given to Castle Hill" in page.content.decode()
    other.refresh_from_db()
    assert (other.other, other.posted) == (150, 150)


def test_no_more_than_is_available_can_be_given(client, cast, own_account):
    response = send(client, cast, cast.head, to=posting.fund_account(cast.alliance).pk, days="10.01")
    assert "Ashgrove can give 10 days at most" in response.content.decode()
    assert not Transfer.objects.exists()


def test_a_look_opens_no_account(client, cast, own_account):
    cast.alliance.accounts.exclude(kind="school").delete()
    client.force_login(cast.head)
    page = client.get(reverse("exchange:give", args=[cast.asking.pk, cast.alliance.slug])).content.decode()
    assert "10 days can be given" in page
    assert not cast.alliance.accounts.exclude(kind="school").exists()


def test_a_delegate_a_coordinator_and_a_stranger_give_nothing_away(client, cast, own_account):
    delegate = factories.delegate_of(cast.asking, cast.head, "ask", "agree")
    fund = posting.fund_account(cast.alliance)
    for by, status in ((delegate, 403), (cast.coordinator, 403), (cast.stranger, 404)):
        assert send(client, cast, by, to=fund.pk).status_code == status
        with pytest.raises(PermissionDenied):
            actions.movements.give(account=own_account, to=fund, amount=100, by=by, reason="x", key="1")
    assert not Transfer.objects.exists()


def test_the_funds_days_are_no_heads_to_give(cast, own_account):
    with pytest.raises(PermissionDenied):
        actions.movements.give(
            account=posting.fund_account(cast.alliance), to=own_account, amount=100, by=cast.head, reason="x", key="1"
        )


def test_a_school_that_has_left_gives_nothing_and_is_offered_no_form(client, cast, own_account):
    fund = posting.fund_account(cast.alliance)
    cast.alliance.memberships.filter(school=cast.asking).update(ends_on=factories.LONG_AGO)
    assert send(client, cast, cast.head, to=fund.pk).status_code == 403
    statement = client.get(reverse("exchange:statement", args=[cast.asking.pk])).content.decode()
    assert "Give days away" not in statement
    with pytest.raises(PermissionDenied):
        actions.movements.give(account=own_account, to=fund, amount=100, by=cast.head, reason="x", key="1")
    assert not Transfer.objects.exists()


def test_a_school_that_has_left_is_given_nothing(client, cast, own_account):
    cast.alliance.memberships.filter(school=cast.other).update(ends_on=factories.LONG_AGO)
    other = posting.school_account(cast.alliance, cast.other)
    assert "Choose a member of the alliance" in send(client, cast, cast.head, to=other.pk).content.decode()
    with pytest.raises(Refused, match="Castle Hill is not a member"):
        actions.movements.give(account=own_account, to=other, amount=100, by=cast.head, reason="x", key="1")
    assert not Transfer.objects.exists()


def test_a_floor_lowered_for_something_else_is_no_room_for_a_gift(client, cast, own_account):
    posting.lower_floor_for(own_account, 1500, by="user:1", reason="An override")
    client.force_login(cast.head)
    page = client.get(reverse("exchange:give", args=[cast.asking.pk, cast.alliance.slug])).content.decode()
    assert "10 days can be given" in page
    response = send(client, cast, cast.head, to=posting.fund_account(cast.alliance).pk, days="12")
    assert "Ashgrove can give 10 days at most" in response.content.decode()
    assert not Transfer.objects.exists()


def owing(own_account, amount=121):
    posting.transfer(
        kind="gift", debit=own_account, credit=posting.fund_account(own_account.alliance), amount=amount,
        occurred_on=timezone.localdate(), by="clock", reason="Before", key="before",
    )  # fmt: skip
    own_account.refresh_from_db()


def test_a_gift_that_leads_below_the_band_is_asked_for_once_more(client, cast, own_account):
    owing(own_account)
    other = posting.school_account(cast.alliance, cast.other)
    response = send(client, cast, cast.head, to=other.pk, days="5")
    page = response.content.decode()
    assert "Our balance would be −6.21 days, below the band of −5 days" in page
    assert "Give them all the same" in page
    assert 'value="5"' in page
    assert "They need it more" in page
    assert f'value="{other.pk}" selected' in page
    own_account.refresh_from_db()
    assert own_account.posted == -121
    key = response.context["form"]["key"].value()
    assert send(client, cast, cast.head, key=key, to=other.pk, days="5", all_the_same="on").status_code == 302
    own_account.refresh_from_db()
    assert own_account.posted == -621


def test_a_gift_down_to_the_band_goes_at_once(client, cast, own_account):
    owing(own_account)
    fund = posting.fund_account(cast.alliance)
    assert send(client, cast, cast.head, to=fund.pk, days="3.79").status_code == 302
    own_account.refresh_from_db()
    assert own_account.posted == -500


def test_the_page_says_what_the_band_is_and_asks_nothing_else(client, cast, own_account):
    client.force_login(cast.head)
    page = client.get(reverse("exchange:give", args=[cast.asking.pk, cast.alliance.slug])).content.decode()
    assert "The alliance's band is −5 to +10 days." in page
    assert "all the same" not in page
    page = send(client, cast, cast.head, to="", days="1", all_the_same="on").content.decode()
    assert "all the same" not in page


def test_no_days_are_given_to_the_outside(cast, own_account):
    outside = posting.outside_account(cast.alliance)
    with pytest.raises(Refused, match="to the common fund or to a member"):
        actions.movements.give(account=own_account, to=outside, amount=100, by=cast.head, reason="x", key="1")
    assert not Transfer.objects.exists()


def test_the_school_that_is_given_days_is_told_and_the_giver_is_not(client, cast, own_account):
    send(client, cast, cast.head, to=posting.school_account(cast.alliance, cast.giving).pk)
    (mail,) = Mail.objects.all()
    assert mail.to == cast.home_head.email
    assert "has moved 1.5 days to the account of Birchwood in Netherby Schools (gift): They need it more" in mail.text
