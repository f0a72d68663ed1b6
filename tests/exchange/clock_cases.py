"""Parts of the clock by themselves: a test of one reminder need not wait for every other."""

from django.utils import timezone

from exchange import clock
from schools.day import Day


def run(*parts, now=None):
    """Do what is due, now or at another moment, of these modules of exchange.clock."""
    day, names = Day(now or timezone.now()), [part.__name__ for part in parts]
    jobs = (*clock.ACTS, *clock.REMINDERS) if day.hour >= clock.MORNING else clock.ACTS
    for job in jobs:
        if job.__module__ in names:
            job(day)
