import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchange.models import Commission
from staff.models import Specialism
from tests import factories
from tests.exchange.cases import a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow


def get(client, user, school, **query):
    client.force_login(user)
    return client.get(reverse("exchange:school_commissions", args=[school.urn]), query)


def references(response):
    return [row["commission"].reference for row in response.context["rows"]]


def make_commissions(cast):
    phonics = Specialism.objects.get(name="Phonics")
    return an_agreement(cast, days=200), an_offer(cast, a_request(cast, days=100, specialism=phonics))


@pytest.fixture(scope="class")
def commissions(set_up_shared, cast):
    """One agreed commission of mathematics, received by the asking school, and one offered of phonics."""
    return set_up_shared("commissions", make_commissions, cast)


def test_it_shows_both_sides_what_they_gave_and_received(client, cast, commissions):
    received, given = get(client, cast.head, cast.asking), get(client, cast.home_head, cast.giving)
    assert [row["direction"] for row in received.context["rows"]] == ["From"] * 2
    assert [row["direction"] for row in given.context["rows"]] == ["To"] * 2
    assert [str(row["partner"]) for row in given.context["rows"]] == ["Ashgrove"] * 2
    assert "2 commissions" in received.content.decode()


@pytest.mark.parametrize("status", ["active", "delivered", "closed", "stopped"])
def test_support_counts_as_received_once_a_visit_was_made(client, cast, commissions, status):
    facts = {"status": status, "ended_at": timezone.now() if status in Commission.Status.ended() else None}
    Commission.objects.filter(pk=commissions[0].pk).update(**facts)
    received, given = get(client, cast.head, cast.asking), get(client, cast.home_head, cast.giving)
    assert [row["direction"] for row in received.context["rows"]] == ["From", "Received from"]
    assert [row["direction"] for row in given.context["rows"]] == ["To", "Given to"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"direction": "received"}, [1, 0]),
        ({"direction": "given"}, []),
        ({"status": "agreed"}, [0]),
        ({"text": "phon"}, [1]),
        ({"text": "birchwood"}, [1, 0]),
        ({"text": "9" * 30}, []),
        ({"status": "nonsense"}, [1, 0]),
    ],
)
def test_it_filters(client, cast, commissions, query, found):
    assert references(get(client, cast.head, cast.asking, **query)) == [commissions[n].reference for n in found]


def test_it_finds_a_reference(client, cast, commissions):
    wanted = commissions[0].reference
    assert references(get(client, cast.head, cast.asking, text=wanted.lower())) == [wanted]


def test_it_does_not_search_or_show_supported_persons(client, cast):
    request = a_request(cast, supported_person="Robin Hidden")
    an_offer(cast, request)
    response = get(client, cast.head, cast.asking, text="Robin")
    assert references(response) == []
    assert "Hidden" not in get(client, cast.head, cast.asking).content.decode()


def test_it_says_when_there_is_nothing(client, cast):
    words = get(client, cast.head, cast.asking).content.decode()
    assert "No support has been given or received yet." in words
    assert "Nothing fits these filters." in get(client, cast.head, cast.asking, text="x").content.decode()


def test_other_schools_do_not_find_it(client, cast, commissions):
    assert get(client, cast.stranger, cast.asking).status_code == 404
    assert references(get(client, cast.stranger, cast.other)) == []


def test_a_coordinator_sees_only_the_own_alliances(client, cast, commissions):
    second = factories.AllianceFactory()
    factories.MembershipFactory(alliance=second, school=cast.asking)
    assert references(get(client, factories.coordinator_of(second), cast.asking)) == []
    assert len(references(get(client, cast.coordinator, cast.asking))) == 2


def test_more_rows_need_no_more_queries(client, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            get(client, cast.head, cast.asking)
        return len(captured)

    an_offer(cast)
    queries()
    few = queries()
    for _ in range(3):
        an_offer(cast)
    assert queries() == few
