"""A timeline: what was done to something, by whom and when, in words.

A row of history has `at`, `verb` with choices, `new` (the status it led to), `reason`, `by`, `acting_for` and `who`.
Its title is the label of its verb. An app registers another one, in its `pages`, where that does not say enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from .registry import Registry

titles: Registry[str] = Registry("title of the timeline")  # by model and verb, and perhaps the status it led to


@dataclass
class Entry:
    """A line of _partials/timeline.html."""

    at: datetime
    title: str
    who: str
    detail: str


def register(model: type[models.Model], words: Mapping[str, str], *, new: str = "") -> None:
    """Give the verbs of a history their titles. `{event}` in one is the row, as in "{event.visit} planned".

    With `new` they hold only where the verb led to this status.
    """
    titles.register_all({_name(model, verb, new): title for verb, title in words.items()})


def title(event: Any) -> str:
    for new in (event.new, ""):
        name = _name(type(event), event.verb, new)
        if name in titles:
            return titles[name].format(event=event)
    return str(event.get_verb_display())


def who(event: Any, user: Any) -> str:
    """The user's own acts are said by "You"."""
    if event.by_id is None or event.by_id != user.pk:
        return str(event.who)
    return f"You for {event.acting_for}" if event.acting_for else "You"


def entry(event: Any, user: Any) -> Entry:
    return Entry(event.at, title(event), who(event, user), event.reason)


def _name(model: type[models.Model], verb: str, new: str) -> str:
    return f"{model._meta.label} {verb} {new}".strip()
