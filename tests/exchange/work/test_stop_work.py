from bank.models import Account
from exchange.models import Visit
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import active, agreed


def test_it_stops_and_keeps_what_was_done(client, cast):
    commission = active(cast)
    send(client, cast.head, url_of("stop_work", commission), reason="The leader is ill")
    commission.refresh_from_db()
    assert (commission.status, Visit.objects.get().status) == ("stopped", "logged")
    assert Account.objects.get(school=cast.asking).held == 100


def test_not_before_a_visit(client, cast):
    assert send(client, cast.head, url_of("stop_work", agreed(cast)), reason="Too early").status_code == 409
