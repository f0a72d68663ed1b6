"""F7: the balance job in a loop while 16 threads post. Every run finds no difference, every snapshot is right."""

import threading
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from bank import balances, posting
from bank.models import Account, Balance, Snapshot, Transfer
from tests.bank.ledger_cases import ON, a_bank
from tests.races import FULL, needs_postgresql, together

pytestmark = [pytest.mark.slow, pytest.mark.fault, pytest.mark.django_db(transaction=True), needs_postgresql]

THREADS = 16
EACH = 200 if FULL else 15
HOT = 10  # accounts
YEARS = 3


def post_one(accounts, random, name):
    """A visit with its levy, or sometimes what undoes one, between two of the accounts."""
    giver, receiver = random.sample(accounts, 2)
    on = ON - timedelta(days=random.randrange(365 * YEARS))
    with transaction.atomic():
        found = posting.post_visit(
            giver=giver, receiver=receiver, amount=25 * random.randrange(1, 9), levy_percent=10, occurred_on=on,
            cause_id=name, by="clock",
        )  # fmt: skip
        if random.random() < 0.2:
            posting.reverse(found, by="user:1", reason="A slip")


def test_f7_the_audit_finds_no_difference_and_every_snapshot_is_what_the_rows_say():
    accounts = a_bank(HOT, limit=-(10**7))
    posting.fund_account(accounts[0].alliance)
    every = Account.objects.all()
    running, found, snapshots = THREADS, [], []
    done = threading.Lock()

    def post(number):
        nonlocal running
        random = Random(number)  # noqa: S311  no secret comes of it
        try:
            for step in range(EACH):
                post_one(accounts, random, f"{number}-{step}")
        finally:
            with done:
                running -= 1

    def audit():
        while running:
            found.append(balances.differences())

    def keep_snapshots():
        on = timezone.localdate()
        while running:
            on += timedelta(days=1)
            snapshots.append((on, snapshot(every, on)))

    posts = [lambda n=n: post(n) for n in range(THREADS)]
    answers = together(*posts, audit, keep_snapshots)
    assert answers == [None] * len(answers)
    assert len(found) >= 2
    assert found == [[]] * len(found)
    assert len(snapshots) >= 2
    for on, by_the_rows in snapshots:
        assert dict(Snapshot.objects.filter(on=on).values_list("account", "posted")) == by_the_rows
    assert Transfer.objects.count() >= THREADS * EACH * 2
    assert Account.objects.aggregate(total=Sum("posted"))["total"] == 0
    assert sum(row.net for row in Balance.objects.all()) == 0


def snapshot(accounts, on):
    """Keep a snapshot as the nightly job does; what the rows of that moment say: {account's id: its balance}."""
    with transaction.atomic():
        locked = list(accounts.select_for_update(of=("self",)).order_by("pk"))
        balances.snapshot(locked, on)
        # The accounts are locked: no transfer of theirs can arrive now.
        return {account.pk: by_the_rows(account) for account in locked}


def by_the_rows(account):
    sums = Transfer.objects.aggregate(
        credits=Sum("amount", filter=Q(credit=account)), debits=Sum("amount", filter=Q(debit=account))
    )
    return (sums["credits"] or 0) - (sums["debits"] or 0)
