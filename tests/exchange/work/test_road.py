from collections import defaultdict
from functools import partial

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from bank import balances
from bank.models import Account
from exchange import actions
from exchange.models import Evaluation, Event, Leg
from staff.models import Mail
from tests.exchange import cases, road
from tests.exchange.money_cases import a_tariff
from tests.exchange.road import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow


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
    assert Event.objects.filter(support_request=request).count() > 15
    assert Mail.objects.exists()


def numbered(rows_of):
    """Keys are counted: after a rollback PostgreSQL draws others."""
    counted = {model: {row["pk"]: number for number, row in enumerate(rows)} for model, rows in rows_of.items()}

    def plain(model, name, value):
        if name == "cause_id":  # of a hold, in text
            return counted[Leg][int(value)]
        related = model if name in ("pk", model._meta.pk.name) else model._meta.get_field(name).related_model
        return counted.get(related, {}).get(value, value)

    return {
        model.__name__: [{name: plain(model, name, value) for name, value in row.items()} for row in rows]
        for model, rows in rows_of.items()
    }


def rows_after(make, cast):
    """Every row of the portal but the mail, once this is made; it is rolled back."""
    rows = defaultdict(list)
    with transaction.atomic():
        make(cast)
        for app in ("portal", "schools", "bank", "staff", "exchange"):
            for model in apps.get_app_config(app).get_models():
                if model.__name__ != "Mail":
                    fields = [field.attname for field in model._meta.concrete_fields]
                    rows[model] = list(model._default_manager.order_by("pk").values("pk", *fields))
        transaction.set_rollback(True)
    return numbered(rows)


def in_part(way, cast):
    """Two offers of a request that may be split, the first one agreed."""
    request = way.a_request(cast, may_split=True)
    way.an_agreement(cast, way.an_offer(cast, request, days=200))
    way.an_offer(cast, request, days=300)


def in_money(way, cast):
    cast.alliance.memberships.filter(school=cast.asking).delete()
    a_tariff(cast.alliance)
    way.a_logged_visit(cast, way.an_agreement(cast))


STARTS = {
    "a draft": lambda way, cast: way.a_request(cast, status="draft"),
    "submitted": lambda way, cast: way.a_request(cast, status="submitted"),
    "open": lambda way, cast: way.a_request(cast, kind="peer", days=200),
    "offered": lambda way, cast: way.an_offer(cast, days=300),
    "a diagnostic": lambda way, cast: way.an_offer(cast, way.a_request(cast, kind="diagnostic")),
    "agreed": lambda way, cast: way.an_agreement(cast),
    "in part": in_part,
    "planned": lambda way, cast: way.a_visit(cast, way.an_agreement(cast), days=50),
    "logged": lambda way, cast: way.a_logged_visit(cast, way.an_agreement(cast)),
    "logged again": lambda way, cast: [
        way.a_logged_visit(cast, commission) for commission in [way.an_agreement(cast)] for _ in range(2)
    ],
    "in money": in_money,
}


@pytest.mark.parametrize("start", STARTS)
def test_a_start_by_rows_leaves_what_the_actions_leave(cast, start):
    make = STARTS[start]
    with time_machine.travel(timezone.now(), tick=False):
        by_rows, by_actions = (rows_after(partial(make, way), cast) for way in (cases, road))
    assert {name: rows for name, rows in by_rows.items() if rows != by_actions[name]} == {}
