from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bank import posting
from exchange import actions
from staff.models import Role, Specialism
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow

PAGES = ["alliance", "alliance_requests", "alliance_commissions", "concerns"]


def get(client, user, name, query="", slug="netherby"):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=[slug]) + query)


def fill(cast, number=1):
    for _ in range(number):
        a_request(cast, status="submitted", urgency="urgent")
        a_request(cast, days=100)
        an_offer(cast, days=100)
        commission = an_agreement(cast, days=100)
        a_logged_visit(cast, commission, days=100)


# Who sees it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_only_the_alliances_coordinators_see_its_pages(client, cast, name):
    fill(cast)
    assert get(client, cast.coordinator, name).status_code == 200
    others = [
        cast.head,
        cast.lead,
        cast.stranger,
        factories.coordinator_of(factories.AllianceFactory()),
        factories.observer_of(cast.alliance, "steering"),
        factories.observer_of(cast.alliance, "auditor"),
        factories.UserFactory(),
    ]
    for user in others:
        response = get(client, user, name)
        assert response.status_code == 404
        assert b"Ashgrove" not in response.content


def test_a_coordinators_role_that_has_ended_opens_nothing(client, cast):
    Role.objects.filter(user=cast.coordinator).update(ends_on=factories.LONG_AGO)
    assert get(client, cast.coordinator, "alliance").status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_other_alliances_are_not_in_it(client, cast, name):
    other = factories.AllianceFactory()
    school = factories.member(other, name="Elsewhere School")
    head = factories.head_of(school)
    request = actions.requests.start_draft(by=head, school=school, alliance=other)
    request.days, request.urgency = 100, "urgent"
    request.save()
    actions.requests.submit(support_request=request, by=head)
    response = get(client, cast.coordinator, name)
    assert b"Elsewhere" not in response.content


@pytest.mark.parametrize("name", PAGES)
def test_no_page_names_the_supported_person(client, cast, name):
    a_request(cast, supported_person="Nora Quill", urgency="urgent")
    an_offer(cast, a_request(cast, supported_person="Nora Quill"))
    assert b"Nora Quill" not in get(client, cast.coordinator, name).content


# The home ----------------------------------------------------------------------------------------


def test_the_home_of_an_alliance_without_work(client, cast):
    html = get(client, cast.coordinator, "alliance").content.decode()
    for sentence in (
        "Nothing waits longer than it should.",
        "No request waits for a first look.",
        "Every open request has an offer out.",
        "Every balance is within the band.",
    ):
        assert sentence in html


def test_the_home_shows_what_waits(client, cast):
    urgent = a_request(cast, status="submitted", urgency="urgent")
    unmatched = a_request(cast)
    an_offer(cast)
    an_agreement(cast)
    debit, credit = posting.school_account(cast.alliance, cast.other), posting.fund_account(cast.alliance)
    posting.transfer(
        kind="adjustment",
        debit=debit,
        credit=credit,
        amount=600,
        occurred_on=urgent.starts_on,
        by="clock",
        reason="Opening",
        key="opening",
    )
    response = get(client, cast.coordinator, "alliance")
    context = response.context
    assert [task["url"] for task in context["tasks"]] == [urgent.get_absolute_url()]
    assert context["tasks"][0]["tag"] == "Urgent, today"
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        later = get(client, cast.coordinator, "alliance").context["tasks"]
    assert later[0]["tag"] == "Urgent, for 6\N{NO-BREAK SPACE}days"
    assert list(context["unmatched"]) == [unmatched]
    assert [(account.school, account.posted) for account in context["outside"]] == [(cast.other, -600)]
    assert [(figure["label"], figure["value"]) for figure in context["figures"]] == [
        ("New requests", 1),
        ("Offers open", 1),
        ("Work running", 1),
        ("Common fund, days", "6"),
    ]
    assert reverse("admin:index").encode() in response.content


def test_draft_requests_are_not_the_coordinators_business(client, cast):
    draft = a_request(cast, status="draft")
    for name in ("alliance", "alliance_requests"):
        assert draft.reference.encode() not in get(client, cast.coordinator, name).content


@pytest.mark.parametrize("name", PAGES)
def test_one_row_or_three_cost_the_same(client, cast, name):
    fill(cast)
    client.force_login(cast.coordinator)
    url = reverse(f"exchange:{name}", args=["netherby"])
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    fill(cast, 3)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)


# Lists -------------------------------------------------------------------------------------------


def listed(response):
    return list(response.context["page_obj"])


def test_requests_are_filtered(client, cast):
    mine = a_request(cast)
    sent = a_request(cast, status="submitted", urgency="urgent", need="Reading in year 2")
    colleague = factories.coordinator_of(cast.alliance)
    theirs = a_request(cast)
    actions.requests.assign(support_request=theirs, by=cast.coordinator, to=colleague)

    def found(query):
        return listed(get(client, cast.coordinator, "alliance_requests", query))

    assert set(found("")) == {mine, sent, theirs}
    assert found("?status=submitted") == [sent]
    assert found("?urgency=urgent") == [sent]
    assert set(found("?mine=on&status=open")) == {mine}
    assert found("?text=reading") == [sent]
    assert found(f"?text={sent.reference}") == found(f"?text=sr{sent.pk}") == [sent]
    assert set(found(f"?school={cast.asking.pk}")) == {mine, sent, theirs}
    assert found(f"?school={cast.giving.pk}") == []
    assert set(found(f"?specialism={mine.specialism_id}")) == {mine, sent, theirs}


def test_specialisms_to_filter_by_are_in_the_order_of_their_names(client, cast):
    for name in ("Music", "Attendance", "Assessment"):
        a_request(cast, status="submitted", specialism=Specialism.objects.get(name=name))
    form = get(client, cast.coordinator, "alliance_requests").context["filter"].form
    assert [str(label) for _, label in form.fields["specialism"].choices] == [
        "All",
        "Assessment",
        "Attendance",
        "Music",
    ]


def test_a_search_does_not_find_the_supported_person(client, cast):
    a_request(cast, supported_person="Nora Quill")
    response = get(client, cast.coordinator, "alliance_requests", "?text=Nora")
    assert listed(response) == []
    assert b"No request fits these filters." in response.content


@pytest.mark.parametrize(
    "query", ["?status=zzz", "?status=draft", "?school=x", "?specialism=999999", "?page=x", "?text=%00"]
)
def test_strange_filters_are_no_error(client, cast, query):
    a_request(cast, status="draft")
    request = a_request(cast)
    response = get(client, cast.coordinator, "alliance_requests", query)
    assert (response.status_code, listed(response)) == (200, [request])


def test_commissions_are_filtered(client, cast):
    offered, agreed = an_offer(cast), an_agreement(cast)

    def found(query):
        return listed(get(client, cast.coordinator, "alliance_commissions", query))

    assert found("") == [agreed, offered]
    assert found("?status=agreed") == [agreed]
    assert found(f"?school={cast.giving.pk}") == [agreed, offered]
    assert found(f"?school={cast.other.pk}") == []
    assert found(f"?text={offered.reference}") == [offered]
    assert found(f"?text={cast.leader.person.name}") == [agreed, offered]
    assert found("?mine=on") == [agreed, offered]


def test_a_list_has_pages_and_says_how_many_there_are(client, cast):
    for _ in range(26):
        a_request(cast, status="submitted")
    response = get(client, cast.coordinator, "alliance_requests", "?status=submitted&page=2")
    assert len(listed(response)) == 1
    assert b"26 requests" in response.content
    assert b"?status=submitted&amp;page=1" in response.content


def test_empty_lists_say_so(client, cast):
    assert b"No school has asked for support yet." in get(client, cast.coordinator, "alliance_requests").content
    assert b"No offer has been made yet." in get(client, cast.coordinator, "alliance_commissions").content
    assert b"No concern is open." in get(client, cast.coordinator, "concerns").content
