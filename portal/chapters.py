"""What the demonstration tells of each app, registered in its `chapters`, read with the demonstration only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .registry import Registry


@dataclass(frozen=True)
class Chapter:
    """A part of the demonstration; the cast are its schools and people, planted before.

    `tell(cast, days)` gives what happens side by side with everything else: each has a `moment`, the `position` of its
    next act in the school days, and `go_on()`, which does that act and says whether another comes before today.
    `conclude(cast)` is done today, when all is told.
    """

    tell: Callable[[Any, Any], Iterable[Any]]
    conclude: Callable[[Any], None]


chapters: Registry[Chapter] = Registry("chapter of the demonstration")  # in the order in which they are told
