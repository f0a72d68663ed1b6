"""One measurement of the bank: python -m tests.bench.bank NAME [NUMBER], prints JSON. See bench_bank.

Every measurement is a process of its own on the database of DATABASE_URL, as the portal runs: DEBUG is off.
Seconds are the best of several rounds, because what else runs on the machine only ever adds.
"""

import json
import os
import sys
import time
from contextlib import contextmanager
from uuid import uuid4

from bank import moment

ROUNDS = 5
RAW = """
    SELECT account_id, sum(amount) AS total FROM (
        SELECT debit_id AS account_id, -amount AS amount FROM bank_transfer
        UNION ALL SELECT credit_id, amount FROM bank_transfer) AS legs
    GROUP BY account_id"""
RAW_BY_YEAR = """
    SELECT account_id, year, sum(amount) AS total FROM (
        SELECT debit_id AS account_id, {year} AS year, -amount AS amount FROM bank_transfer
        UNION ALL SELECT credit_id, {year}, amount FROM bank_transfer) AS legs
    GROUP BY account_id, year"""


@contextmanager
def rolled_back():
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds(act):
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def best(*acts, rounds=ROUNDS):
    """The best seconds of each act, taken in turns so that a disturbance meets them all alike."""
    taken = [[seconds(act) for act in acts] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


def a_second(act, during):
    """How often an act is done in a second, over so many seconds."""
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < during:
        act()
        done += 1
    return done / (time.perf_counter() - started)


def execute(query):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else None


def recompute(rounds):
    """The sums of every account by the rows, bare, as the nightly check, and written back, against one GROUP BY.

    All with the same settings of the server. `mended` is the worst case of writing back: every total was wrong.
    """
    from bank import balances, totals, triggers

    by_year = RAW_BY_YEAR.format(year=triggers.YEAR["postgresql"].format("occurred_on"))

    names = ", ".join(f"sum({name})" for name in totals.NAMES)
    mended = float("inf")

    def ask(query):
        with moment.whole_ledger() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def mend():
        nonlocal mended
        with rolled_back():
            execute("UPDATE bank_balance SET other = other + 1")
            execute("UPDATE bank_account SET other = other + 1, posted = posted + 1")
            mended = min(mended, seconds(balances.recompute))

    raw, alike, bare, check, written, _ = best(
        lambda: ask(f"SELECT count(*), sum(total) FROM ({RAW}) AS raw"),
        lambda: ask(f"SELECT count(*), sum(total) FROM ({by_year}) AS raw"),
        lambda: ask(f"SELECT count(*), {names} FROM ({totals.sums()}) AS found"),
        balances.differences,
        balances.recompute,
        mend,
        rounds=int(rounds),
    )
    return {"raw": raw, "by year": alike, "bare": bare, "check": check, "written": written, "mended": mended}


def thousand(number):
    """New transfers in one INSERT: a second, and how many seconds of it keep the balances."""
    from django.db import connection, transaction

    from bank import posting

    accounts = school_accounts(1000)
    bare = float("inf")

    def post():
        with transaction.atomic():
            posting.post([gift(accounts, n) for n in range(int(number))])

    def post_without_balances():
        nonlocal bare
        with rolled_back(), connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER transfer_moves_totals ON bank_transfer")
            bare = min(bare, seconds(post))

    post()
    durable, _ = best(post, post_without_balances, rounds=2 * ROUNDS)
    return {"a second": int(number) / durable, "keeping": durable - bare}


def school_accounts(count):
    from bank.models import Account

    alliance = Account.objects.filter(kind="school").order_by("pk").first().alliance
    own = Account.objects.filter(kind="school", alliance=alliance).order_by("-posted")
    return list(own.select_related("alliance")[:count])


def gift(accounts, number):
    """A transfer of one hundredth of a day: it passes no floor however often it is measured."""
    from bank.models import Transfer
    from schools import calendar

    return Transfer(
        debit=accounts[number % len(accounts)],
        credit=accounts[(number + 1) % len(accounts)],
        amount=1,
        kind=Transfer.Kind.GIFT,
        occurred_on=calendar.today(),
        cause_kind="bench",
        cause_id=str(number),
        posted_by="bench",
        key=f"bench:{uuid4()}",
    )


def post(during):
    """One transfer, and one visit with its levy, a second: each a durable transaction with all its guards."""
    from itertools import count

    from bank import posting
    from schools import calendar

    accounts, number, today = school_accounts(10), count(), calendar.today()

    def visit():
        n = next(number)
        posting.post_visit(giver=accounts[n % 10], receiver=accounts[(n + 1) % 10], amount=1, levy_percent=50,
                           occurred_on=today, cause_id=n, by="bench", key=f"bench:{uuid4()}")  # fmt: skip

    posting.post([gift(accounts, 0)])
    return {
        "transfer": a_second(lambda: posting.post([gift(accounts, next(number))]), float(during)),
        "visit": a_second(visit, float(during)),
    }


def confirm(visits):
    """The whole act of confirming a visit, a second."""
    from django.utils import timezone

    from exchange import actions
    from exchange.models import Visit
    from schools.models import Alliance, School
    from staff.models import User
    from tests import factories
    from tests.exchange import cases

    today = timezone.localdate()
    # Beside the cast of an earlier turn.
    factories.SchoolFactory.reset_sequence(School.objects.count())
    factories.UserFactory.reset_sequence(User.objects.count())
    Alliance.objects.filter(slug="netherby").update(slug=f"netherby-{uuid4()}", name=f"Netherby {uuid4()}")
    cast = cases.make_cast(limit=-1_000_000)
    type(cast.leader).objects.filter(pk=cast.leader.pk).update(allowance=20_000)
    cast.leader.refresh_from_db()
    commission = cases.an_agreement(cast, days=(int(visits) + 1) * 25)
    for _ in range(int(visits)):
        cases.a_logged_visit(cast, commission, days=25, on=today)
    waiting = [
        Visit.objects.select_related("leg__commission__support_request__alliance").get(pk=pk)
        for pk in Visit.objects.filter(leg__commission=commission).values_list("pk", flat=True)
    ]
    actions.confirmations.confirm(visit=waiting.pop(), by=cast.head)  # it opens the fund's account
    taken = seconds(lambda: [actions.confirmations.confirm(visit=visit, by=cast.head) for visit in waiting])
    return {"a second": len(waiting) / taken}


def hot(number):
    """Four processes post on ten accounts at once, in every order. What went wrong, and what differs afterwards."""
    import subprocess

    from bank import balances

    started = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.bank", "hot_one", number]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    failed = sum(json.loads(process.communicate()[0])["failed"] for process in running)
    taken = time.perf_counter() - started
    return {"failed": failed, "differences": len(balances.differences()), "a second": 4 * int(number) / taken}


def hot_one(number):
    import random

    from django.db import Error

    from bank import posting

    accounts, failed = school_accounts(10), 0
    for n in range(int(number) // 5):
        random.shuffle(accounts)
        try:
            posting.post([gift(accounts, n + k) for k in range(5)])
        except Error:
            failed += 1
    return {"failed": failed}


def busiest(rows):
    """The school account whose number of rows, in all and in this year, is nearest to the pair given: "in all,this".

    Without it ("") one in the middle of a bank of five.
    """
    from schools import calendar

    year = calendar.first_day(calendar.year_of(calendar.today()))
    found = execute(f"""
        SELECT account.id, count(*), count(*) FILTER (WHERE occurred_on >= '{year}') FROM (
            SELECT debit_id AS id, occurred_on FROM bank_transfer
            UNION ALL SELECT credit_id, occurred_on FROM bank_transfer) AS legs
        JOIN bank_account account ON account.id = legs.id AND account.kind = 'school' GROUP BY account.id""")
    if not rows:
        return sorted(found, key=lambda row: row[1])[len(found) // 2]
    whole, this = map(int, rows.split(","))
    return min(found, key=lambda row: 5 * abs(row[2] - this) + abs(row[1] - whole))


def statement(rows):
    """The statement page of a school with so many rows, through the test client, as its head."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import reverse

    from bank.models import Account
    from staff.models import User
    from tests import factories

    pk, whole, this = busiest(rows)
    account = Account.objects.select_related("school").get(pk=pk)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}), rolled_back():
        factories.UserFactory.reset_sequence(User.objects.count())
        client = Client()
        client.force_login(factories.head_of(account.school))
        address = reverse("exchange:statement", args=[account.school_id])

        def page():
            assert client.get(address).status_code == 200

        page()
        (taken,) = best(page, rounds=30)
    return {"seconds": taken, "rows": f"{whole},{this}"}


def seal(number):
    """Seal all transfers, as the job every few minutes does."""
    from bank import chain

    return {"seconds": seconds(chain.seal)}


def main(name, argument):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

    import django

    django.setup()
    print(json.dumps(globals()[name](argument)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
