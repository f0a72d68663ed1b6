import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.models import LeaderYear
from schools import calendar
from staff.models import LeaderPhase, LeaderType, Post, Specialism
from tests import factories

pytestmark = pytest.mark.slow


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=args), query)


def names(response):
    return [entry.leader.person.name for entry in response.context["entries"]]


def rename(leader, name):
    leader.person.name = name
    leader.person.save()
    return leader


@pytest.fixture
def leaders(cast):
    """Amira teaches mathematics next door, Ben phonics three kilometres away and has no days left."""
    cast.asking.easting, cast.asking.northing = 400000, 300000
    cast.giving.easting, cast.giving.northing = 401000, 300000
    cast.other.easting, cast.other.northing = 403000, 304000
    for school in (cast.asking, cast.giving, cast.other):
        school.save()
    amira = rename(cast.leader, "Amira")
    ben = rename(factories.leader_at(cast.other, specialism="Phonics", about="Reading for all"), "Ben")
    LeaderPhase.objects.create(leader=ben, phase="Secondary")
    LeaderYear.objects.create(leader=ben, year=calendar.year_of(calendar.today()), allowance=1500, taken=1500)
    return amira, ben


def test_it_lists_leaders_the_nearest_first(client, cast, leaders):
    response = get(client, cast.head, "directory", cast.asking.urn)
    assert names(response) == ["Amira", "Ben"]
    assert [entry.distance for entry in response.context["entries"]] == ["under a mile", "3 miles"]
    assert [entry.leader.days_left for entry in response.context["entries"]] == [1500, 0]
    assert "2 leaders" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "reading"}, ["Ben"]),
        ({"text": "birchwood"}, ["Amira"]),
        ({"text": "phonics"}, ["Ben"]),
        ({"phase": "Secondary"}, ["Ben"]),
        ({"room": "on"}, ["Amira"]),
        ({"text": "nobody"}, []),
    ],
)
def test_it_filters(client, cast, leaders, query, found):
    assert names(get(client, cast.head, "directory", cast.asking.urn, **query)) == found


def test_it_filters_by_specialism_and_type(client, cast, leaders):
    phonics, nle = Specialism.objects.get(name="Phonics"), LeaderType.objects.get(code="NLE")
    assert names(get(client, cast.head, "directory", cast.asking.urn, specialism=phonics.pk)) == ["Ben"]
    assert names(get(client, cast.head, "directory", cast.asking.urn, type=nle.pk)) == []


def test_specialisms_to_filter_by_are_in_the_order_of_their_names(client, cast):
    form = get(client, cast.head, "directory", cast.asking.urn).context["filter"].form
    shown = [str(label) for _, label in form.fields["specialism"].choices][1:]
    assert shown == sorted(shown)


def test_a_wrong_filter_is_an_error_and_not_a_failure(client, cast, leaders):
    response = get(client, cast.head, "directory", cast.asking.urn, specialism="x", page="99")
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()


def test_it_leaves_out_own_suspended_and_strange_leaders(client, cast, leaders):
    factories.leader_at(cast.asking)
    suspended = factories.leader_at(cast.giving)
    type(suspended).objects.filter(pk=suspended.pk).update(status="suspended")
    factories.leader_at(factories.member(factories.AllianceFactory()))
    gone = factories.leader_at(cast.giving)
    Post.objects.filter(person=gone.person).update(ends_on=factories.LONG_AGO)
    assert names(get(client, cast.head, "directory", cast.asking.urn)) == ["Amira", "Ben"]


def test_it_says_when_there_is_nobody(client, cast):
    response = get(client, cast.home_head, "directory", cast.giving.urn)
    assert "There are no system leaders at the other schools of your alliance yet." in response.content.decode()


def test_a_school_outside_reads_why_nobody_is_shown(client, cast, leaders):
    cast.asking.memberships.all().delete()
    html = " ".join(get(client, cast.head, "directory", cast.asking.urn).content.decode().split())
    assert "Ashgrove is not a member of an alliance today: the leaders of an alliance are shown to its members." in html
    assert "your alliance" not in html
    assert reverse("exchange:school_charges", args=[cast.asking.pk]) in html
    assert reverse("exchange:start_request", args=[cast.asking.pk]) in html


def test_a_school_without_a_place_on_the_map_has_no_distances(client, cast, leaders):
    type(cast.asking).objects.filter(pk=cast.asking.pk).update(easting=None)
    response = get(client, cast.head, "directory", cast.asking.urn)
    assert [entry.distance for entry in response.context["entries"]] == ["", ""]


def test_everybody_with_a_role_sees_it_and_nobody_else(client, cast):
    delegate = factories.delegate_of(cast.asking, cast.head)
    allowed = [cast.head, delegate, factories.business_manager_of(cast.asking), cast.coordinator]
    assert {get(client, user, "directory", cast.asking.urn).status_code for user in allowed} == {200}
    others = [cast.stranger, cast.lead, factories.coordinator_of(factories.AllianceFactory())]
    assert {get(client, user, "directory", cast.asking.urn).status_code for user in others} == {404}


def test_more_leaders_need_no_more_queries(client, cast, leaders):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            get(client, cast.head, "directory", cast.asking.urn)
        return len(captured)

    queries()
    few = queries()
    for _ in range(5):
        factories.leader_at(factories.member(cast.alliance))
    assert queries() == few


def test_a_leaders_page_says_what_they_can_help_with(client, cast, leaders):
    response = get(client, cast.head, "leader_page", cast.asking.urn, leaders[1].pk)
    words = response.content.decode()
    assert "Reading for all" in words
    assert "Phonics" in words
    assert "Castle Hill, 3 miles" in words
    assert reverse("exchange:start_request", args=[cast.asking.urn]) in words


def test_only_those_who_may_ask_see_the_button(client, cast, leaders):
    manager = factories.business_manager_of(cast.asking)
    response = get(client, manager, "leader_page", cast.asking.urn, leaders[0].pk)
    assert "Request support" not in response.content.decode()


def test_a_leader_of_another_alliance_is_not_found(client, cast):
    strange = factories.leader_at(factories.member(factories.AllianceFactory()))
    assert get(client, cast.head, "leader_page", cast.asking.urn, strange.pk).status_code == 404
