from tests.exchange.conftest import cast, cast_scene  # noqa: F401
