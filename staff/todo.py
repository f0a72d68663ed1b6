"""What waits for somebody, and what they wait for. Each app registers who looks for it, in its `todo`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.utils import timezone

from portal.registry import Registry
from schools.clocks import Clocks

from . import rules
from .rights import delegable

of_schools: Registry["SchoolCheck"] = Registry("thing to do at a school")
of_leaders: Registry[Callable[..., Any]] = Registry("thing to do for a leader")
of_coordinators: Registry[Callable[..., Any]] = Registry("overdue item of an alliance")
awaited_of_schools: Registry[Callable[..., Any]] = Registry("thing that a school waits for")


@dataclass(frozen=True)
class OverdueItem:
    """Something of an alliance that waits longer than its policy says."""

    title: str
    hint: str
    url: str
    since: date
    is_urgent: bool = False


@dataclass(frozen=True)
class SchoolCheck:
    """Looks for things to do for whoever holds one of the rights: collect(school, rights held) -> items."""

    rights: tuple[str, ...]
    collect: Callable


def at_school(*rights):
    """Register a function of the school and the rights held; it is asked where one of `rights` is held."""

    def decorate(collect):
        of_schools.register(_name(collect), SchoolCheck(rights, collect))
        return collect

    return decorate


def for_school(user, school):
    """Things to do for the school as items of _partials/tasks.html, the earliest due first."""
    held = [right for right in delegable if rules.may(user, right, school)]
    checks = [check for check in of_schools.values() if set(check.rights) & set(held)]
    items = [item for check in checks for item in check.collect(school, held)]
    return sorted(items, key=lambda item: (item["due"] is None, item["due"] or timezone.localdate()))


def at_leader(collect):
    """Register a function of the leader and the clocks of alliances."""
    return of_leaders.register(_name(collect), collect)


def for_leader(leader):
    """What waits for a leader, each with its day, the earliest first."""
    clocks = Clocks()
    return sorted((item for collect in of_leaders.values() for item in collect(leader, clocks)), key=itemgetter("due"))


def at_coordinator(collect):
    """Register a function of the alliance and its clocks that yields what waits too long."""
    return of_coordinators.register(_name(collect), collect)


def for_coordinator(alliance):
    """Everything that waits longer than the policy says, urgent items first, then the longest wait."""
    clock = Clocks().of(alliance)
    found = [item for collect in of_coordinators.values() for item in collect(alliance, clock)]
    return sorted(found, key=lambda item: (not item.is_urgent, item.since))


def awaited_at_school(collect):
    """Register a function of the school that lists what waits for others."""
    return awaited_of_schools.register(_name(collect), collect)


def awaited_by_school(school):
    """What waits for others, and for whom: title, url, on (whom), since or by (a date)."""
    found = [item for collect in awaited_of_schools.values() for item in collect(school)]
    return sorted(found, key=itemgetter("date"))


def item(title, url, *, hint="", due=None, tag="", tag_status=""):
    """An item of _partials/tasks.html; one whose day is past says so instead of its tag."""
    if due is not None and due < timezone.localdate():
        tag, tag_status = "Overdue", "overdue"
    return {"title": title, "url": url, "hint": hint, "due": due, "tag": tag, "tag_status": tag_status}


def _name(function):
    return f"{function.__module__}.{function.__name__}"
