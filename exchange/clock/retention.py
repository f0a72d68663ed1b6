"""What has been kept for its time is ended, once a day; a head is told before a supported person's name goes."""

from datetime import timedelta

from django.urls import reverse

from staff import rules as people
from staff.privacy import listing
from staff.privacy import retention as table

from .. import notices
from ..models import Ledger
from ..privacy.retention import NAME_KEPT, TOLD, ended_with_a_name, forgotten_on
from .once import claim, guarded, remind


def end_what_is_over(day):
    with guarded("retention"):
        if claim("retention", Ledger.current(), day.today):
            for period in table.periods():
                with guarded(f"retention of {period.title}"):
                    table.enforce(period, day.now)


def list_erasures(day):
    """Into the list outside the database, within a minute."""
    with guarded("the list of erasures"):
        listing.write()


def announce_names(day):
    """Thirty days before a closed case's name is emptied, the head is told where to read it a last time."""
    for request in ended_with_a_name(day.now - timedelta(days=NAME_KEPT) + table.AHEAD).select_related("school"):
        with guarded(f"announce {request.pk}"):
            url = reverse("exchange:request", args=[request.pk])
            facts = {**notices.about_request(request), "on": f"{forgotten_on(request):%-d %B %Y}"}
            remind(TOLD, request, request.ended_at.date(), people.heads_of(request.school), "name_goes", url,
                   **facts)  # fmt: skip
