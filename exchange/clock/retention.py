"""What has been kept for its time is ended, once a day; a school is told before a supported person's name goes."""

from datetime import timedelta

from django.urls import reverse

from portal.claims import guarded, unclaimed
from staff import mail
from staff import rules as people
from staff.privacy import retention as table

from .. import notices
from ..privacy.retention import NAME_KEPT, TOLD, ended_with_a_name, forgotten_on


def announce_names(day):
    """Thirty days before a closed case's name is emptied, the head is told where to read it a last time.

    Where there is no head that day, the coordinators are; where nobody is told, the name stays.
    """
    soon = ended_with_a_name(day.now - timedelta(days=NAME_KEPT) + table.AHEAD)
    for support_request in unclaimed(soon, TOLD).select_related("school", "alliance"):
        with guarded(f"announce {support_request.pk}"):
            told = people.heads_of(support_request.school) or notices.coordinators_of(support_request)
            url = reverse("exchange:request", args=[support_request.pk])
            facts = {**notices.about_request(support_request), "on": f"{forgotten_on(support_request):%-d %B %Y}"}
            if told:
                mail.remind(TOLD, support_request, support_request.ended_at.date(), told, "name_goes", url, **facts)
