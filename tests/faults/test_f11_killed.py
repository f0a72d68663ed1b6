"""F11, F12, F13: a worker's child killed in the middle of a task, or the whole worker: the effect is there, once."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.installation import Installation, kill, wait_until
from tests.faults.post_office import PostOffice

pytestmark = [pytest.mark.slow, pytest.mark.fault]


@pytest.fixture
def post_office():
    office = PostOffice(hangs=True)
    yield office
    office.close()


@pytest.fixture
def portal(tmp_path, migrated, post_office):
    """Makes an installation on a broker, with a mail that waits."""

    def make(redis):
        shutil.copy(migrated, tmp_path)
        address = "smtp://{}:{}".format(*post_office.address)
        installation = Installation(tmp_path, redis, EMAIL_URL=address)
        with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as rows, rows:
            rows.execute(
                "INSERT INTO staff_mail ('to', subject, text, html, created_at, due_at, tries, error, request_id,"
                " is_secret)"
                "VALUES ('head@example.org', 'A visit', 'On 9 March', '', datetime(), datetime(), 0, '', '', 0)"
            )
        return installation

    return make


def redis():
    if "REDIS_URL" not in os.environ:
        pytest.skip("REDIS_URL is not set")
    return os.environ["REDIS_URL"]


def child_of(process):
    """The one process that does the worker's tasks."""
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(child)


def mail(installation):
    """The mail's tries, and whether it was sent."""
    with closing(sqlite3.connect(installation.folder / "portal.sqlite3")) as rows:
        return rows.execute("SELECT tries, sent_at IS NOT NULL FROM staff_mail").fetchone()


def let_the_claim_run_out(installation):
    """As if two minutes had gone by since the relay died."""
    with closing(sqlite3.connect(installation.folder / "portal.sqlite3", timeout=10)) as rows, rows:
        rows.execute("UPDATE staff_mail SET due_at = datetime('now', '-1 second')")


def taken_over(installation, post_office):
    """The mail is claimed and with the mail server; now whoever carries it is killed."""
    wait_until(lambda: post_office.callers, "a relay calls the mail server")
    assert mail(installation) == (1, 0)
    post_office.hangs = False


def is_there_once(installation, post_office):
    let_the_claim_run_out(installation)
    wait_until(lambda: mail(installation) == (2, 1), "the mail is sent at its second try")
    assert len(post_office.letters) == 1
    assert "To: head@example.org" in post_office.letters[0]


def test_f11_the_child_killed_in_the_middle_of_a_task(portal, post_office):
    installation = portal(redis())
    with installation.worker(concurrency=1) as worker, installation.beat():
        taken_over(installation, post_office)
        os.kill(child_of(worker), signal.SIGKILL)
        is_there_once(installation, post_office)


@pytest.mark.parametrize("broker", [pytest.param(redis, id="f12_redis"), pytest.param(lambda: "", id="f13_files")])
def test_f12_f13_the_whole_worker_killed_and_restarted(portal, post_office, broker):
    installation = portal(broker())
    with installation.beat():
        with installation.worker(concurrency=1) as worker:
            taken_over(installation, post_office)
            kill(worker)
        with installation.worker(concurrency=1):
            is_there_once(installation, post_office)
