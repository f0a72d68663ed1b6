"""F17: PostgreSQL restarted between requests: no 500. In the middle of one: one clean error, no half posting."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from glob import glob
from pathlib import Path
from threading import Thread
from uuid import uuid4

import psycopg2
import pytest

from tests.faults.installation import Installation, fetch, free_port, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fault,
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="once is enough: where the other tests use PostgreSQL"),
]

PROGRAMS = max(glob("/usr/lib/postgresql/*/bin"), default="")
SCENE = """
import json
from django.test import Client
from staff.models import Mail
from portal.models import Tick
from tests.exchange.cases import *
cast = make_cast()
visit = a_logged_visit(cast, an_agreement(cast))
client = Client()
client.force_login(cast.head)
Mail.objects.all().delete()
Tick.now("clock")
print(json.dumps([cast.asking.pk, visit.pk, client.cookies["session"].value]))
"""


class Cluster:
    """A PostgreSQL server of the test's own, which it may end and start."""

    def __init__(self, folder):
        self.folder, self.port = folder / "rows", free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--no-instructions")

    def _run(self, program, *arguments):
        # The server refuses to run as root.
        as_nobody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_nobody, f"{PROGRAMS}/{program}", f"--pgdata={self.folder}", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        place = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c jit=off"
        self._run("pg_ctl", "start", "--wait", f"--options={place}", f"--log={self.folder}/log")

    def stop(self):
        self._run("pg_ctl", "stop", "--wait", "--mode=fast")

    def connect(self):
        return psycopg2.connect(self.url)


@pytest.fixture
def cluster():
    if not PROGRAMS:
        pytest.skip("there are no programs of a PostgreSQL server")
    folder = Path(tempfile.mkdtemp(prefix="cluster", dir="/tmp"))  # not in tmp_path, where only root may go
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Cluster(folder)
    server.start()
    yield server
    with suppress(subprocess.CalledProcessError):  # stopped already, where a test failed
        server.stop()
    shutil.rmtree(folder)


def posted(cluster):
    """The visit's status, and how many transfers there are."""
    connection = cluster.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, (SELECT count(*) FROM bank_transfer) FROM exchange_visit")
        found = cursor.fetchone()
    connection.close()
    return found


def waits_for_a_lock(cluster):
    connection = cluster.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        (count,) = cursor.fetchone()
    connection.close()
    return count > 0


def test_f17_restarted_between_requests_and_in_the_middle_of_one(cluster, tmp_path):
    installation = Installation(tmp_path, database=cluster.url)
    installation.make_tables()
    school, visit, session = json.loads(installation.run(SCENE))
    with installation.web() as site:
        token = "f" * 32
        cookie = f"session={session}; csrf={token}"

        def look():
            return fetch(f"{site}/schools/{school}/", cookie=cookie)[0]

        def ready():
            status, words = fetch(f"{site}/readyz")
            return status, json.loads(words)["database"]

        assert [look() for _ in range(8)] == [200] * 8  # every thread has its connection
        assert ready() == (200, "ok")
        cluster.stop()
        assert ready() == (503, "not ok")
        assert look() == 500
        cluster.start()
        assert [look() for _ in range(8)] == [200] * 8
        assert ready() == (200, "ok")

        # A click that has begun to write waits for a row that somebody holds; then the server goes.
        form = {"key": str(uuid4()), "csrfmiddlewaretoken": token}
        holder = cluster.connect()
        with holder.cursor() as cursor:
            cursor.execute("SELECT 1 FROM bank_account FOR UPDATE")
        answers = []
        click = Thread(
            target=lambda: answers.append(fetch(f"{site}/visits/{visit}/confirm/", cookie=cookie, data=form))
        )
        click.start()
        wait_until(lambda: waits_for_a_lock(cluster), "the click waits for the account")
        cluster.stop()
        click.join()
        cluster.start()
        holder.close()
        assert [status for status, _ in answers] == [500]
        assert posted(cluster) == ("logged", 0)

        again = fetch(f"{site}/visits/{visit}/confirm/", cookie=cookie, data=form)
        assert (again[0], posted(cluster)) == (302, ("confirmed", 2))
    assert "no findings" in installation.manage("verify_ledger").lower()
