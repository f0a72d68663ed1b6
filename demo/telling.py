"""Telling the stories: the clock is moved from act to act, whichever story it belongs to."""

import heapq
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random

import time_machine
from django.utils import timezone
from tqdm import tqdm

from bank import balances
from bank.models import Account

from .cast import Cast
from .days import SchoolDays

BAR = "Two years {bar} {n_fmt} of {total_fmt} stories"  # without times: they would be the moved clock's
OPENS, OPEN_MINUTES = time(8, 30), 8 * 60


@dataclass
class Telling:
    """One story being told. Its acts are a generator: it yields how many school days to wait (or until
    which day), and the name of the act that comes then."""

    story: object
    cast: Cast
    days: SchoolDays
    position: int
    number: int
    acts: object = None
    act: str = "ask"

    def __post_init__(self):
        # Each story has its own dice, so that a new row in a table changes no other story.
        seed = f"{self.story.school} {self.story.asked} {self.number}"
        self.dice = Random(seed)  # noqa: S311  nothing secret is thrown  # nosec B311

    def on(self, school_days):
        return self.days[self.position + school_days]

    @property
    def moment(self):
        opens = timezone.make_aware(datetime.combine(self.days[self.position], OPENS))
        return opens + timedelta(minutes=(self.number * 37 + self.position * 11) % OPEN_MINUTES)

    def go_on(self):
        """Do the next act; True when there is another one before today."""
        done = self.act
        step = next(self.acts, None)
        if step is None or done == self.story.until:
            return False
        wait, self.act = step
        self.position = self.days.position(wait) if isinstance(wait, date) else self.position + wait
        return self.position < self.days.today


def tell(tellings, *, since, until):
    """Tell all stories side by side, in the order of time, with a snapshot of the bank each month."""
    number = count()
    heap = [(telling.moment, next(number), telling) for telling in tellings]
    heapq.heapify(heap)
    # In UTC: a destination with a named zone would move the process's own zone as well.
    with time_machine.travel(utc(since), tick=False) as clock:
        bar = tqdm(total=len(heap), bar_format=BAR, disable=None, miniters=1, mininterval=0)
        month = since
        while heap:
            moment, _, telling = heapq.heappop(heap)
            month = _keep_months(month, timezone.localdate(moment))
            clock.move_to(utc(moment))
            if telling.go_on():
                heapq.heappush(heap, (telling.moment, next(number), telling))
            else:
                bar.update()
        _keep_months(month, until)
        bar.close()


def _keep_months(before, now):
    """Snapshots on the last day of each month that has ended."""
    before, now = _first_of_month(before), _first_of_month(now)
    while before < now:
        before = _first_of_month(before + timedelta(days=31))
        balances.snapshot(Account.objects.all(), before - timedelta(days=1))
    return now


def _first_of_month(on):
    return date(on.year, on.month, 1)


def utc(moment):
    if not isinstance(moment, datetime):
        moment = timezone.make_aware(datetime.combine(moment, OPENS))
    return moment.astimezone(UTC)
