"""A bank with a few movements, and what somebody with the database's own rights could do to it."""

from contextlib import contextmanager
from datetime import date
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

from bank import balances, posting, triggers
from bank.models import Transfer
from tests import factories

ON = date(2026, 10, 5)


def a_bank(schools=3, **policy):
    """The accounts of an alliance's schools."""
    alliance = factories.AllianceFactory(**{f"policy_version__{name}": value for name, value in policy.items()})
    return [posting.school_account(alliance, factories.member(alliance, name=f"S{n}")) for n in range(schools)]


def moved(debit, credit, amount, key, **fields):
    """One adjustment, posted."""
    fields = {"occurred_on": ON, "posted_by": "user:7", "reason": "Agreed", **fields}
    row = Transfer(
        debit=debit, credit=credit, amount=amount, kind="adjustment", cause_kind="decision", cause_id=key, key=key,
        **fields,
    )  # fmt: skip
    return posting.post([row])[0]


@contextmanager
def past_the_triggers():
    """Write as somebody does who may change the tables themselves."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for name in triggers.NAMES:
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            yield cursor
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
            else:
                triggers.install()


def totals_rewritten_to_fit():
    """Running totals and yearly balances, so that they are what the rows now say."""
    balances.recompute()


def verified(*args):
    """(exit code, lines on stdout) of the command."""
    out = StringIO()
    try:
        call_command("verify_ledger", *args, stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()
