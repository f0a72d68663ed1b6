"""The clocks of an alliance's policy: they stand still in its closure periods."""

from django.utils import timezone

from . import calendar


class Clock:
    """The policy and the closures of an alliance, read once. Each `since` is a date or a moment."""

    def __init__(self, alliance):
        self.policy, self.shut, self.today = alliance.policy(), alliance.closed_days(), timezone.localdate()

    def after(self, since, days):
        return calendar.add_days(day_of(since), days, self.shut)

    def after_working(self, since, days):
        return calendar.add_working_days(day_of(since), days, self.shut)

    def is_past(self, since, days):
        return self.after(since, days) <= self.today

    def is_past_working(self, since, days):
        return self.after_working(since, days) < self.today


class Clocks:
    """The clock of each alliance that is asked for."""

    def __init__(self):
        self._known = {}

    def of(self, alliance):
        if alliance.pk not in self._known:
            self._known[alliance.pk] = Clock(alliance)
        return self._known[alliance.pk]


def day_of(moment):
    """The local date of a moment; a date is one already."""
    return timezone.localdate(moment) if hasattr(moment, "hour") else moment
