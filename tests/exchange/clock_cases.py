"""Parts of the clock by themselves: a test of one reminder need not wait for every other."""

from django.utils import timezone

from portal import clock
from schools.day import Day


def run(*parts, now=None):
    """Do what is due, now or at another moment, of these modules of exchange.clock."""
    day, names = Day(now or timezone.now()), [part.__name__ for part in parts]
    for job in clock.jobs.values():
        if job.run.__module__ in names and (day.hour >= clock.MORNING or not job.is_reminder):
            job.run(day)
