from datetime import time

from tests import factories
from tests.exchange.cases import a_day, in_boxes, send, url_of
from tests.exchange.work_cases import planned


def moved(client, user, visit, on, at="10:15", all_the_same="on"):
    data = {**in_boxes("on", on), "arrival_time": at, "reason": "Inspection", "all_the_same": all_the_same}
    return send(client, user, url_of("move_visit", visit), **data)


def test_it_moves(client, cast):
    visit = planned(cast)
    moved(client, cast.lead, visit, a_day(4))
    visit.refresh_from_db()
    assert (visit.status, visit.moved_to.on, visit.moved_to.arrival_time) == ("moved", a_day(4), time(10, 15))
    assert (visit.moved_to.status, visit.moved_to.days) == ("planned", visit.days)


def test_a_day_outside_the_work_is_refused(client, cast):
    visit = planned(cast)
    assert moved(client, cast.head, visit, a_day(61)).context["form"].errors.keys() == {"on"}
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_a_day_on_which_the_alliance_is_shut_is_asked_for_once_more(client, cast):
    visit = planned(cast)
    cast.alliance.closures.create(name="Christmas", starts_on=a_day(4), ends_on=a_day(4))
    response = moved(client, cast.lead, visit, a_day(4), all_the_same="")
    assert response.context["form"].errors.keys() == {"all_the_same"}
    assert "Move it all the same" in response.content.decode()
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_it_has_to_move_somewhere(client, cast):
    visit = planned(cast)
    response = moved(client, cast.lead, visit, visit.on, at="9am")
    assert response.context["form"].errors == {"on": ["Enter another date or another time"]}


def test_a_delegate_moves_for_the_head(client, cast):
    visit = planned(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "confirm")
    moved(client, delegate, visit, a_day(4))
    assert visit.events.get(verb="move_visit").who == f"{delegate} for {cast.head}"
