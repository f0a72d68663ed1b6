import pytest

from staff.models import Mail
from tests import factories
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import offered


@pytest.mark.parametrize("who", ["lead", "home_head", "head"])
def test_any_no_declines_it(client, cast, who):
    commission = offered(cast)
    send(client, getattr(cast, who), url_of("decline_offer", commission), reason="dates", note="Inspection week")
    commission.refresh_from_db()
    assert commission.status == "declined"
    assert commission.events.get(verb="decline").reason == "The dates do not work: Inspection week"


@pytest.mark.parametrize(
    ("reason", "asked", "told"),
    [
        ("specialism", "Not my specialism", "Not their specialism"),
        ("release", "The home school cannot release", "The home school cannot release them"),
        ("distance", "Too far", "Too far"),
    ],
)
def test_others_read_the_reason_in_their_words(client, cast, reason, asked, told):
    commission = offered(cast)
    client.force_login(cast.lead)
    assert asked in client.get(url_of("decline_offer", commission)).content.decode()
    send(client, cast.lead, url_of("decline_offer", commission), reason=reason)
    client.force_login(cast.head)
    page = client.get(commission.get_absolute_url()).content.decode()
    assert (told in page, "my specialism" in page) == (True, False)
    assert Mail.objects.get(subject__contains="declined").text.count(told) == 1


def test_another_reason_has_to_be_said(client, cast):
    response = send(client, cast.lead, url_of("decline_offer", offered(cast)), reason="other")
    assert response.context["form"].errors == {"note": ["Say in a few words why you decline"]}


def test_a_delegate_declines_for_the_head(client, cast):
    commission = offered(cast)
    delegate = factories.delegate_of(cast.giving, cast.home_head, "release")
    send(client, delegate, url_of("decline_offer", commission), reason="release")
    assert commission.events.get(verb="decline").who == f"{delegate} for {cast.home_head}"


def test_a_leader_who_is_also_a_delegate_declines_as_leader(client, cast):
    commission = offered(cast)
    factories.Role.objects.create(
        user=cast.lead, kind="delegate", school=cast.giving, delegated_by=cast.home_head, rights=["release"],
        starts_on=factories.LONG_AGO,
    )  # fmt: skip
    send(client, cast.lead, url_of("decline_offer", commission), reason="capacity")
    assert commission.events.get(verb="decline").who == str(cast.lead)
