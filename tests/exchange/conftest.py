"""The fixed cast: one asks, one leads at another school, one is a stranger, one coordinates."""

import pytest

from tests.exchange.demo_cases import make_demo, noon


@pytest.fixture(scope="class")
def demo(set_up_shared):
    set_up_shared("demo", make_demo)
    with noon():
        yield
