"""Two people at once, on PostgreSQL: exactly one wins, and the state is always a legal one."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bank import balances, posting
from bank.errors import LimitReached
from bank.models import Account, Transfer
from exchange import actions
from exchange.models import Commission, Event, LeaderYear, Leg, SupportRequest
from portal.errors import Refused, SomebodyFaster
from portal.models import Submission
from schools import calendar
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, make_cast, peer_offer
from tests.races import FULL, needs_postgresql, together

pytestmark = [pytest.mark.slow, pytest.mark.fault, pytest.mark.django_db(transaction=True), needs_postgresql]
ROUNDS = 100 if FULL else 10


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_f1_two_clicks_accept_at_once_and_one_wins():
    cast = make_cast()
    clients = [signed_in(cast.lead), signed_in(cast.lead)]
    for _ in range(ROUNDS):
        commission = an_offer(cast, a_request(cast, days=25))
        url = reverse("exchange:accept", args=[commission.pk])
        answers = together(*[lambda c=c, url=url: c.post(url, {"key": uuid.uuid4()}) for c in clients])
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert "See how it stands now" in loser.content.decode()
        assert Event.objects.filter(commission=commission, verb="accept").count() == 1
        actions.offers.withdraw(
            commission=Commission.objects.get(pk=commission.pk), by=cast.coordinator, reason="Next round"
        )


def test_f1_the_last_two_yeses_at_once_agree_the_work_once():
    cast = make_cast(limit=-100000)
    for _ in range(ROUNDS):
        commission = an_offer(cast, a_request(cast, days=25), leader=factories.leader_at(cast.giving))
        actions.agreements.accept(commission=commission, by=commission.leader.person.user)
        home, receiving = (Commission.objects.get(pk=commission.pk) for _ in range(2))
        together(
            lambda home=home: actions.agreements.release(commission=home, by=cast.home_head),
            lambda receiving=receiving: actions.agreements.agree(commission=receiving, by=cast.head),
        )
        commission.refresh_from_db()
        assert commission.status == "agreed"
        assert Event.objects.filter(commission=commission, verb="all_agreed").count() == 1
    assert Account.objects.get(school=cast.asking).held == 25 * ROUNDS


def test_f2_a_thousand_accepts_of_one_commission_have_one_winner():
    cast = make_cast()
    commission = an_offer(cast)
    copies = [Commission.objects.get(pk=commission.pk) for _ in range(1000 if FULL else 100)]
    answers = together(*[lambda c=c: actions.agreements.accept(commission=c, by=cast.lead) for c in copies], threads=16)
    assert [answer for answer in answers if not isinstance(answer, SomebodyFaster)] == [None]
    assert Event.objects.filter(commission=commission, verb="accept").count() == 1


def test_f4_accept_against_withdraw_against_take_back_ends_in_a_legal_state():
    cast = make_cast(limit=-100000)
    for _ in range(ROUNDS):
        commission = an_offer(cast, a_request(cast, days=25), leader=factories.leader_at(cast.giving))
        actions.agreements.release(commission=commission, by=cast.home_head)
        actions.agreements.agree(commission=commission, by=cast.head)
        one, two, request = (
            Commission.objects.get(pk=commission.pk), Commission.objects.get(pk=commission.pk),
            SupportRequest.objects.get(pk=commission.support_request_id),
        )  # fmt: skip
        answers = together(
            lambda one=one: actions.agreements.accept(commission=one, by=one.leader.person.user),
            lambda request=request: actions.requests.withdraw(support_request=request, by=cast.head),
            lambda two=two: actions.offers.withdraw(commission=two, by=cast.coordinator, reason="Somebody else"),
        )
        assert all(answer is None or isinstance(answer, Refused) for answer in answers), answers
        commission.refresh_from_db()
        request.refresh_from_db()
        assert (commission.status, request.status) in {
            ("agreed", "matched"), ("cancelled", "withdrawn"), ("cancelled", "open"),
        }  # fmt: skip
        held = Account.objects.get(school=cast.asking).holds.filter(cause_id=str(commission.leg.pk)).first()
        assert (held.amount if held else 0) == (25 if commission.status == "agreed" else 0)


def test_f5_every_copy_of_one_form_has_the_same_answer():
    cast = make_cast()
    commission = an_offer(cast)
    url, key = reverse("exchange:accept", args=[commission.pk]), uuid.uuid4()
    clients = [signed_in(cast.lead) for _ in range(8)]
    answers = together(*[lambda c=c: c.post(url, {"key": key}) for c in clients])
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, commission.get_absolute_url())}
    assert Submission.objects.count() == 1
    assert Event.objects.filter(commission=commission, verb="accept").count() == 1


def test_f6_of_forty_holds_at_once_against_a_limit_of_five_exactly_five_pass():
    alliance = factories.AllianceFactory(policy_version__limit=-500)
    account = posting.school_account(alliance, factories.member(alliance))

    def hold(number):
        with transaction.atomic():
            posting.hold(account, 100, cause_kind="leg", cause_id=number)

    answers = together(*[lambda n=n: hold(n) for n in range(40)], threads=16)
    assert sum(answer is None for answer in answers) == 5
    assert sum(isinstance(answer, LimitReached) for answer in answers) == 35
    account.refresh_from_db()
    assert (account.held, account.available) == (500, 0)


def test_f6_of_forty_debits_at_once_against_a_limit_of_five_exactly_five_pass():
    alliance = factories.AllianceFactory(policy_version__limit=-500)
    account, other = (posting.school_account(alliance, factories.member(alliance)) for _ in range(2))

    def debit(number):
        with transaction.atomic():
            posting.transfer(kind="adjustment", debit=account, credit=other, amount=100, by="user:1", reason="Race",
                             occurred_on=date(2026, 10, 5), key=f"race-{number}")  # fmt: skip

    answers = together(*[lambda n=n: debit(n) for n in range(40)], threads=16)
    assert sum(answer is None for answer in answers) == 5
    account.refresh_from_db()
    assert (account.posted, Transfer.objects.count()) == (-500, 5)


def test_of_two_offers_of_two_days_with_two_left_one_is_agreed():
    cast = make_cast(limit=-100000)
    LeaderYear.objects.filter(leader=cast.leader).delete()
    cast.leader.allowance = 200
    cast.leader.save()
    ready = []
    for _ in range(2):
        commission = an_offer(cast, a_request(cast, days=200))
        actions.agreements.release(commission=commission, by=cast.home_head)
        actions.agreements.agree(commission=commission, by=cast.head)
        ready.append(commission)
    answers = together(*[lambda c=c: actions.agreements.accept(commission=c, by=cast.lead) for c in ready])
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused"]
    assert LeaderYear.objects.get(leader=cast.leader).taken == 200


def test_confirmations_on_the_same_accounts_neither_deadlock_nor_drift():
    cast = make_cast(limit=-1000000)
    visits = []
    for _ in range(16):
        leader = factories.leader_at(cast.giving)
        commission = an_offer(cast, days=100, leader=leader)
        visits.append(a_logged_visit(cast, an_agreement(cast, commission, by=leader.person.user), days=100))
    answers = together(*[lambda v=v: actions.confirmations.confirm(visit=v, by=cast.head) for v in visits])
    assert answers == [None] * 16
    assert balances.differences() == []
    assert Account.objects.aggregate(total=Sum("posted"))["total"] == 0
    assert Account.objects.get(school=cast.asking).held == 0


def test_an_act_takes_the_request_before_the_leg():
    """In the other order it would deadlock with every act that takes the request first."""
    cast = make_cast()
    visit = a_logged_visit(cast, an_agreement(cast), days=100)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            SupportRequest.objects.select_for_update().get(pk=visit.leg.commission.support_request_id)
            confirming = pool.submit(in_a_thread, actions.confirmations.confirm, visit=visit, by=cast.head)
            wait_for_a_waiting_one()
            for model in (Leg, Commission):
                model.objects.select_for_update(nowait=True).get()
        confirming.result(timeout=30)
    assert Transfer.objects.filter(kind="visit").count() == 1


def test_what_an_act_has_waited_for_it_reads_as_it_is_now():
    """The school joins while the confirmation waits: from then on another account is the leg's."""
    cast = make_cast()
    visit = a_logged_visit(cast, an_agreement(cast), days=100)
    outside, own = posting.outside_account(cast.alliance), posting.school_account(cast.alliance, cast.asking)
    Leg.objects.update(receiving_account=outside)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            SupportRequest.objects.select_for_update().get(pk=visit.leg.commission.support_request_id)
            confirming = pool.submit(in_a_thread, actions.confirmations.confirm, visit=visit, by=cast.head)
            wait_for_a_waiting_one()
            Leg.objects.update(receiving_account=own)
        confirming.result(timeout=30)
    assert Transfer.objects.get(kind="visit").debit == own


def test_adjustments_both_ways_between_the_same_accounts_do_not_deadlock():
    cast = make_cast(limit=-1000000)
    one, other = (posting.school_account(cast.alliance, school) for school in (cast.asking, cast.giving))

    def adjust(debit, credit):
        for _ in range(ROUNDS):
            actions.movements.adjust_balance(
                debit=debit, credit=credit, amount=25, occurred_on=timezone.localdate(), by=cast.coordinator,
                reason="A slip", key=str(uuid.uuid4()),
            )  # fmt: skip

    ways = (one, other), (other, one)
    assert together(*[lambda w=way: adjust(*w) for way in ways * 2]) == [None] * 4
    assert balances.differences() == []


def the_other_way(cast):
    """The giving school asks."""
    swapped = {"asking": cast.giving, "giving": cast.asking, "head": cast.home_head, "home_head": cast.head}
    return SimpleNamespace(**vars(cast) | swapped)


def agreed_for_each_other(cast):
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    return Commission.objects.get(pk=commission.pk)


@pytest.mark.parametrize("end", ["cancel", "stop", "finish"])
def test_ending_work_for_each_other_takes_the_accounts_in_one_order(end):
    cast = the_other_way(make_cast())
    commission = agreed_for_each_other(cast)
    if end != "cancel":
        visit = a_visit(cast, commission, days=100)
        actions.visits.log(visit=visit, by=cast.home_head, days=100, note="Watched lessons")
    lower, higher = Account.objects.filter(school__in=[cast.asking, cast.giving]).order_by("pk")
    assert commission.leg.receiving_account == higher  # the first leg's
    act, row = getattr(actions.work, end), Commission.objects.get(pk=commission.pk)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=lower.pk)
            ending = pool.submit(in_a_thread, act, commission=row, by=cast.home_head, reason="Inspection")
            wait_for_a_waiting_one()
            Account.objects.select_for_update(nowait=True).get(pk=higher.pk)
        ending.result(timeout=30)
    assert Account.objects.aggregate(held=Sum("held"))["held"] == (0 if end == "cancel" else 100)


def test_work_for_each_other_that_ends_at_once_both_ways_does_not_deadlock():
    cast = make_cast(limit=-100000)
    for _ in range(ROUNDS):
        rows = [agreed_for_each_other(way) for way in (cast, the_other_way(cast)) * 2]
        calls = [
            lambda row=row: actions.work.cancel(commission=row, by=cast.coordinator, reason="Inspection")
            for row in rows
        ]
        assert together(*calls) == [None] * 4
    assert Account.objects.aggregate(held=Sum("held"))["held"] == 0


def test_planning_takes_the_account_before_the_leaders_year():
    """In the order of an agreement: a plan and an agreement at once would wait for each other otherwise."""
    cast = make_cast()
    leg = an_agreement(cast).leg
    next_year = calendar.first_day(calendar.year_of(timezone.localdate()) + 1)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Account.objects.select_for_update().get(school=cast.asking)
            planning = pool.submit(in_a_thread, a_visit, cast, leg.commission, on=next_year, leg=leg)
            wait_for_a_waiting_one()
            LeaderYear.objects.select_for_update(nowait=True).get(leader=cast.leader)
        planning.result(timeout=30)
    assert list(LeaderYear.objects.order_by("year").values_list("taken", flat=True)) == [400, 100]


def in_a_thread(act, *args, **facts):
    try:
        act(*args, **facts)
    finally:
        connection.close()


def wait_for_a_waiting_one():
    with connection.cursor() as cursor:
        for _ in range(300):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.1)
    pytest.fail("Nobody waits")
