"""What happens to a user, as a calendar file. Each app registers its entries, in its `pages`."""

from collections.abc import Callable
from typing import Any

from icalendar import Calendar

from portal.registry import Registry

# Each a function of a user that returns icalendar's events.
entries: Registry[Callable[..., Any]] = Registry("kind of calendar entry")


def calendar_of(events):
    """The file's content."""
    found = Calendar()
    found.add("prodid", "-//Support Exchange//EN")
    found.add("version", "2.0")
    for event in events:
        found.add_component(event)
    return found.to_ical()


def calendar_of_user(user):
    return calendar_of(event for events_of in entries.values() for event in events_of(user))
