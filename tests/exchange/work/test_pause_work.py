from bank.models import Account
from tests.exchange.cases import look, send, url_of
from tests.exchange.work_cases import agreed


def test_it_pauses_and_keeps_the_hold(client, cast):
    commission = agreed(cast)
    send(client, cast.home_head, url_of("pause_work", commission), reason="Illness of a teacher")
    commission.refresh_from_db()
    assert (commission.status, Account.objects.get(school=cast.asking).held) == ("paused", 500)
    assert "Illness of a teacher" in look(client, cast.head, commission.get_absolute_url()).content.decode()
