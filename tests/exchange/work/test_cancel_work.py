from bank.models import Account
from tests.exchange.cases import send, url_of
from tests.exchange.work_cases import active, planned


def test_it_cancels_and_frees_the_days(client, cast):
    visit = planned(cast)
    commission = visit.leg.commission
    send(client, cast.head, url_of("cancel_work", commission), reason="No longer needed")
    commission.refresh_from_db()
    visit.refresh_from_db()
    assert (commission.status, visit.status) == ("cancelled", "late_cancelled")
    assert Account.objects.get(school=cast.asking).held == 0


def test_not_after_a_visit(client, cast):
    commission = active(cast)
    assert send(client, cast.head, url_of("cancel_work", commission), reason="Too late").status_code == 409
