import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange import actions
from staff.models import Specialism, SystemLeader
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer


def page(client, user, request):
    client.force_login(user)
    return client.get(reverse("exchange:shortlist", args=[request.pk]))


def test_it_proposes_leaders_with_a_link_to_the_offer(client, cast):
    request = a_request(cast)
    html = page(client, cast.coordinator, request).content.decode()
    assert str(cast.leader) in html
    assert reverse("exchange:offer", args=[request.pk, cast.leader.pk]) in html
    assert "before its limit" not in html


def test_leaders_with_another_specialism_are_folded_under_a_heading_of_their_own(client, cast):
    asked = a_request(cast)
    cast.leader.specialisms.set(Specialism.objects.filter(name="Phonics"))
    html = page(client, cast.coordinator, asked).content.decode()
    assert '<details class="govuk-details" open>' in html  # nobody has it: the others are all there is
    fitting = factories.leader_at(cast.other)
    html = page(client, cast.coordinator, asked).content.decode()
    having, _, other = html.partition("Who has another specialism and could be asked (1)")
    links = [reverse("exchange:offer", args=[asked.pk, leader.pk]) for leader in (fitting, cast.leader)]
    assert [[link in part for link in links] for part in (having, other)] == [[True, False], [False, True]]
    assert having.endswith('<span class="govuk-details__summary-text">')
    assert '<details class="govuk-details" open>' not in html


def test_it_says_who_cannot_be_asked_and_why(client, cast):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(status="suspended")
    html = page(client, cast.coordinator, a_request(cast)).content.decode()
    assert "No leader of the alliance can take this on today." in html
    assert f"{cast.leader}: Not active: suspended" in html


def test_it_warns_of_the_limit_and_says_what_to_do(client, cast):
    cast.alliance.policies.update(limit=-200)
    html = " ".join(page(client, cast.coordinator, a_request(cast, days=300)).content.decode().split())
    assert "Ashgrove can take 2 days before its limit, and 3 days are wanted." in html
    assert "then override the limit on its page, with a reason" in html


def test_while_an_offer_is_open_no_other_is_made(client, cast):
    request = a_request(cast)
    commission = an_offer(cast, request)
    html = page(client, cast.coordinator, request).content.decode()
    assert "An offer is open already." in html
    assert commission.get_absolute_url() in html
    assert reverse("exchange:offer", args=[request.pk, cast.leader.pk]) not in html


def test_days_that_may_be_split_are_offered_in_parts(client, cast):
    second = factories.leader_at(cast.other)
    request = a_request(cast, days=500, may_split=True)
    an_offer(cast, request, days=200)
    html = page(client, cast.coordinator, request).content.decode()
    assert "3 days still wanted of 5." in " ".join(html.split())
    assert reverse("exchange:offer", args=[request.pk, second.pk]) in html


def test_it_tells_who_declined_before_and_why(client, cast):
    request = a_request(cast)
    actions.offers.decline(commission=an_offer(cast, request), by=cast.lead, reason="distance", note="Two hours away")
    html = page(client, cast.coordinator, request).content.decode()
    assert "Too far: Two hours away" in html
    assert reverse("exchange:offer", args=[request.pk, cast.leader.pk]) in html


def paused(cast, commission):
    actions.work.pause(commission=an_agreement(cast, commission), by=cast.head, reason="An inspection")
    return "An inspection"


def resumed(cast, commission):
    paused(cast, commission)
    commission.refresh_from_db()
    actions.work.resume(commission=commission, by=cast.head)
    return ""


def taken_back(cast, commission):
    actions.offers.withdraw(commission=commission, by=cast.coordinator, reason="Another leader lives nearer")
    return "Another leader lives nearer"


def finished_early(cast, commission):
    a_logged_visit(cast, an_agreement(cast, commission))
    actions.work.finish(commission=commission, by=cast.lead, reason="It was enough")
    return "It was enough"


@pytest.mark.parametrize("end", [paused, resumed, taken_back, finished_early])
def test_it_tells_why_what_was_offered_so_far_stands_as_it_does(client, cast, end):
    request = a_request(cast, days=500, may_split=True)
    words = end(cast, an_offer(cast, request, days=200))
    assert [commission.last_word for commission in page(client, cast.coordinator, request).context["offers"]] == [words]


def test_a_matched_request_needs_nobody(client, cast):
    request = a_request(cast)
    an_agreement(cast, an_offer(cast, request))
    response = page(client, cast.coordinator, request)
    assert response.status_code == 409
    assert b"This request is not looking for a leader any more." in response.content


def test_it_does_not_name_the_supported_person(client, cast):
    request = a_request(cast, supported_person="Nora Quill")
    assert b"Nora Quill" not in page(client, cast.coordinator, request).content


def test_a_peer_request_wants_partner_schools(client, cast):
    request = a_request(cast, kind="peer")
    html = page(client, cast.coordinator, request).content.decode()
    assert reverse("exchange:offer_peer", args=[request.pk, cast.giving.pk]) in html
    assert reverse("exchange:offer_peer", args=[request.pk, cast.asking.pk]) not in html


@pytest.mark.parametrize("kind", ["specific", "peer"])
def test_one_leader_or_twenty_cost_the_same(client, cast, kind):
    url = reverse("exchange:shortlist", args=[a_request(cast, kind=kind).pk])
    client.force_login(cast.coordinator)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(20):
        factories.leader_at(factories.member(cast.alliance))
    with CaptureQueriesContext(connection) as twenty:
        client.get(url)
    assert len(twenty) == len(one)
