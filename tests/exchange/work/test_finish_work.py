from bank.models import Account
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import active


def test_it_delivers_and_frees_the_rest(client, cast):
    commission = active(cast)
    send(client, cast.lead, url_of("finish_work", commission), reason="All is done")
    commission.refresh_from_db()
    assert (commission.status, Account.objects.get(school=cast.asking).held) == ("delivered", 100)
