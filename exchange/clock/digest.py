from datetime import timedelta

from django.urls import reverse

from portal.claims import guarded
from portal.models import ClockRecord
from schools.models import Alliance
from staff import mail, todo
from staff import rules as people

from ..todo.queues import out_of_band, unmatched

SEVEN = 7
NAMED = 3


def send_weekly(day):
    """Weekly digest for coordinators: Monday at seven, or as soon afterwards as the clock runs again."""
    monday = day.today - timedelta(days=day.today.weekday())
    if day.today == monday and day.hour < SEVEN:
        return
    for alliance in _without_digest(monday):
        with guarded(f"digest {alliance.pk}"):
            users, url = people.coordinators_of(alliance), reverse("exchange:alliance", args=[alliance.slug])
            mail.remind("digest", alliance, monday, users, "digest", url, who=alliance, detail=_in_words(alliance))


def _without_digest(monday):
    had = ClockRecord.objects.filter(kind="digest", on=monday).values("subject")
    return Alliance.objects.exclude(pk__in=had)


def _in_words(alliance):
    waits = todo.for_coordinator(alliance)
    sentences = [_overdue_in_words(waits)]
    for number, one, many in (
        (unmatched(alliance).count(), "open request has no offer", "open requests have no offer"),
        (out_of_band(alliance).count(), "balance is out of band", "balances are out of band"),
    ):
        if number:
            sentences.append(f"{number} {one if number == 1 else many}.")
    return " ".join(sentences)


def _overdue_in_words(waits):
    if not waits:
        return "Nothing is stuck."
    named = [item.title for item in waits[:NAMED]]
    if len(waits) > NAMED:
        named.append(f"and {len(waits) - NAMED} more")
    return f"{len(waits)} {'subject is' if len(waits) == 1 else 'things are'} stuck: {'; '.join(named)}."
