from exchange.models import Account
from tests import factories

from .work_cases import logged, send, url_of


def test_it_confirms_and_moves_the_days(client, cast):
    visit = logged(cast)
    send(client, cast.head, url_of("confirm_visit", visit))
    visit.refresh_from_db()
    assert (visit.status, visit.confirmed_by) == ("confirmed", cast.head)
    assert [Account.objects.get(school=school).posted for school in (cast.asking, cast.giving)] == [-100, 90]


def test_a_delegate_confirms_for_the_head(client, cast):
    visit = logged(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "confirm")
    send(client, delegate, url_of("confirm_visit", visit))
    assert visit.events.get(verb="confirm_visit").who == f"{delegate} for {cast.head}"
