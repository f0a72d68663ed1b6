"""What has been kept for its time is ended, once a day; a school is told before a supported person's name goes."""

from datetime import timedelta

from django.urls import reverse

from staff import rules as people
from staff.privacy import listing
from staff.privacy import retention as table

from .. import notices
from ..models import Claim, Ledger
from ..privacy.retention import NAME_KEPT, TOLD, ended_with_a_name, forgotten_on
from .once import claim, guarded, remind, unclaimed

RETENTION = "retention_"  # with the number of the period in the table


def end_what_is_over(day):
    """Each period is claimed when it is done: what a worker that was stopped leaves, the next minute's run ends."""
    done = set(Claim.objects.filter(kind__startswith=RETENTION, on=day.today).values_list("kind", flat=True))
    for number, period in enumerate(table.periods(), 1):
        kind = f"{RETENTION}{number}"
        if kind not in done:
            with guarded(f"retention of {period.title}"):
                table.enforce(period, day.now)
                claim(kind, Ledger.current(), day.today)


def list_erasures(day):
    """Into the list outside the database, within a minute."""
    with guarded("the list of erasures"):
        listing.write()


def announce_names(day):
    """Thirty days before a closed case's name is emptied, the head is told where to read it a last time.

    Where there is no head that day, the coordinators are; where nobody is told, the name stays.
    """
    soon = ended_with_a_name(day.now - timedelta(days=NAME_KEPT) + table.AHEAD)
    for request in unclaimed(soon, TOLD).select_related("school", "alliance"):
        with guarded(f"announce {request.pk}"):
            told = people.heads_of(request.school) or notices.coordinators_of(request)
            url = reverse("exchange:request", args=[request.pk])
            facts = {**notices.about_request(request), "on": f"{forgotten_on(request):%-d %B %Y}"}
            if told:
                remind(TOLD, request, request.ended_at.date(), told, "name_goes", url, **facts)
