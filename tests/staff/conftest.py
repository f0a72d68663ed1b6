from tests.exchange.conftest import cast  # noqa: F401
