from datetime import timedelta

from django.utils import timezone

from exchange import actions
from exchange.models import Visit
from staff.models import Mail
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import logged


def test_it_disputes_and_tells_the_coordinator(client, cast):
    visit = logged(cast)
    send(client, cast.head, url_of("dispute_visit", visit), reason="It was half a day")
    visit.refresh_from_db()
    assert (visit.status, visit.events.get(verb="dispute_visit").reason) == ("disputed", "It was half a day")
    assert Mail.objects.filter(to=cast.coordinator.email, subject__contains="is disputed").count() == 1


def test_a_confirmed_visit_can_be_disputed_in_time(client, cast):
    visit = logged(cast)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    send(client, cast.head, url_of("dispute_visit", visit), reason="It was half a day")
    visit.refresh_from_db()
    assert visit.status == "disputed"


def test_not_when_the_time_is_over(client, cast):
    visit = logged(cast)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    Visit.objects.update(dispute_until=timezone.localdate() - timedelta(days=1))
    response = send(client, cast.head, url_of("dispute_visit", visit), reason="It was half a day")
    assert response.status_code == 409
    assert "could be disputed is over" in response.content.decode()
