from datetime import timedelta

from django.utils import timezone

from ..models import Event


def pauses(commission):
    """The periods, first and last day, in which a commission's clocks stood still."""
    found, since = [], None
    rows = Event.objects.filter(commission=commission, visit=None, verb__in=["pause", "resume", "stop"])
    for verb, at in rows.order_by("at", "pk").values_list("verb", "at"):
        if verb == "pause":
            since = timezone.localdate(at)
        elif since is not None:
            # The clock moves again on the day of resuming, or of stopping the work.
            found.append((since, timezone.localdate(at) - timedelta(days=1)))
            since = None
    return found
