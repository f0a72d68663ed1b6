"""Visits as entries of a calendar. Calendars are shared: no word in them that somebody wrote about people."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from icalendar import Event

from schools import calendar
from staff import calendar_file
from staff.models import Role

from ..models import Commission, Visit

KEPT = timedelta(days=60)  # of what is past


def visits_of(user):
    """Visits a user makes, or that their schools give and receive; not all that a coordinator may see."""
    schools = Role.objects.running().filter(user=user, school__isnull=False).values("school")
    at_own_school = Q(leg__receiving_school__in=schools) | Q(leg__giving_school__in=schools)
    return Visit.objects.counting().filter(
        Q(leg__person=user.person_id) | at_own_school,
        leg__commission__in=Commission.objects.visible_to(user),
        on__gte=calendar.today() - KEPT,
    )


def events_of(user):
    visits = visits_of(user).select_related("leg__receiving_school", "leg__commission")
    return [event_of(visit) for visit in visits]


calendar_file.entries.register("visits", events_of)


def event_of(visit, *, with_contact=False):
    """`with_contact` names whom to ask for, in a single visit that somebody saves for themselves."""
    school = visit.leg.receiving_school
    start = datetime.combine(visit.on, visit.arrival_time, ZoneInfo(settings.TIME_ZONE))
    contact = f"Ask for: {visit.support_case.redacted(visit.arrival_contact)}" if with_contact else ""
    event = Event()
    event.add("uid", f"visit-{visit.pk}@{settings.SITE_URL.split('://')[-1]}")
    event.add("dtstamp", visit.created_at)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=3 * visit.days))  # a day is five hours: 300 minutes
    event.add("summary", f"Support visit at {school}")
    event.add("location", ", ".join(filter(None, [school.name, school.street, school.town, school.postcode])))
    event.add("description", "\n".join(filter(None, [contact, school.arrival])))
    event.add("url", f"{settings.SITE_URL}{visit.get_absolute_url()}")
    return event
