"""A calendar reads somebody's visits by an address that is a key: long, hashed, revocable, and not for ever."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import CalendarFeed, Role
from tests.exchange.cases import a_request, a_visit, an_agreement, an_offer, send

pytestmark = pytest.mark.slow

CONFIDENTIAL = "Pat Confidential"


@pytest.fixture
def visit(cast):
    """Texts that name the person, because the name was written down after them."""
    request = a_request(cast)
    visit = a_visit(cast, an_agreement(cast, an_offer(cast, request)))
    type(visit).objects.filter(pk=visit.pk).update(arrival_contact=CONFIDENTIAL, purpose=CONFIDENTIAL)
    facts = {"supported_person": CONFIDENTIAL, "need": f"For {CONFIDENTIAL}"}
    type(request).objects.filter(pk=request.pk).update(**facts)
    return visit


def make(client, user):
    """The path of a new address, as the page shows it."""
    assert send(client, user, reverse("staff:make_calendar")).url == reverse("staff:own_calendar")
    page = client.get(reverse("staff:own_calendar"))
    return page.context["address"].removeprefix("http://127.0.0.1:8000")


def test_it_holds_the_visits_of_the_leader_and_of_the_schools(client, cast, visit):
    for user in (cast.lead, cast.head, cast.home_head):
        answer = Client().get(make(client, user))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "SUMMARY:Support visit at Ashgrove" in answer.content.decode()
    for user in (cast.stranger, cast.coordinator):
        assert "SUMMARY" not in Client().get(make(client, user)).content.decode()


def is_in_the_calendar_of(client, user):
    return "SUMMARY" in Client().get(make(client, user)).content.decode()


def test_it_holds_what_is_two_months_past_at_most_and_nothing_that_was_cancelled(client, cast, visit):
    visits = type(visit).objects.filter(pk=visit.pk)
    for days, is_held in ((59, True), (61, False)):
        visits.update(on=timezone.localdate() - timedelta(days=days))
        assert is_in_the_calendar_of(client, cast.lead) == is_held
    visits.update(on=timezone.localdate(), status="late_cancelled")
    assert not is_in_the_calendar_of(client, cast.lead)


def test_f38_it_holds_visits_of_the_own_school_whose_page_one_may_see(client, cast, visit):
    Role.objects.create(user=cast.head, kind="coordinator", alliance=cast.alliance, starts_on=timezone.localdate())
    assert is_in_the_calendar_of(client, cast.head)
    cast.head.roles.filter(kind="headteacher").update(ended_at=timezone.now(), ended_by=cast.coordinator)
    assert not is_in_the_calendar_of(client, cast.head)
    type(visit.leg).objects.filter(pk=visit.leg_id).update(giving_school=cast.other)
    client.force_login(cast.stranger)
    assert client.get(visit.get_absolute_url()).status_code == 404
    assert not is_in_the_calendar_of(client, cast.stranger)


def test_f38_no_supported_person_is_named_in_it(client, cast, visit):
    assert CONFIDENTIAL not in Client().get(make(client, cast.lead)).content.decode()
    client.force_login(cast.lead)
    saved = client.get(reverse("exchange:visit_calendar", args=[visit.pk])).content.decode()
    assert CONFIDENTIAL not in saved
    assert "Ask for: a member of staff" in saved


def test_f38_the_token_has_128_bits_is_hashed_and_shown_once(client, cast, visit):
    path = make(client, cast.lead)
    token = path.split("/")[-1].removesuffix(".ics")
    assert len(token) * 6 >= 128
    assert token not in str(CalendarFeed.objects.values_list().get())
    assert token not in client.get(reverse("staff:own_calendar")).content.decode()
    for wrong in (token[:-1], token + "a", CalendarFeed.objects.get().token_digest):
        assert Client().get(reverse("staff:calendar_feed", args=[wrong])).status_code == 404


def test_f38_it_is_revoked(client, cast, visit):
    path = make(client, cast.lead)
    send(client, cast.lead, reverse("staff:revoke_calendar"))
    assert Client().get(path).status_code == 404
    assert send(client, cast.lead, reverse("staff:revoke_calendar")).status_code == 409


def test_f38_a_new_address_replaces_the_one_before(client, cast, visit):
    old, new = make(client, cast.lead), make(client, cast.lead)
    assert [Client().get(path).status_code for path in (old, new)] == [404, 200]


def test_f38_it_expires(client, cast, visit):
    path = make(client, cast.lead)
    CalendarFeed.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == 404


def test_f38_it_ends_with_the_sign_in_and_empties_with_the_role(client, cast, visit):
    path = make(client, cast.head)
    cast.head.roles.update(ended_at=timezone.now(), ended_by=cast.coordinator)
    assert "SUMMARY" not in Client().get(path).content.decode()
    cast.head.is_active = False
    cast.head.save()
    assert Client().get(path).status_code == 404


def test_f38_it_stands_in_no_log_and_no_cache(client, cast, visit, caplog):
    path = make(client, cast.lead)
    with caplog.at_level("DEBUG"):
        answer = Client().get(path)
        Client().get(path.replace(".ics", "x.ics"))
    assert "no-store" in answer["Cache-Control"]
    assert path.split("/")[-1][:-4] not in "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records
    )
