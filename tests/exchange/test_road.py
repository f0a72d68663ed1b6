from django.db.models import Sum

from bank import balances
from bank.models import Account
from exchange import actions
from exchange.models import Evaluation, Event
from staff.models import Mail
from tests.exchange.conftest import a_logged_visit, a_request, an_agreement, an_offer


def figures_of(school):
    account = Account.objects.get(school=school)
    return balances.figures([account])[account.pk]


def test_a_request_travels_the_whole_road(cast):
    request = a_request(cast, days=500)
    commission = an_agreement(cast, an_offer(cast, request))
    request.refresh_from_db()
    assert (commission.status, request.status) == ("agreed", "matched")
    assert Account.objects.get(school=cast.asking).held == 500
    for _ in range(5):
        visit = a_logged_visit(cast, commission, days=100)
        actions.confirmations.confirm(visit=visit, by=cast.head)
    commission.refresh_from_db()
    assert commission.status == "delivered"
    actions.evaluations.evaluate(
        commission=commission,
        by=cast.head,
        side=Evaluation.Side.RECEIVING,
        evidence="Books",
        rating=5,
        scores={request.outcomes.get(): 8},
    )
    actions.evaluations.evaluate(
        commission=commission, by=cast.lead, side=Evaluation.Side.GIVING, evidence="Lessons", rating=4
    )
    commission.refresh_from_db()
    request.refresh_from_db()
    assert (commission.status, request.status) == ("closed", "closed")
    assert figures_of(cast.giving) == {"given": 500, "received": 0, "levy": 50, "other": 0, "net": 450}
    assert figures_of(cast.asking)["net"] == -500
    assert Account.objects.get(kind="fund").posted == 50
    assert Account.objects.aggregate(total=Sum("posted"))["total"] == 0
    assert Account.objects.get(school=cast.asking).held == 0
    assert balances.differences() == []
    assert Event.objects.filter(request=request).count() > 15
    assert Mail.objects.exists()
