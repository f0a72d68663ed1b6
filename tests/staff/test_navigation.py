import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, resolve, reverse

from staff.menu import navigation
from staff.models import Role, User
from tests import factories
from tests.exchange.cases import a_request, an_offer


def menu(user, path):
    return navigation(SimpleNamespace(user=user, path=path, resolver_match=resolve(path)))


def titles(user, path):
    return [item["title"] for item in menu(user, path)["navigation"]]


def current(user, path):
    return [item["title"] for item in menu(user, path)["navigation"] if item["current"]]


def test_whoever_is_not_signed_in_has_no_menu(client, db):
    assert "navigation" not in client.get("/privacy/").context


def test_a_head_has_the_schools_menu(cast):
    assert titles(cast.head, f"/schools/{cast.asking.pk}/") == [
        "Home", "Requests", "Support", "Who could help?", "Balance", "Our leaders"
    ]  # fmt: skip


def test_a_coordinator_has_the_alliances_menu(cast):
    assert titles(cast.coordinator, "/alliances/netherby/") == [
        "Home", "Requests", "Commissions", "Concerns", "Bank", "Charges", "Admin"
    ]  # fmt: skip


def test_a_leader_has_the_own_works_menu(cast):
    assert titles(cast.lead, "/leader/") == ["Home", "My work", "Profile"]
    assert menu(cast.lead, "/leader/")["acting"]["alliance_name"] == "Netherby Schools"


def test_the_steering_group_has_the_bank_only(cast):
    user = factories.UserFactory()
    Role.objects.create(user=user, kind="steering", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    assert titles(user, "/") == ["Bank"]


def test_a_superuser_has_the_menu_of_the_address(cast):
    root = User.objects.create_superuser("root@example.org")
    factories.AllianceFactory()
    assert titles(root, "/") == ["Admin", "Other roles"]
    assert titles(root, f"/schools/{cast.asking.pk}/")[1] == "Requests"
    assert titles(root, "/alliances/netherby/")[2] == "Commissions"


@pytest.mark.parametrize(
    ("page", "title"), [("school", "Home"), ("requests", "Requests"), ("start_request", "Requests")]
)
def test_the_page_stands_out_in_the_menu(cast, page, title):
    assert current(cast.head, reverse(f"exchange:{page}", args=[cast.asking.pk])) == [title]


def test_a_request_belongs_to_the_requests(cast):
    asked = a_request(cast)
    assert current(cast.head, asked.get_absolute_url()) == ["Requests"]
    assert current(cast.coordinator, asked.get_absolute_url()) == ["Requests"]


def test_the_school_in_the_address_is_acted_for(cast):
    Role.objects.create(user=cast.head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    for school in (cast.asking, cast.other):
        assert menu(cast.head, f"/schools/{school.pk}/")["acting"]["school"] == school
    assert titles(cast.head, f"/schools/{cast.other.pk}/")[-1] == "Other roles"


def test_the_object_says_which_of_the_roles_is_meant(cast):
    Role.objects.create(user=cast.home_head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    commission = an_offer(cast)
    assert menu(cast.home_head, commission.get_absolute_url())["acting"]["school"] == cast.giving
    Role.objects.create(user=cast.stranger, kind="coordinator", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    assert titles(cast.stranger, commission.support_request.get_absolute_url())[2] == "Commissions"


def test_a_strangers_address_says_nothing(cast):
    assert menu(cast.stranger, f"/schools/{cast.asking.pk}/")["acting"]["school"] == cast.other
    assert menu(cast.stranger, a_request(cast).get_absolute_url())["acting"]["school"] == cast.other


def test_a_coordinator_looks_at_a_school_as_coordinator(cast):
    assert titles(cast.coordinator, f"/schools/{cast.asking.pk}/")[3] == "Concerns"


def test_the_alliance_gives_name_and_colour(cast):
    cast.alliance.colour = "plum"
    cast.alliance.save()
    acting = menu(cast.head, f"/schools/{cast.asking.pk}/")["acting"]
    assert (acting["alliance_name"], acting["colour"]) == ("Netherby Schools", "plum")


def test_it_asks_the_database_four_times_at_most(cast):
    Role.objects.create(user=cast.home_head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    path = an_offer(cast).get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        menu(cast.home_head, path)
    assert len(queries) <= 4


def test_the_choice_between_roles_has_no_menu_of_one(cast):
    Role.objects.create(user=cast.head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    assert (titles(cast.head, "/"), menu(cast.head, "/")["acting"]["alliance_name"]) == (["Other roles"], "")


# Numbers that no row can have --------------------------------------------------------------------


def routes(patterns, before=""):
    """The address of every page with a number in it, as the patterns write it."""
    for pattern in patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif "<int:" in here:
            yield f"/{here}"


def addresses(number, **known):
    """Each such page with the number in one place, and what is known in the others."""
    words = {"slug": "netherby", "step": "need", "kind": "csv", "verb": "suspend"}
    for route in routes(get_resolver().url_patterns):
        for strange in re.findall("<int:([a-z_]+)>", route):
            values = {**words, **known, strange: number}
            yield re.sub("<[a-z]+:([a-z_]+)>", lambda found, values=values: str(values[found[1]]), route)


@pytest.mark.slow
@pytest.mark.parametrize("number", [9223372036854775808, 10**25])
@pytest.mark.parametrize("who", ["head", "coordinator", "both"])
def test_an_address_with_a_number_that_no_row_can_have_is_not_there(client, cast, who, number):
    if who == "both":
        Role.objects.create(user=cast.head, kind="coordinator", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    client.force_login(cast.coordinator if who == "coordinator" else cast.head)
    known = {"urn": cast.asking.pk, "pk": a_request(cast).pk, "leader_pk": cast.leader.pk, "year": 2026}
    client.raise_request_exception = False
    answers = {address: client.get(address).status_code for address in addresses(number, **known)}
    assert {address: code for address, code in answers.items() if code not in (302, 403, 404, 405)} == {}
