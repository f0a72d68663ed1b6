"""The leader's home, list and profile, and the calendar file of a visit."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from exchange import actions
from exchange.models import Visit
from tests import factories
from tests.exchange import work_cases as cases
from tests.exchange.cases import a_day, a_request, a_visit, an_offer, look, send, url_of

pytestmark = pytest.mark.slow

PAGES = ["leader", "leader_commissions", "leader_profile"]


def page_of(client, user, name="leader", **query):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}"), query)


def titles(response):
    return [item["title"] for item in response.context["todo"]]


@pytest.mark.parametrize("name", PAGES)
def test_only_for_leaders(client, cast, name):
    statuses = [page_of(client, user, name).status_code for user in (cast.lead, cast.head, cast.coordinator)]
    assert statuses == [200, 404, 404]


def test_an_offer_waits_until_it_is_answered(client, cast):
    commission = cases.offered(cast)
    response = page_of(client, cast.lead)
    assert titles(response) == ["Answer the offer: 5 days of Mathematics for Ashgrove"]
    assert response.context["todo"][0]["due"] == commission.lapses_on
    actions.agreements.accept(commission=commission, by=cast.lead)
    assert titles(page_of(client, cast.lead)) == []


def test_a_visit_of_today_waits_to_be_logged(client, cast):
    visit = cases.planned(cast)
    response = page_of(client, cast.lead)
    assert [item["url"] for item in response.context["todo"]] == [url_of("log_visit", visit)]


def test_what_is_late_says_so(client, cast):
    visit = cases.planned(cast)
    Visit.objects.filter(pk=visit.pk).update(on=cases.TODAY() - timedelta(days=40))
    assert page_of(client, cast.lead).context["todo"][0]["tag"] == "Overdue"


def test_an_evaluation_waits_until_it_is_written(client, cast):
    commission = cases.delivered(cast)
    assert titles(page_of(client, cast.lead)) == ["Say how your work for Ashgrove went"]
    actions.evaluations.evaluate(commission=commission, by=cast.lead, side="giving", evidence="Lessons", rating=4)
    assert titles(page_of(client, cast.lead)) == []


@time_machine.travel("2027-03-01 10:00Z", tick=False)  # in September part of the work would be the last year's
def test_next_visits_and_days_left(client, cast):
    visit = a_visit(cast, cases.agreed(cast), on=a_day(2))
    response = page_of(client, cast.lead)
    assert [v.pk for v in response.context["next_visits"]] == [visit.pk]
    assert response.context["figures"][0]["value"] == "10 days"


def test_another_leaders_work_is_not_there(client, cast):
    cases.offered(cast)
    other = factories.leader_at(cast.giving).person.user
    response = page_of(client, other, "leader_commissions")
    assert list(response.context["page"]) == []
    assert "No commission is like that." in response.content.decode()
    assert titles(page_of(client, other)) == []


def test_nothing_waits_in_a_sentence(client, cast):
    assert "Nothing waits for you." in page_of(client, cast.lead).content.decode()


def test_the_list_is_filtered(client, cast):
    open_, agreed = cases.offered(cast), cases.agreed(cast)

    def found(**query):
        return [c.pk for c in page_of(client, cast.lead, "leader_commissions", **query).context["page"]]

    assert found() == [agreed.pk, open_.pk]
    assert found(status="agreed") == [agreed.pk]
    assert found(school="ashgr") == [agreed.pk, open_.pk]
    assert found(school="Birch") == []


def test_the_list_is_paged(client, cast):
    for _ in range(21):
        an_offer(cast, a_request(cast, days=25))
    assert len(page_of(client, cast.lead, "leader_commissions").context["page"]) == 20
    assert len(page_of(client, cast.lead, "leader_commissions", page=2).context["page"]) == 1


@pytest.mark.parametrize("name", ["leader", "leader_commissions"])
def test_three_rows_take_the_queries_of_one(client, cast, name):
    def more():
        commission = cases.agreed(cast)
        a_visit(cast, commission, days=25)
        a_visit(cast, commission, days=25, on=a_day(3))
        an_offer(cast, a_request(cast, days=25))

    def queries():
        client.force_login(cast.lead)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"exchange:{name}")).status_code == 200
        return len(captured)

    cast.leader.allowance = 5000
    cast.leader.save()
    factories.Policy.objects.update(limit=-5000)
    more()
    one = queries()
    more()
    more()
    assert queries() == one


PROFILE = {"about": "Fractions", "availability": "Not on Mondays", "phases": ["Primary", "Nursery"]}


def test_a_phase_that_is_none_is_not_offered(client, cast):
    assert "Not applicable" not in page_of(client, cast.lead, "leader_profile").content.decode()


def test_the_profile_is_saved(client, cast):
    send(client, cast.lead, reverse("exchange:leader_profile"), **PROFILE)
    cast.leader.refresh_from_db()
    assert (cast.leader.about, cast.leader.availability, cast.leader.is_available) == (
        "Fractions",
        "Not on Mondays",
        False,
    )
    assert sorted(cast.leader.phases.values_list("phase", flat=True)) == ["Nursery", "Primary"]
    send(client, cast.lead, reverse("exchange:leader_profile"), **PROFILE | {"phases": ["Primary"]})
    assert list(cast.leader.phases.values_list("phase", flat=True)) == ["Primary"]


def test_specialisms_are_shown_and_stay(client, cast):
    page = page_of(client, cast.lead, "leader_profile").content.decode()
    assert "<li>Mathematics</li>" in page
    send(client, cast.lead, reverse("exchange:leader_profile"), **PROFILE, specialisms=[])
    assert [str(specialism) for specialism in cast.leader.specialisms.all()] == ["Mathematics"]


def test_a_wrong_phase_is_refused(client, cast):
    response = send(client, cast.lead, reverse("exchange:leader_profile"), **PROFILE | {"phases": ["Hogwarts"]})
    assert response.context["form"].errors.keys() == {"phases"}
    cast.leader.refresh_from_db()
    assert cast.leader.about == ""


def test_a_visit_as_a_calendar_file(client, cast):
    visit = a_visit(cast, cases.agreed(cast), on=a_day(2), days=150)
    response = look(client, cast.lead, url_of("visit_calendar", visit))
    event = Calendar.from_ical(response.content).walk("VEVENT")[0]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (str(event["summary"]), event["location"]) == ("Support visit at Ashgrove", "Ashgrove")
    assert event.start.date() == a_day(2)
    assert (event.start.hour, event.end - event.start) == (9, timedelta(hours=7, minutes=30))
    assert "Ask for: The office" in str(event["description"])


def test_the_calendar_names_nobody_supported(client, cast):
    commission = cases.agreed(cast)
    secret = "Pat Supported"
    type(commission.support_request).objects.update(supported_person=secret, need=secret)
    visit = a_visit(cast, commission, on=a_day(2))
    Visit.objects.filter(pk=visit.pk).update(purpose=f"Coach {secret}")
    assert secret not in look(client, cast.lead, url_of("visit_calendar", visit)).content.decode()


def test_the_calendar_is_hidden_from_strangers_and_of_no_cancelled_visit(client, cast):
    visit = cases.planned(cast)
    assert look(client, cast.stranger, url_of("visit_calendar", visit)).status_code == 404
    actions.visits.cancel(visit=visit, by=cast.lead, ends_as="no_show", reason="Snow")
    assert look(client, cast.lead, url_of("visit_calendar", visit)).status_code == 404
