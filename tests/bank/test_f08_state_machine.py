"""F8: whatever is done in whatever order, the bank stands where a small model of it stands.

The model knows four figures of three schools and the fund, in hundredths of a day, and the rules of docs/bank.md.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bank import balances, posting, verify
from bank.errors import BankError, LimitReached
from bank.models import Account, Transfer
from exchange import actions
from exchange.ledger import verification
from exchange.models import Commission
from portal.errors import Refused
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_offer, make_cast
from tests.races import FULL

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LIMIT = -500
LEVY = 10  # percent
DAYS = st.integers(1, 12).map(lambda quarters: 25 * quarters)
SCHOOLS = st.sampled_from(["asking", "giving", "other"])
OPEN, AGREED = "offered", "agreed"


@dataclass
class Figures:
    posted: int = 0
    held: int = 0
    floor: int = LIMIT

    def takes(self, amount):
        """Whether so much can be taken, or held."""
        return self.posted - self.held - amount >= self.floor

    def align(self):
        """The floor goes to the limit, as far as the position allows."""
        self.floor = min(LIMIT, self.posted - self.held)


@dataclass
class Work:
    commission: Commission
    days: int
    status: str = OPEN
    half_agreed: bool = False


class Bank(RuleBasedStateMachine):
    cast = None  # made once, before the first example

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.figures = {name: Figures() for name in ("asking", "giving", "other")} | {"fund": Figures(floor=0)}
        self.holds, self.posted, self.reversed, self.work, self.count = {}, [], [], [], 0

    def teardown(self):
        try:
            checks = (verify.totals, verify.sums, verify.limits, verify.reversals, verification.visits)
            assert [sentence for check in checks for sentence in check()] == []
            assert [sentence for sentence in verification.held() if "held for promise" not in sentence] == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def account(self, name):
        if name == "fund":
            return posting.fund_account(self.cast.alliance)
        return Account.objects.get(school=getattr(self.cast, name))

    def named(self):
        self.count += 1
        return f"step-{self.count}"

    @initialize(days=DAYS, which=st.randoms(use_true_random=False))
    def begin(self, days, which):
        """Something reversed, something to reverse and something to complete, so that a short run reaches that too."""
        self.post("giving", "other", days)
        self.reverse(which)
        self.post("giving", "other", days)
        self.offer(days)
        self.accept(which)

    @rule(debit=SCHOOLS, credit=SCHOOLS, amount=DAYS)
    def post(self, debit, credit, amount):
        attempt = {"debit": self.account(debit), "credit": self.account(credit), "amount": amount}
        facts = {"kind": "adjustment", "occurred_on": timezone.localdate(), "by": "user:1", "reason": "Agreed"}
        if debit == credit:
            self.refuses(BankError, posting.transfer, key=self.named(), **attempt, **facts)
        elif self.figures[debit].takes(amount):
            row = posting.transfer(key=self.named(), **attempt, **facts)
            assert posting.transfer(**attempt, **facts, key=row.key) == row
            self.moves(debit, credit, amount)
            self.posted.append((row, debit, credit))
        else:
            self.refuses(LimitReached, posting.transfer, key=self.named(), **attempt, **facts)

    @precondition(lambda self: self.posted)
    @rule(which=st.randoms(use_true_random=False))
    def reverse(self, which):
        row, debit, credit = self.posted.pop(which.randrange(len(self.posted)))
        (undo,) = posting.reverse([Transfer.objects.get(pk=row.pk)], by="user:1", reason="A slip")
        taken = self.figures[credit]
        taken.floor = min(taken.floor, taken.posted - taken.held - row.amount)
        self.moves(credit, debit, row.amount)
        self.reversed += [row, undo]

    @precondition(lambda self: self.reversed)
    @rule(which=st.randoms(use_true_random=False))
    def reverse_again(self, which):
        row = Transfer.objects.get(pk=which.choice(self.reversed).pk)
        self.refuses(BankError, posting.reverse, [row], by="user:1", reason="Twice")

    @rule(school=SCHOOLS, amount=DAYS)
    def hold(self, school, amount):
        self.holds_to(school, self.holds.get(school, 0) + amount)

    @precondition(lambda self: any(self.holds.values()))
    @rule(school=SCHOOLS, quarters=st.integers(0, 4))
    def release(self, school, quarters):
        self.holds_to(school, self.holds.get(school, 0) * quarters // 4)

    def holds_to(self, school, amount):
        change = amount - self.holds.get(school, 0)
        attempt = {"cause_kind": "promise", "cause_id": school}
        if self.may_hold(school, change):
            posting.hold(self.account(school), amount, **attempt)
            self.is_held(school, change)
            self.holds[school] = amount
        else:
            self.refuses(LimitReached, posting.hold, self.account(school), amount, **attempt)

    @rule(days=DAYS)
    def offer(self, days):
        commission = an_offer(self.cast, a_request(self.cast, days=days))
        self.work.append(Work(commission, days))

    @precondition(lambda self: self.with_status(OPEN))
    @rule(which=st.randoms(use_true_random=False))
    def accept(self, which):
        work = which.choice(self.with_status(OPEN))
        commission = Commission.objects.get(pk=work.commission.pk)
        if not work.half_agreed:
            actions.agreements.accept(commission=commission, by=self.cast.lead)
            actions.agreements.release(commission=commission, by=self.cast.home_head)
            work.half_agreed = True
        if self.may_hold("asking", work.days):
            actions.agreements.agree(commission=commission, by=self.cast.head)
            self.is_held("asking", work.days)
            work.status = AGREED
        else:
            self.refuses(Refused, actions.agreements.agree, commission=commission, by=self.cast.head)

    @precondition(lambda self: self.with_status(OPEN))
    @rule(which=st.randoms(use_true_random=False))
    def lapse(self, which):
        work = which.choice(self.with_status(OPEN))
        actions.offers.lapse(commission=Commission.objects.get(pk=work.commission.pk))
        work.status = "lapsed"

    @precondition(lambda self: self.with_status(AGREED))
    @rule(which=st.randoms(use_true_random=False))
    def cancel(self, which):
        work = which.choice(self.with_status(AGREED))
        commission = Commission.objects.get(pk=work.commission.pk)
        actions.work.cancel(commission=commission, by=self.cast.head, reason="An inspection")
        self.figures["asking"].held -= work.days
        work.status = "cancelled"

    @precondition(lambda self: self.with_status(AGREED))
    @rule(which=st.randoms(use_true_random=False))
    def complete(self, which):
        work = which.choice(self.with_status(AGREED))
        visit = a_logged_visit(self.cast, Commission.objects.get(pk=work.commission.pk), days=work.days)
        actions.confirmations.confirm(visit=visit, by=self.cast.head)
        self.figures["asking"].held -= work.days
        self.moves("asking", "giving", work.days)
        self.moves("giving", "fund", (work.days * LEVY + 50) // 100)
        work.status = "delivered"

    @invariant()
    def the_bank_stands_where_the_model_stands(self):
        for name, expected in self.figures.items():
            account = self.account(name)
            assert (account.posted, account.held, account.floor) == (expected.posted, expected.held, expected.floor)
            assert account.posted - account.held >= account.floor
        assert sum(expected.posted for expected in self.figures.values()) == 0
        assert balances.differences() == []

    @invariant()
    def the_work_stands_where_the_model_stands(self):
        for work in self.work:
            work.commission.refresh_from_db()
            assert work.commission.status == work.status

    def with_status(self, status):
        return [work for work in self.work if work.status == status]

    def moves(self, debit, credit, amount):
        self.figures[debit].posted -= amount
        self.figures[credit].posted += amount

    def may_hold(self, school, change):
        """The limit is the one of the moment: an earlier exception does not last."""
        figures = self.figures[school]
        aligned = Figures(figures.posted, figures.held, min(LIMIT, figures.posted - figures.held))
        return change <= 0 or aligned.takes(change)

    def is_held(self, school, change):
        if change > 0:
            self.figures[school].align()
        self.figures[school].held += change

    def refuses(self, error, act, *args, **kwargs):
        with pytest.raises(error), transaction.atomic():
            act(*args, **kwargs)


def test_f8_the_bank_follows_its_model_whatever_is_done():
    cast = make_cast(limit=LIMIT, levy_percent=LEVY)
    cast.leader = factories.leader_at(cast.giving, allowance=10**6)
    cast.lead = cast.leader.person.user
    Bank.cast = cast
    run_state_machine_as_test(
        Bank,
        settings=settings(
            max_examples=100 if FULL else 6,
            stateful_step_count=30 if FULL else 15,
            derandomize=not FULL,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
