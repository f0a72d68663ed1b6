"""School days before and after today: everything in the demonstration is dated by them."""

from bisect import bisect_left
from datetime import timedelta

from schools import calendar

BACK, AHEAD = timedelta(days=3 * 366), timedelta(days=366)
BRINK = "brink"  # as a story's start: its offer is about to lapse today


class SchoolDays:
    """Working days outside the closures. Position `today` is the first that is not past."""

    def __init__(self, today, closures):
        self.closures = closures
        span = (today - BACK + timedelta(days=n) for n in range((BACK + AHEAD).days))
        self.days = [on for on in span if calendar.is_working_day(on) and not calendar.is_shut(on, closures)]
        self.date = today
        self.today = bisect_left(self.days, today)

    def __getitem__(self, position):
        return self.days[position]

    def position(self, on):
        """Of a day, or of the next school day."""
        return bisect_left(self.days, on)

    def brink(self, lapse_days):
        """The earliest position at which an offer could be made that has not lapsed today."""
        position = self.today - 1
        while calendar.add_days(self.days[position - 1], lapse_days, self.closures) > self.date:
            position -= 1
        return position
