"""The real worker and beat, as processes of their own, on the file broker and on Redis."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds
BROKERS = [
    pytest.param("", id="files"),
    pytest.param(
        os.environ.get("REDIS_URL", ""),
        id="redis",
        marks=pytest.mark.skipif("REDIS_URL" not in os.environ, reason="REDIS_URL is not set"),
    ),
]
WRITE = "from staff.models import Mail; Mail.objects.create(to='{to}', subject='A visit tomorrow', text='On 9 March')"
STATE = (
    "import json; from staff.models import Mail; "
    "print(json.dumps([(m.to, m.tries, bool(m.sent_at)) for m in Mail.objects.order_by('pk')]))"
)

pytestmark = pytest.mark.fault


class Installation:
    """A portal of its own in an empty folder, with its own database, queue and mail."""

    def __init__(self, folder, redis):
        self.folder = folder
        self.environment = os.environ | {
            "DEBUG": "1",
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
            "REDIS_URL": redis,
            "EMAIL_URL": "filemail://",
        }

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip().rpartition("\n")[2]

    def write_mail(self, to):
        self.manage("shell", "--no-imports", "--command", WRITE.format(to=to))

    def mail(self):
        """Each mail's address, tries, and whether it was sent."""
        return json.loads(self.manage("shell", "--no-imports", "--command", STATE))

    def letters(self):
        """What was carried out, as files."""
        return "".join(file.read_text() for file in (self.folder / "mail").glob("*.log"))

    @contextmanager
    def running(self, *parts):
        """A part of the portal as a process group, ended at the end whatever happens."""
        command = [sys.executable, "-m", "celery", "--app", "alliance", *parts]
        with (self.folder / f"{parts[0]}.log").open("a") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            kill(process)

    def worker(self):
        return self.running(
            "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"
        )

    def beat(self):
        return self.running("beat")

    def waits_for(self, words):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if words in self.letters():
                return True
            time.sleep(0.2)
        logs = "\n".join(log.read_text()[-2000:] for log in self.folder.glob("*.log"))
        raise AssertionError(f"{words} was not carried out in {PATIENCE} s\n{logs}")


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrated")
    Installation(folder, "").manage("migrate", "--verbosity", "0")
    return folder / "portal.sqlite3"


@pytest.fixture(params=BROKERS)
def installation(request, tmp_path, migrated):
    shutil.copy(migrated, tmp_path)
    return Installation(tmp_path, request.param)


def test_worker_and_beat_carry_out_the_mail_once(installation):
    installation.write_mail("head@example.org")
    with installation.worker(), installation.beat():
        assert installation.waits_for("head@example.org")
        time.sleep(3)  # three more ticks
    assert installation.letters().count("To: head@example.org") == 1
    assert installation.mail() == [["head@example.org", 1, True]]


def test_mail_written_after_the_worker_was_killed_goes_when_it_is_back(installation):
    with installation.beat():
        with installation.worker() as worker:
            installation.write_mail("first@example.org")
            assert installation.waits_for("first@example.org")
            kill(worker)
        installation.write_mail("second@example.org")
        assert "second@example.org" not in installation.letters()
        with installation.worker():
            assert installation.waits_for("second@example.org")
    assert installation.letters().count("To: second@example.org") == 1
