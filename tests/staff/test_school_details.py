import pytest
from django.urls import reverse

from tests import factories
from tests.exchange.cases import send


def change(client, user, cast, **data):
    data = {"telephone": "01632 960 001", "arrival": "By the blue gate", **data}
    return send(client, user, reverse("exchange:edit_school", args=[cast.asking.urn]), **data)


def test_a_head_keeps_the_details_up_to_date(client, cast):
    response = change(client, cast.head, cast)
    assert response.url == reverse("exchange:school_details", args=[cast.asking.urn])
    cast.asking.refresh_from_db()
    assert (cast.asking.telephone, cast.asking.arrival) == ("01632 960 001", "By the blue gate")
    words = client.get(response.url).content.decode()
    assert "By the blue gate" in words
    assert "Community school" in words


def test_what_the_register_says_cannot_be_changed_here(client, cast):
    change(client, cast.head, cast, name="Grand Academy", urn="1")
    cast.asking.refresh_from_db()
    assert cast.asking.name == "Ashgrove"


def test_a_wrong_number_is_said_and_nothing_changed(client, cast):
    response = change(client, cast.head, cast, telephone="call me")
    assert "Enter a telephone number, for example 01632 960 001" in response.content.decode()
    assert "By the blue gate" in response.content.decode()
    cast.asking.refresh_from_db()
    assert cast.asking.arrival == ""


@pytest.mark.parametrize(("right", "status"), [("ask", 302), ("release", 403)])
def test_a_delegate_changes_them_with_the_right_to_ask(client, cast, right, status):
    delegate = factories.delegate_of(cast.asking, cast.head, right)
    assert change(client, delegate, cast).status_code == status


def test_the_coordinator_changes_them_and_a_stranger_does_not_find_them(client, cast):
    assert change(client, cast.coordinator, cast).status_code == 302
    for user in (cast.stranger, cast.lead, factories.coordinator_of(factories.AllianceFactory())):
        assert change(client, user, cast).status_code == 404
        assert client.get(reverse("exchange:school_details", args=[cast.asking.urn])).status_code == 404


def test_the_button_is_there_for_those_who_may(client, cast):
    url, button = (reverse(f"exchange:{name}", args=[cast.asking.urn]) for name in ("school_details", "edit_school"))
    client.force_login(cast.head)
    assert button in client.get(url).content.decode()
    client.force_login(factories.business_manager_of(cast.asking))
    assert button not in client.get(url).content.decode()
