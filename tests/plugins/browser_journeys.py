"""With BROWSER_JOURNEYS=one only the first journey is made, where a second run would show nothing new."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if os.environ.get("BROWSER_JOURNEYS") != "one":
        return
    others = [item for item in items if item.get_closest_marker("browser")][1:]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]
