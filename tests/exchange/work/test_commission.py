"""The page of a commission: what each of the cast sees on it, and which buttons."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange import actions
from exchange.models import Commission, Evaluation, Leg, SupportRequest
from staff.models import Person
from tests import factories
from tests.exchange import road
from tests.exchange import work_cases as cases
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, look, url_of

pytestmark = pytest.mark.slow

SECRET = "Pat Supported"


def page_of(client, user, commission):
    response = look(client, user, commission.get_absolute_url())
    assert response.status_code == 200
    return response


def labels(response, of="main_buttons"):
    return [button["label"] for button in response.context[of]]


def test_it_is_hidden_from_strangers(client, cast):
    commission = cases.offered(cast)
    for user in (cast.stranger, factories.UserFactory(), factories.coordinator_of(factories.AllianceFactory())):
        assert look(client, user, commission.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("who", "main", "other"),
    [
        ("lead", ["Accept", "Decline"], []),
        ("home_head", ["Release", "Decline"], []),
        ("head", ["Agree", "Decline"], []),
        ("coordinator", [], ["Take the offer back"]),
    ],
)
def test_an_offer_asks_each_for_the_own_answer(client, cast, who, main, other):
    response = page_of(client, getattr(cast, who), cases.offered(cast))
    assert (labels(response), labels(response, "other_buttons")) == (main, other)


@pytest.mark.parametrize(
    ("who", "buttons"),
    [("lead", []), ("home_head", []), ("head", ["Confirm", "Something is wrong"]), ("coordinator", [])],
)
def test_a_logged_visit_asks_the_school(client, cast, who, buttons):
    visit = cases.logged(cast)
    response = page_of(client, getattr(cast, who), visit.leg.commission)
    assert [button["label"] for button in response.context["legs"][0]["visits"][0]["buttons"]] == buttons


def test_confirming_is_the_first_of_the_main_buttons_for_who_may(client, cast):
    visit = cases.logged(cast)
    confirms = factories.delegate_of(cast.asking, cast.head, "confirm")
    agrees = factories.delegate_of(cast.asking, cast.head, "agree")
    for user, offered in ((cast.head, True), (confirms, True), (agrees, False), (cast.lead, False)):
        buttons = page_of(client, user, visit.leg.commission).context["main_buttons"]
        expected = [{"url": url_of("confirm_visit", visit), "label": f"Confirm the visit of {visit.on:%-d %B}"}]
        assert [{name: button[name] for name in ("url", "label")} for button in buttons] == expected * offered
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert not any(label.startswith("Confirm") for label in labels(page_of(client, cast.head, visit.leg.commission)))


def test_delivered_work_can_be_closed_by_the_coordinator(client, cast):
    response = page_of(client, cast.coordinator, cases.delivered(cast))
    assert labels(response, "other_buttons") == ["Close without waiting for evaluations"]


def test_a_dispute_is_settled_by_a_coordinator_who_works_at_neither_school(client, cast):
    visit = cases.logged(cast)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Half a day")
    insider = factories.coordinator_of(cast.alliance)
    factories.Post.objects.create(person=insider.person, school=cast.giving, starts_on=factories.LONG_AGO)
    shown = [
        url_of("settle_dispute", visit) in page_of(client, user, visit.leg.commission).content.decode()
        for user in (cast.coordinator, insider)
    ]
    assert shown == [True, False]


def test_every_button_opens_its_page(client, cast):
    for commission in (cases.offered(cast), cases.logged(cast).leg.commission, cases.delivered(cast)):
        commission = Commission.objects.get(pk=commission.pk)
        for user in (cast.lead, cast.home_head, cast.head):
            context = page_of(client, user, commission).context
            rows = [row for leg in context["legs"] for row in [leg, *leg["visits"]]]
            buttons = context["main_buttons"] + context["other_buttons"] + [b for row in rows for b in row["buttons"]]
            assert {button["url"]: client.get(button["url"]).status_code for button in buttons} == {
                button["url"]: 200 for button in buttons
            }


def test_the_three_yeses_say_who(client, cast):
    commission = cases.offered(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    page = page_of(client, cast.head, commission)
    assert [(yes["at"] and yes["who"]) for yes in page.context["yeses"]] == [str(cast.lead), None, None]
    assert page.content.decode().count("Waiting") == 2


def test_it_warns_without_the_safeguarding_date(client, cast):
    commission = an_offer(cast, leader=factories.leader_at(cast.giving, confirmed=False))
    page = page_of(client, cast.head, commission).content.decode()
    assert "has not confirmed the DBS and safeguarding checks" in page
    assert "Not confirmed yet" in page


def offered_to(client, cast, commission):
    """Who of the cast reads on the page that there is a person, and is offered to be shown the name."""
    users = {name: getattr(cast, name) for name in ("head", "home_head", "lead", "coordinator")}
    pages = {name: page_of(client, user, commission).content.decode() for name, user in users.items()}
    assert not any(SECRET in page for page in pages.values())
    return [name for name, page in pages.items() if "Show the name" in page]


def test_few_are_offered_the_name_of_the_supported_person(client, cast):
    other = factories.coordinator_of(cast.alliance)
    commission = an_offer(cast, a_request(cast, supported_person=SECRET))
    assert offered_to(client, cast, commission) == ["head", "coordinator"]
    an_agreement(cast, commission)
    assert offered_to(client, cast, commission) == ["head", "lead", "coordinator"]
    assert "Show the name" not in page_of(client, other, commission).content.decode()


def rated(client, cast, user, commission):
    return "Very poor" in page_of(client, user, commission).content.decode()


def test_the_rating_is_for_both_heads_and_the_coordinator(client, cast):
    commission = cases.evaluated_by_school(cast, rating=1)
    seen = [rated(client, cast, user, commission) for user in (cast.head, cast.home_head, cast.coordinator, cast.lead)]
    assert seen == [True, True, True, False]


def test_the_leader_is_not_told_of_the_concern(client, cast):
    commission = cases.evaluated_by_school(cast, rating=1)
    told = ["Concern raised" in page_of(client, user, commission).content.decode() for user in (cast.head, cast.lead)]
    assert told == [True, False]


def test_outcomes_show_the_start_and_the_end(client, cast):
    commission = cases.evaluated_by_school(cast)
    row = page_of(client, cast.lead, commission).context["outcomes"][0]
    assert (row["outcome"].baseline, row["receiving"], row["giving"]) == (3, 7, None)


def test_a_proposal_is_answered_by_the_heads(client, cast):
    variation = cases.proposed(cast)
    url = url_of("answer_variation", variation)
    users = (cast.head, cast.home_head, cast.lead)
    shown = [url in page_of(client, user, variation.leg.commission).content.decode() for user in users]
    assert shown == [True, True, False]


def test_the_package_is_linked_both_ways(client, cast):
    commission = cases.diagnostic(cast)
    actions.work.finish(commission=commission, by=cast.lead, reason="Found out")
    actions.work.report_findings(commission=commission, by=cast.lead, findings="Reading", no_further_support=False)
    request = SupportRequest.objects.get(pk=commission.support_request_id)
    actions.requests.ask_package(support_request=request, by=cast.head, days=200)
    part = road.an_offer(cast, SupportRequest.objects.get(pk=request.pk), days=200)
    assert [c.pk for c in page_of(client, cast.head, commission).context["package"]] == [part.pk]
    assert page_of(client, cast.head, part).context["parent"] == commission


@pytest.fixture
def peer(cast):
    """Ashgrove and Castle Hill help each other; the persons sign in but hold no role."""
    request = a_request(cast, days=200, kind="peer")
    comes, goes = factories.UserFactory().person, Person.objects.create(name="Goes Back")
    today = cases.TODAY()
    return actions.offers.offer_peer(
        support_request=request, by=cast.coordinator, partner=cast.other, person=comes, days=200, return_person=goes,
        return_days=100, starts_on=today, ends_on=today, objectives="Observe each other",
    )  # fmt: skip


def test_peer_to_peer_shows_both_directions_and_two_yeses(client, cast, peer):
    response = page_of(client, cast.head, peer)
    page = response.content.decode()
    assert "Castle Hill gives 2 days to Ashgrove" in page
    assert "Ashgrove gives 1 day to Castle Hill" in page
    assert len(response.context["yeses"]) == 2


def test_the_person_of_a_leg_sees_the_work_and_plans_it(client, cast, peer):
    actions.agreements.release(commission=peer, by=cast.stranger)
    actions.agreements.agree(commission=peer, by=cast.head)
    leg = Leg.objects.get(commission=peer, giving_school=cast.other)
    response = page_of(client, leg.person.user, peer)
    assert [[button["label"] for button in part["buttons"]] for part in response.context["legs"]] == [
        ["Plan a visit", "Propose a variation"],
        [],
    ]


def queries(client, user, commission):
    client.force_login(user)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(commission.get_absolute_url()).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["lead", "head", "home_head", "coordinator"])
def test_three_visits_take_the_queries_of_one(client, cast, who):
    commission = cases.agreed(cast)
    a_visit(cast, commission, days=25)
    a_logged_visit(cast, commission, days=25)
    one = queries(client, getattr(cast, who), commission)
    for _ in range(2):
        a_visit(cast, commission, days=25)
        a_logged_visit(cast, commission, days=25)
    assert queries(client, getattr(cast, who), commission) == one


def test_disputes_take_the_same_queries_too(client, cast):
    commission = cases.agreed(cast)

    def dispute():
        visit = a_logged_visit(cast, commission, days=25)
        actions.confirmations.dispute(visit=visit, by=cast.head, reason="No")

    dispute()
    one = queries(client, cast.coordinator, commission)
    dispute()
    dispute()
    assert queries(client, cast.coordinator, commission) == one


def test_evaluations_name_their_sides(client, cast):
    commission = cases.evaluated_by_school(cast)
    actions.evaluations.evaluate(
        commission=commission, by=cast.lead, side=Evaluation.Side.GIVING, evidence="Lessons", rating=4,
        gained="A scheme of work", scores={},
    )  # fmt: skip
    page = page_of(client, cast.home_head, commission).content.decode()
    assert "What the home school gained" in page
    assert "The receiving school: how it went" in page
