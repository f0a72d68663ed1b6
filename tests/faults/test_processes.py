"""The real worker and beat, as processes of their own, on the file broker and on Redis."""

import os
import shutil
import time

import pytest

from tests.faults.installation import Installation

BROKERS = [
    pytest.param("", id="files"),
    pytest.param(
        os.environ.get("REDIS_URL", ""),
        id="redis",
        marks=pytest.mark.skipif("REDIS_URL" not in os.environ, reason="REDIS_URL is not set"),
    ),
]
pytestmark = [pytest.mark.slow, pytest.mark.fault]


@pytest.fixture(params=BROKERS)
def installation(request, tmp_path, migrated):
    shutil.copy(migrated, tmp_path)
    return Installation(tmp_path, request.param)


def test_worker_and_beat_carry_out_the_mail_once(installation):
    installation.write_mail("head@example.org")
    with installation.worker(), installation.beat():
        assert installation.waits_for("head@example.org")
        time.sleep(2)  # two more ticks
    assert installation.letters().count("To: head@example.org") == 1
    assert installation.mail() == [["head@example.org", 1, True]]
