from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import paused


def test_it_goes_on_where_it_stood(client, cast):
    commission = paused(cast)
    send(client, cast.lead, url_of("resume_work", commission))
    commission.refresh_from_db()
    pause = commission.pauses.get()
    assert (commission.status, pause.reason, pause.ended_at is None) == ("agreed", "Inspection", False)
