"""manage.py simulate: a made-up country whose banks hold."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Sum
from django.test import override_settings

from bank import balances, simulation, triggers
from bank.models import Account, Transfer
from schools import calendar
from schools.models import Alliance, Membership, School
from tests import factories
from tests.bank.ledger_cases import verified

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def simulate(schools=90, transfers=3000, seed=1):
    err = io.StringIO()
    call_command("simulate", schools=schools, transfers=transfers, seed=seed, stderr=err)
    return err.getvalue()


def everything():
    """All that was made, with ids counted from the first."""
    first = Transfer.objects.order_by("pk").first()
    lowest = Account.objects.order_by("pk").first().pk
    return list(School.objects.values_list("urn", "name", "phase")), [
        (row.pk - first.pk, row.debit_id - lowest, row.credit_id - lowest, row.amount, row.kind, row.occurred_on)
        for row in Transfer.objects.order_by("pk")
    ]


def test_it_makes_as_many_schools_and_transfers_as_it_is_told():
    assert simulate() == "Made 90 fictional schools and 3,000 transfers.\n"
    assert School.objects.count() == Membership.objects.count() == Account.objects.filter(kind="school").count() == 90
    assert Transfer.objects.count() == 3000
    sizes = Alliance.objects.annotate(size=Count("memberships")).values_list("size", flat=True)
    assert sorted(sizes) == [45, 45]


def test_its_books_balance_and_nobody_is_below_the_limit():
    simulate()
    assert balances.differences() == []
    sums = Account.objects.values("alliance").annotate(total=Sum("posted")).values_list("total", flat=True).order_by()
    assert list(sums) == [0, 0]
    assert Account.objects.filter(kind="school", posted__gte=-1000).count() == 90
    assert Account.objects.filter(kind="fund", posted__gte=0).count() == 2


def test_its_ledger_verifies(settings):
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    simulate()
    code, (line,) = verified()
    assert (code, line.endswith("3,000 transfers sealed in 1 block, 0 not sealed yet.")) == (0, True)


def test_with_the_least_of_room_nobody_is_below_the_limit_either(monkeypatch):
    monkeypatch.setattr(simulation, "LIMIT", 0)
    simulate()
    assert Account.objects.filter(kind="school", floor=0, posted__gte=0).count() == 90


def test_it_writes_what_real_postings_would():
    simulate()
    kinds = Counter(Transfer.objects.values_list("kind", flat=True))
    assert set(kinds) >= {"visit", "levy", "opening", "gift", "adjustment", "service", "urgent", "hosting", "reversal"}
    assert kinds["visit"] > 1000
    for visit in Transfer.objects.filter(kind="visit").order_by("pk")[:50]:
        levy = Transfer.objects.get(kind="levy", cause_kind=visit.cause_kind, cause_id=visit.cause_id)
        assert (levy.debit_id, levy.amount) == (visit.credit_id, (visit.amount * 10 + 50) // 100)
        assert levy.occurred_on == visit.occurred_on
    for row in Transfer.objects.filter(kind="reversal").select_related("reverses"):
        of = row.reverses
        assert (row.debit_id, row.credit_id, row.amount) == (of.credit_id, of.debit_id, of.amount)
        assert (row.occurred_on, row.key) == (of.occurred_on, f"reversal:{of.pk}")


def test_it_fills_five_academic_years_up_to_today():
    simulate()
    days = Transfer.objects.values_list("occurred_on", flat=True)
    this = calendar.year_of(calendar.today())
    assert {calendar.year_of(on) for on in days} == set(range(this - 4, this + 1))
    assert max(days) <= calendar.today()


def test_the_same_seed_makes_the_same_and_another_seed_something_else():
    made = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            simulate(seed=seed)
            made.append(everything())
            transaction.set_rollback(True)
    assert made[0] == made[1] != made[2]


def test_it_adds_to_what_is_there_and_the_next_posting_finds_a_free_id():
    simulate()
    with override_settings(DEBUG=True):
        simulate(schools=50, transfers=100, seed=1)
    assert (School.objects.count(), Alliance.objects.count(), Transfer.objects.count()) == (140, 3, 3100)
    last = Transfer.objects.order_by("pk").last()
    row = Transfer.objects.create(
        debit=last.credit, credit=last.debit, amount=1, kind="gift", occurred_on=last.occurred_on, key="one more"
    )
    assert row.pk > last.pk
    assert balances.differences() == []


def test_many_batches_are_as_one(monkeypatch):
    monkeypatch.setattr(simulation, "BATCH", 170)
    simulate()
    assert Transfer.objects.count() == 3000
    assert balances.differences() == []


def test_the_triggers_are_there_afterwards():
    simulate(transfers=200)
    assert triggers.missing() == []
    with pytest.raises(Exception, match="never changed or deleted"), transaction.atomic():
        Transfer.objects.update(amount=1)


@override_settings(DEBUG=False)
def test_it_never_goes_beside_real_schools():
    factories.SchoolFactory()
    with pytest.raises(CommandError, match="DEBUG is off and there are schools already") as refusal:
        simulate()
    assert refusal.value.returncode == 1
    assert (School.objects.count(), Transfer.objects.count()) == (1, 0)


@override_settings(DEBUG=True)
def test_where_debug_is_on_it_goes_beside_the_demonstration():
    factories.SchoolFactory()
    simulate(schools=2, transfers=10)
    assert (School.objects.count(), Transfer.objects.count()) == (3, 10)


@pytest.mark.parametrize("numbers", [{"schools": 1}, {"transfers": -1}])
def test_too_few_are_refused(numbers):
    with pytest.raises(CommandError, match="at least two schools"):
        simulate(**numbers)
    assert School.objects.count() == 0
