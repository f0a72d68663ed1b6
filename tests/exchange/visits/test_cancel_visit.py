import pytest

from tests.exchange.cases import a_day, a_visit, look, send, url_of
from tests.exchange.work_cases import agreed, planned


@pytest.mark.parametrize("status", ["late_cancelled", "no_show"])
def test_it_cancels_with_what_happened(client, cast, status):
    visit = planned(cast)
    send(client, cast.head, url_of("cancel_visit", visit), status=status, reason="Snow")
    visit.refresh_from_db()
    assert (visit.status, visit.events.get(verb="cancel_visit").reason) == (status, "Snow")


def test_a_visit_ahead_can_only_be_cancelled(client, cast):
    visit = a_visit(cast, agreed(cast), on=a_day(3))
    assert "status" not in look(client, cast.lead, url_of("cancel_visit", visit)).context["form"].fields
    send(client, cast.lead, url_of("cancel_visit", visit), status="no_show", reason="Snow")
    visit.refresh_from_db()
    assert visit.status == "late_cancelled"
