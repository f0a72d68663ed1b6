"""Data that many tests start from, as Django's `setUpTestData` makes it, but shared by whole modules.

It is made once, in an open transaction that stands as long as the tests that follow want it. Each of them has a
savepoint on top, that of pytest-django's `db`, which is rolled back at its end, and works on copies of the objects.
Data that needs other data stands on it; whoever comes next and wants only the lower has the upper rolled back.
"""

import copy
from contextlib import ExitStack, contextmanager

from django.db import transaction

standing = {}  # by the fixture's name, the lowest first: how it was made, what was made, and its transaction


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def set_up(name, make, *needs):
    """Return a copy of what `make` makes. It is made only where just this does not stand yet."""
    if name in standing and standing[name][0] != make:
        tear_down(unless=standing.keys() - {name})
    if name not in standing:
        with ExitStack() as stack:
            stack.enter_context(rolled_back())
            standing[name] = make, make(*needs), stack.pop_all()
    return copy.deepcopy(standing[name][1])


def tear_down(*, unless=()):
    """Roll back all the data but this, and whatever stands on it."""
    while standing.keys() - set(unless):
        _, (_, _, opened) = standing.popitem()
        opened.close()
