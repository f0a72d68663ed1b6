"""What runs by the clock: each app registers its jobs, in its `clock`. Beat only ticks.

What is due is read from dated rows and claimed there. Run twice, or by two at once, each thing is done once; after
a day off the clock catches up once. Acts whose day has come are done at any hour, reminders go out from nine in the
morning, Europe/London.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from .claims import guarded
from .registry import Registry

MORNING = 9
Run = TypeVar("Run", bound=Callable[[Any], object])  # of a day, each with more than the hour


class Day(Protocol):
    """What the portal itself asks of a day."""

    hour: int


@dataclass(frozen=True)
class Job:
    run: Callable[[Any], object]
    is_reminder: bool


jobs: Registry[Job] = Registry("job of the clock")


def act(function: Run) -> Run:
    """Register a function of the day that does what is due at any hour."""
    return _register(function, is_reminder=False)


def reminder(function: Run) -> Run:
    """Register a function of the day that writes mail, from the morning on."""
    return _register(function, is_reminder=True)


def run(day: Day) -> None:
    """Do everything that is due at the moment of a day; one job that fails stops no other."""
    for name, job in jobs.items():
        if day.hour >= MORNING or not job.is_reminder:
            with guarded(name):
                job.run(day)


def _register(function: Run, *, is_reminder: bool) -> Run:
    jobs.register(f"{function.__module__}.{function.__name__}", Job(function, is_reminder))
    return function
