import pytest

from tests.exchange.conftest import make_cast


@pytest.fixture
def cast(db):
    return make_cast()
