"""The ledger as manage.py exports it, and as hledger reads it."""

import csv
import io
import json
import os
import shutil
import subprocess
from decimal import Decimal

import pytest
from django.core.management import call_command

needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")


def run(name, alliance, *options):
    out, err = io.StringIO(), io.StringIO()
    call_command(name, "--alliance", alliance, *options, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def export(alliance, format="hledger"):
    return run("export_ledger", alliance, "--format", format)


def hledger(journal, *arguments):
    """What hledger says about a journal; it fails where hledger does."""
    done = subprocess.run(
        ["hledger", "-f", "-", *arguments],
        input=journal,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def balances_of(journal, commodity):
    """{account: its balance as hledger works it out}, without those at 0."""
    rows = csv.reader(io.StringIO(hledger(journal, "balance", "--flat", "--no-total", "-O", "csv", f"cur:{commodity}")))
    next(rows)
    return {account: Decimal(amount.replace("DAY", "").replace("£", "").strip()) for account, amount in rows}


def balances_kept(alliance):
    """The same by manage.py balances."""
    rows = json.loads(run("balances", alliance, "--format", "json"))
    named = {f"school:{row['urn']} {row['school']}" if row["urn"] else row["school"]: row["net"] for row in rows}
    return {name: Decimal(net) for name, net in named.items() if Decimal(net)}
