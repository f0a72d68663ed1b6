"""Loading the demonstration, and what is true of it afterwards."""

from datetime import datetime, time

import time_machine
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from bank import balances, chain
from bank.models import Account
from schools.models import Alliance
from staff.models import Mail

from . import deciding, history, plots, today
from .cast import open_accounts, plant
from .days import BRINK, SchoolDays
from .places import BANKS
from .story import OFFER_MADE_AFTER
from .telling import Telling, tell, utc


class Unsound(Exception):
    """The demonstration's books do not agree: nothing was loaded."""


def is_loaded():
    return Alliance.objects.filter(slug__in=[bank.key for bank in BANKS]).exists()


EVERYTHING = (*history.STORIES, *today.STORIES)


@transaction.atomic
def load(stories=EVERYTHING):
    """Plant the cast, tell the stories up to today, check the books and seal them. One transaction."""
    now = timezone.localdate()
    cast = plant(now)
    days = SchoolDays(now, cast.alliances[BANKS[0].key].closed_days())
    tellings = [_telling(story, cast, days, number) for number, story in enumerate(stories)]
    begun = [telling for telling in tellings if telling.position < days.today]
    first = min(telling.moment for telling in begun)
    with time_machine.travel(utc(first), tick=False):
        open_accounts(cast)
    tell(begun, since=timezone.localdate(first), until=now)
    for telling in tellings:
        if telling not in begun:
            telling.go_on()  # asked right now: its mail goes out
    deciding.close_years(cast)
    deciding.pay_first_charge(cast)
    _leave_history_behind(now)
    check()
    chain.seal()


def _telling(story, cast, days, number):
    if story.asked == BRINK:
        lapse_days = cast.alliance_of(story.school).policy().offer_lapse_days
        position = days.brink(lapse_days) - OFFER_MADE_AFTER
    else:
        position = days.today - story.asked
    telling = Telling(story, cast, days, position, number)
    telling.acts = plots.acts(telling)
    return telling


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
