import uuid

import pytest
from django.urls import reverse

from bank import posting
from bank.models import Account, Transfer
from exchange import actions
from portal.errors import Refused
from staff.models import Post
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement, send


def disputed(cast):
    visit = a_logged_visit(cast, an_agreement(cast, days=300), days=100)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    visit.refresh_from_db()
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    return visit


@pytest.fixture(scope="class")
def visit(set_up_shared, cast):
    """A visit of one day, confirmed and then disputed."""
    return set_up_shared("visit", disputed, cast)


def settle(client, user, visit, days="0.5", reason="Both agree on half a day", **data):
    url = reverse("exchange:settle_dispute", args=[visit.pk])
    return send(client, user, url, days=days, reason=reason, **data)


def posted(school):
    return Account.objects.get(school=school).posted


def test_half_the_day_counts(client, cast, visit):
    response = settle(client, cast.coordinator, visit)
    visit.refresh_from_db()
    assert response.url == visit.get_absolute_url()
    assert (visit.status, visit.days) == ("confirmed", 50)
    assert (posted(cast.asking), posted(cast.giving)) == (-50, 45)
    assert visit.events.get(verb="settle_dispute").reason == "Both agree on half a day"


def test_what_the_coordinator_writes_stands_in_the_history_and_not_in_the_ledger(client, cast, visit):
    """A movement's reason can never be changed, so nobody must be named there."""
    settle(client, cast.coordinator, visit, reason="Nora Quill was away")
    reasons = set(Transfer.objects.filter(kind="reversal").values_list("reason", flat=True))
    assert reasons == {f"Dispute about {visit.leg.commission.reference} settled"}
    assert visit.events.get(verb="settle_dispute").reason == "Nora Quill was away"


def test_the_page_says_who_disputes_it_for_whom_and_why(client, cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    delegate = factories.delegate_of(cast.asking, cast.head, "confirm")
    actions.confirmations.dispute(visit=visit, by=delegate, reason="It was half a day")
    client.force_login(cast.coordinator)
    html = client.get(reverse("exchange:settle_dispute", args=[visit.pk])).content.decode()
    assert f"{delegate} for {cast.head}" in html
    assert "It was half a day" in html


def test_nothing_counts(client, cast, visit):
    settle(client, cast.coordinator, visit, days="0")
    visit.refresh_from_db()
    assert visit.status == "no_show"
    assert (posted(cast.asking), posted(cast.giving)) == (0, 0)


def test_the_page_says_what_is_disputed(client, cast, visit):
    client.force_login(cast.coordinator)
    page = client.get(reverse("exchange:settle_dispute", args=[visit.pk])).content
    assert b"It was half a day" in page
    assert b"Modelled a lesson" in page


@pytest.mark.parametrize(
    ("days", "error"),
    [
        ("", "Enter the days, for example 0.5 or 1.75"),
        ("-1", "Enter 0 days or more"),
        ("0.3", "Enter the days in quarters, for example 0.5 or 1.75"),
        ("3.25", "Enter 3 days or fewer"),
        ("1e3", "Enter the days as a number, for example 0.5 or 1.75"),
    ],
)
def test_bad_days_change_nothing(client, cast, visit, days, error):
    response = settle(client, cast.coordinator, visit, days=days)
    visit.refresh_from_db()
    assert response.context["form"].errors["days"] == [error]
    assert (visit.status, posted(cast.asking)) == ("disputed", -100)


def test_more_than_was_logged_is_asked_for_once_more(client, cast, visit):
    response = settle(client, cast.coordinator, visit, days="1.25")
    assert response.context["form"].errors == {"all_the_same": ["1.25 days is more than was logged: 1 day"]}
    assert "More days count than were logged" in response.content.decode()
    visit.refresh_from_db()
    assert visit.status == "disputed"
    settle(client, cast.coordinator, visit, days="1.25", all_the_same="on")
    visit.refresh_from_db()
    assert (visit.status, visit.days) == ("confirmed", 125)


def test_the_page_says_that_the_funds_cover_is_taken_back_too(client, cast, visit):
    client.force_login(cast.coordinator)
    url = reverse("exchange:settle_dispute", args=[visit.pk])
    assert b"common fund" not in client.get(url).content
    posting.transfer(
        kind="urgent", debit=posting.outside_account(cast.alliance), amount=75, occurred_on=visit.on, by="clock",
        credit=posting.school_account(cast.alliance, cast.asking), reason="Flooded", key="0",
        cause=("visit", str(visit.pk)),
    )  # fmt: skip
    page = " ".join(client.get(url).content.decode().split())
    assert "The common fund has covered 0.75 days of it. That is reversed too: cover the visit again" in page


def test_not_more_than_the_other_visits_leave(client, cast, visit):
    a_logged_visit(cast, visit.leg.commission, days=150)
    response = settle(client, cast.coordinator, visit, days="1.75")
    assert response.context["form"].errors["days"] == ["Enter 1.5 days or fewer"]


def test_the_second_sending_posts_nothing_more(client, cast, visit):
    key = uuid.uuid4()
    answers = [settle(client, cast.coordinator, visit, key=key).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert Transfer.objects.filter(kind="reversal").count() == 2  # the visit and its levy


def test_a_settled_dispute_is_not_settled_again(client, cast, visit):
    settle(client, cast.coordinator, visit)
    response = settle(client, cast.coordinator, visit, days="0")
    assert response.status_code == 409
    assert b"This dispute has been settled already." in response.content
    assert posted(cast.asking) == -50


@pytest.mark.parametrize("place", ["asking", "giving"])
def test_a_coordinator_who_works_at_either_school_needs_a_colleague(client, cast, visit, place):
    school = getattr(cast, place)
    Post.objects.create(person=cast.coordinator.person, school=school, starts_on=factories.LONG_AGO)
    response = settle(client, cast.coordinator, visit)
    visit.refresh_from_db()
    assert f"You work at {school}: another coordinator has to decide this.".encode() in response.content
    assert (response.status_code, visit.status) == (409, "disputed")


def test_both_sides_may_not_and_others_do_not_see_it(client, cast, visit):
    assert settle(client, cast.head, visit).status_code == 403
    assert settle(client, cast.lead, visit).status_code == 403
    assert settle(client, cast.stranger, visit).status_code == 404
    assert settle(client, factories.coordinator_of(factories.AllianceFactory()), visit).status_code == 404


@pytest.mark.parametrize("days", [-25, 10, 525])
def test_days_that_no_visit_has_are_refused_wherever_they_come_from(cast, visit, days):
    with pytest.raises(Refused, match="quarters of a day, 5 days at most"):
        actions.confirmations.settle(visit=visit, by=cast.coordinator, days=days, reason="A slip")
    visit.refresh_from_db()
    assert (visit.status, visit.days) == ("disputed", 100)
