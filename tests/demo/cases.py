"""The demonstration, as it is loaded on a Sunday in term."""

from datetime import UTC, datetime

import time_machine
from django.core.management import call_command
from django.test import override_settings

KEYS = {"first": "a fictional secret"}


def noon():
    """On a Sunday in term: not a school day, and nothing is shut."""
    return time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)


def make_demo():
    with noon(), override_settings(LEDGER_KEYS=KEYS):
        call_command("demo", force=True)
