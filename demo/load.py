"""Loading the demonstration, and what is true of it afterwards."""

from datetime import datetime, time

import time_machine
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from bank import balances, chain
from bank.models import Account
from portal import registry
from portal.chapters import chapters
from schools.models import Alliance
from staff.models import Mail

from . import chapters as own  # noqa: F401  told first
from .cast import open_accounts, plant
from .days import SchoolDays
from .places import BANKS
from .telling import tell, utc


class Unsound(Exception):
    """The demonstration's books do not agree: nothing was loaded."""


def is_loaded():
    return Alliance.objects.filter(slug__in=[bank.key for bank in BANKS]).exists()


def load():
    """Load the chapters of every app."""
    registry.discover("chapters")
    registry.require_sound()
    load_chapters(chapters.values())


@transaction.atomic
def load_chapters(told):
    """Plant the cast, tell the chapters up to today, check the books and seal them. One transaction."""
    now = timezone.localdate()
    cast = plant(now)
    days = SchoolDays(now, cast.alliances[BANKS[0].key].closed_days())
    tellings = [telling for chapter in told for telling in chapter.tell(cast, days)]
    begun = [telling for telling in tellings if telling.position < days.today]
    first = min(telling.moment for telling in begun)
    with time_machine.travel(utc(first), tick=False):
        open_accounts(cast)
    tell(begun, since=timezone.localdate(first), until=now)
    for telling in tellings:
        if telling not in begun:
            telling.go_on()  # asked right now: its mail goes out
    for chapter in told:
        chapter.conclude(cast)
    _leave_history_behind(now)
    check()
    chain.seal()


def _leave_history_behind(now):
    """Mail of days gone by counts as sent, and the trend has its last point."""
    midnight = timezone.make_aware(datetime.combine(now, time.min))
    Mail.objects.filter(sent_at=None, created_at__lt=midnight).update(sent_at=F("created_at"))
    accounts = Account.objects.filter(alliance__slug__in=[bank.key for bank in BANKS])
    balances.snapshot(accounts, now)


def check():
    """Raises Unsound where totals differ from their transfers, or a bank does not sum to zero."""
    sums = Account.objects.values("alliance__slug").annotate(total=Sum("posted")).order_by()
    off = [row["alliance__slug"] for row in sums if row["total"]]
    found = balances.check(timezone.now())
    if found or off:
        raise Unsound(f"The bank does not balance: {found} {off}")
