"""Two alliances with the same kinds of rows, so that whatever leaks is there to leak."""

import pytest

from tests import factories
from tests.admin.cases import make_other, make_own


@pytest.fixture(scope="class")
def own(set_up_shared):
    return set_up_shared("own", make_own)


@pytest.fixture(scope="class")
def other(set_up_shared, own):
    return set_up_shared("other", make_other)


@pytest.fixture
def coordinator(client, own):
    client.force_login(own.coordinator)
    return client


@pytest.fixture
def superuser(client, own):
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return client
