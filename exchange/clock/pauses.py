from datetime import timedelta

from django.utils import timezone


def pauses(commission):
    """The periods, first and last day, in which a commission's clocks stood still."""
    ended = commission.pauses.exclude(ended_at=None).values_list("started_at", "ended_at")
    # The clock moves again on the day of resuming, or of stopping the work.
    return [(timezone.localdate(start), timezone.localdate(end) - timedelta(days=1)) for start, end in ended]
