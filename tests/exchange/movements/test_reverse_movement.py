import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bank import posting
from bank.errors import BankError
from bank.models import Transfer
from exchange import actions
from portal.errors import Refused
from portal.once import new_key
from staff.models import Post
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement


@pytest.fixture
def gift(cast):
    return actions.movements.give(
        account=posting.school_account(cast.alliance, cast.asking), to=posting.fund_account(cast.alliance), amount=200,
        by=cast.head, reason="By mistake", key="gift",
    )  # fmt: skip


def send(client, by, transfer, reason="It was a mistake"):
    client.force_login(by)
    return client.post(reverse("exchange:reverse_movement", args=[transfer.pk]), {"key": new_key(), "reason": reason})


def test_a_coordinator_takes_a_gift_back(client, cast, gift):
    assert send(client, cast.coordinator, gift).status_code == 302
    row = Transfer.objects.get(kind="reversal")
    assert (row.reverses, row.debit, row.credit, row.amount, row.reason) == (
        gift, gift.credit, gift.debit, 200, "It was a mistake",
    )  # fmt: skip
    assert posting.school_account(cast.alliance, cast.asking).posted == 0


def test_it_is_reversed_once_and_a_reversal_never(client, cast, gift):
    send(client, cast.coordinator, gift)
    reversal = Transfer.objects.get(kind="reversal")
    assert send(client, cast.coordinator, gift).status_code == 409
    assert send(client, cast.coordinator, reversal).status_code == 409
    for row in (gift, reversal):
        with pytest.raises(BankError, match="a reversal never"):
            posting.reverse([row], by="user:1", reason="x")
    assert Transfer.objects.count() == 2


def test_a_visit_is_corrected_by_a_dispute_and_not_here(client, cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    actions.confirmations.confirm(visit=visit, by=cast.head)
    row = Transfer.objects.get(kind="visit")
    assert send(client, cast.coordinator, row).status_code == 409
    with pytest.raises(Refused):
        actions.movements.reverse_movement(transfer=row, by=cast.coordinator, reason="x")


def test_the_action_reverses_once_and_for_a_coordinator_who_works_elsewhere(cast, gift):
    for by in (cast.head, cast.stranger, factories.coordinator_of(factories.AllianceFactory())):
        with pytest.raises(PermissionDenied):
            actions.movements.reverse_movement(transfer=gift, by=by, reason="x")
    Post.objects.create(person=cast.coordinator.person, school=cast.asking, starts_on=factories.LONG_AGO)
    with pytest.raises(PermissionDenied):
        actions.movements.reverse_movement(transfer=gift, by=cast.coordinator, reason="x")
    second = factories.coordinator_of(cast.alliance)
    actions.movements.reverse_movement(transfer=gift, by=second, reason="x")
    with pytest.raises(Refused, match="cannot be reversed"):
        actions.movements.reverse_movement(transfer=gift, by=second, reason="x")
    assert Transfer.objects.count() == 2


def test_others_do_not_see_it(client, cast, gift):
    for by in (cast.head, cast.stranger, factories.coordinator_of(factories.AllianceFactory())):
        assert send(client, by, gift).status_code == 404
    assert Transfer.objects.count() == 1


def page(client, by, url):
    client.force_login(by)
    return " ".join(client.get(url).content.decode().split())


def in_the_admin(transfer):
    return reverse("admin:bank_transfer_change", args=[transfer.pk])


def test_what_was_reversed_names_its_reversal(client, cast, gift):
    assert "Reverse it" in page(client, cast.coordinator, in_the_admin(gift))
    send(client, cast.coordinator, gift)
    reversal = Transfer.objects.get(kind="reversal")
    html = page(client, cast.coordinator, in_the_admin(gift))
    assert "Reversed by" in html
    assert f'href="{in_the_admin(reversal)}">transfer {reversal.pk}, ' in html
    assert "Reverse it" not in html


def test_a_coordinator_comes_to_it_from_the_statement_and_from_the_bank(client, cast, gift):
    statement = reverse("exchange:statement", args=[cast.asking.pk])
    bank = reverse("exchange:bank", args=["netherby"])
    for url, query in (
        (statement, f"account={gift.debit_id}"),
        (bank, f"debit__alliance__id__exact={cast.alliance.pk}"),
    ):
        address = f"{reverse('admin:bank_transfer_changelist')}?{query}"
        assert f'href="{address}">Movements in the admin</a>' in page(client, cast.coordinator, url)
        assert in_the_admin(gift) in page(client, cast.coordinator, address)
    assert "Movements in the admin" not in page(client, cast.head, statement)
