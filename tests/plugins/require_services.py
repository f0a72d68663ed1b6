"""With REQUIRE_SERVICES=1 a skipped test is a failed one: nothing that needs a service goes untested unseen."""

import os

import pytest

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"


def _fail(report):
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_SERVICES=1, but: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _fail((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _fail((yield))
