import logging

import pytest

from tests.rights.cast import make_cast


@pytest.fixture(scope="class")
def cast(set_up_shared):
    return set_up_shared("cast", make_cast)


@pytest.fixture(autouse=True)
def quiet():
    """A line for each of some thousand requests would take longer than the requests."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
