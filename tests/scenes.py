"""Scenes: what many tests start from is made once, and stands in an open transaction while tests want it.

Each test changes it inside the savepoint of its own `db` fixture, which is rolled back at the test's end.
"""

import copy
from contextlib import ExitStack, contextmanager

from django.db import transaction

standing = {}  # by the fixture's name, the lowest first: how it was made, what was made, and its end


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def play(name, make, *needs):
    """What `make` makes, as a copy the test may change; made only where just this does not stand yet."""
    if name in standing and standing[name][0] != make:
        strike(unless=standing.keys() - {name})
    if name not in standing:
        with ExitStack() as stack:
            stack.enter_context(rolled_back())
            standing[name] = make, make(*needs), stack.pop_all()
    return copy.deepcopy(standing[name][1])


def strike(*, unless=()):
    """Roll back every scene but these, and whatever stands on it."""
    while standing.keys() - set(unless):
        _, (_, _, end) = standing.popitem()
        end.close()
