from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bank import balances, posting
from bank.errors import BankError
from bank.models import Transfer
from exchange import actions, rules
from exchange.actions.movements import urgent_room
from portal.errors import Refused
from portal.once import new_key
from staff.models import Post
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow


@pytest.fixture
def urgent(cast):
    """Two confirmed visits of an urgent request, three days and one, and ten days in the fund."""
    fund = posting.fund_account(cast.alliance)
    posting.transfer(
        kind="opening", debit=posting.outside_account(cast.alliance), credit=fund, amount=1000,
        occurred_on=timezone.localdate(), by="clock", reason="Start", key="0",
    )  # fmt: skip
    commission = an_agreement(cast, an_offer(cast, a_request(cast, days=500, urgency="urgent")))
    cast.visits = []
    for days in (250, 100):
        visit = a_logged_visit(cast, commission, days=days)
        actions.confirmations.confirm(visit=visit, by=cast.head)
        cast.visits.append(visit)
    cast.account = posting.school_account(cast.alliance, cast.asking)
    return cast


def cover(urgent, visit, amount):
    return actions.movements.cover_urgent(
        visit=visit, amount=amount, by=urgent.coordinator, reason="Flooded", key=str(uuid4())
    )


def test_the_fund_covers_the_receiver_and_the_days_still_count_as_received(urgent):
    row = cover(urgent, urgent.visits[0], 250)
    assert (row.kind, row.debit, row.credit) == ("urgent", posting.fund_account(urgent.alliance), urgent.account)
    urgent.account.refresh_from_db()
    assert (urgent.account.received, urgent.account.other, urgent.account.posted) == (350, 250, -100)


def test_the_cap_is_for_the_whole_request(urgent):
    cover(urgent, urgent.visits[0], 250)
    assert urgent_room(urgent.visits[1]) == (50, 300)
    with pytest.raises(BankError, match=r"covers 3 days of an urgent request at most, and 0\.5 can be covered here"):
        cover(urgent, urgent.visits[1], 75)
    assert cover(urgent, urgent.visits[1], 50).amount == 50


def test_no_more_than_the_visit_had_and_no_more_than_the_fund_has(urgent):
    assert urgent_room(urgent.visits[1])[0] == 100
    fund = posting.fund_account(urgent.alliance)
    posting.transfer(
        kind="service", debit=fund, credit=posting.outside_account(urgent.alliance), amount=fund.available - 25,
        occurred_on=timezone.localdate(), by="clock", reason="All of it", key="1",
    )  # fmt: skip
    assert urgent_room(urgent.visits[0])[0] == 25


def test_a_visit_is_covered_once(urgent):
    row = cover(urgent, urgent.visits[0], 100)
    with pytest.raises(Refused, match="cannot be covered any more"):
        cover(urgent, urgent.visits[0], 100)
    actions.movements.reverse_movement(transfer=row, by=urgent.coordinator, reason="Too little")
    assert cover(urgent, urgent.visits[0], 125).amount == 125


def test_a_visit_that_was_settled_in_between_is_not_covered(urgent):
    seen = urgent.visits[0]
    seen.leg.commission.support_request  # noqa: B018  read before the settlement
    actions.confirmations.dispute(visit=type(seen).objects.get(pk=seen.pk), by=urgent.head, reason="It did not happen")
    actions.confirmations.settle(visit=type(seen).objects.get(pk=seen.pk), by=urgent.coordinator, days=0, reason="True")
    with pytest.raises(Refused, match="cannot be covered any more"):
        cover(urgent, seen, 100)


def test_a_visit_in_money_is_not_covered(urgent):
    visit = urgent.visits[0]
    type(visit).objects.filter(pk=visit.pk).update(in_money=True)
    with pytest.raises(Refused, match="cannot be covered any more"):
        cover(urgent, visit, 100)


def send(client, urgent, by, days="1", visit=0):
    client.force_login(by)
    url = reverse("exchange:cover_urgent", args=[urgent.visits[visit].pk])
    return client.post(url, {"key": new_key(), "days": days, "reason": "Flooded"})


def test_a_coordinator_covers_it_on_screen(client, urgent):
    page = client.get(send(client, urgent, urgent.coordinator).url).content.decode()
    assert "The fund has covered 1 day" in page
    assert Transfer.objects.get(kind="urgent").amount == 100
    assert send(client, urgent, urgent.coordinator).status_code == 409


def test_more_than_there_is_room_for_is_refused_beside_the_field(client, urgent):
    response = send(client, urgent, urgent.coordinator, days="2", visit=1)
    assert "Enter 1 day or fewer" in response.content.decode()


def test_heads_do_not_cover_themselves_and_coordinators_not_their_own_school(client, urgent):
    assert send(client, urgent, urgent.head).status_code == 403
    assert send(client, urgent, urgent.stranger).status_code == 404
    Post.objects.create(person=urgent.coordinator.person, school=urgent.asking, starts_on=factories.LONG_AGO)
    response = send(client, urgent, urgent.coordinator)
    assert response.status_code == 409
    assert "You work at Ashgrove: another coordinator has to decide this." in response.content.decode()
    assert not Transfer.objects.filter(kind="urgent").exists()


def test_what_is_not_urgent_is_not_covered(client, cast):
    cast.visits = [a_logged_visit(cast, an_agreement(cast))]
    actions.confirmations.confirm(visit=cast.visits[0], by=cast.head)
    assert send(client, cast, cast.coordinator).status_code == 409


def test_a_visit_that_is_settled_otherwise_gives_its_cover_back_and_is_covered_anew(urgent):
    visit = urgent.visits[0]
    cover(urgent, visit, 250)
    actions.confirmations.dispute(visit=visit, by=urgent.head, reason="It was one day")
    actions.confirmations.settle(visit=visit, by=urgent.coordinator, days=100, reason="One day")
    visit.refresh_from_db()
    urgent.account.refresh_from_db()
    assert (urgent.account.other, urgent.account.received) == (0, 200)
    assert cover(urgent, visit, 100).amount == 100
    assert balances.differences() == []


def test_whether_a_visit_is_covered_is_looked_up_by_both_columns_of_the_index(urgent):
    """Without the first one PostgreSQL reads every row of the kind."""
    with CaptureQueriesContext(connection) as queries:
        assert rules.can_cover(urgent.coordinator, urgent.visits[0])
    (statement,) = {query["sql"] for query in queries if 'FROM "bank_transfer"' in query["sql"]}
    for column, value in (("cause_kind", "visit"), ("cause_id", urgent.visits[0].pk)):
        assert f'"bank_transfer"."{column}" = \'{value}\'' in statement
