"""A day as the clock sees it."""

from collections import defaultdict

from django.utils import timezone

from . import calendar
from .models import Closure


class Day:
    """The moment of one run, Europe/London, with each alliance's policy and closures read once."""

    def __init__(self, now):
        self.now = now
        self.local = timezone.localtime(now)
        self.today, self.hour = self.local.date(), self.local.hour
        self._policies = {}
        self._closures = defaultdict(list)
        for alliance, first, last in Closure.objects.values_list("alliance", "starts_on", "ends_on"):
            self._closures[alliance].append((first, last))

    def policy(self, alliance):
        if alliance.pk not in self._policies:
            self._policies[alliance.pk] = alliance.policy(self.today)
        return self._policies[alliance.pk]

    def stands_still(self, alliance):
        """No clock of offers, confirmations or evaluations runs out in a closure period."""
        return calendar.is_shut(self.today, self._closures[alliance.pk])

    def after(self, since, days, alliance, pauses=()):
        """The day on which a clock that started at a moment runs out."""
        return calendar.add_days(timezone.localdate(since), days, [*self._closures[alliance.pk], *pauses])

    def after_working_days(self, on, days, alliance, pauses=()):
        return calendar.add_working_days(on, days, [*self._closures[alliance.pk], *pauses])
