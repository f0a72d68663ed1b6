"""A portal of its own in an empty folder, with its real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds
WRITE = "from staff.models import Mail; Mail.objects.create(to='{to}', subject='A visit tomorrow', text='On 9 March')"
LIGHT = """
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # passwords that cost nothing
"""
TABLES = """
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", verbosity=0, run_syncdb=True)
settings.MIGRATION_MODULES = {}
call_command("migrate", verbosity=0, fake=True)
call_command("createcachetable")
"""
STATE = (
    "import json; from staff.models import Mail; "
    "print(json.dumps([(m.to, m.tries, bool(m.sent_at)) for m in Mail.objects.order_by('pk')]))"
)


class Installation:
    """A portal of its own in an empty folder, with its own database, queue and mail."""

    def __init__(self, folder, redis="", database="", **environment):
        self.folder = folder
        self.environment = os.environ | {
            "DEBUG": "1",
            "VAR_DIR": str(folder),
            "DATABASE_URL": database or f"sqlite:///{folder}/portal.sqlite3",
            "REDIS_URL": redis,
            "EMAIL_URL": "filemail://",
            **environment,
        }

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().rpartition("\n")[2]

    def refused(self, *arguments):
        """The last line of what a command says that exits with an error."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode != 0, done.stdout
        return done.stderr.strip().rpartition("\n")[2]

    def run(self, code):
        """Run Python inside the installation; what it prints last."""
        return self.manage("shell", "--no-imports", "--command", LIGHT + code)

    def make_tables(self):
        """As `migrate` leaves them, but straight from the models, which takes a third of the time."""
        self.run(TABLES)

    def write_mail(self, to):
        self.run(WRITE.format(to=to))

    def mail(self):
        """Each mail's address, tries, and whether it was sent."""
        return json.loads(self.run(STATE))

    def letters(self):
        """What was carried out, as files."""
        return "".join(file.read_text() for file in (self.folder / "mail").glob("*.log"))

    @contextmanager
    def running(self, *parts):
        """A part of the portal as a process group, ended at the end whatever happens."""
        command = [sys.executable, "-m", *parts]
        with (self.folder / f"{parts[0]}.log").open("a") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            kill(process)

    def worker(self, concurrency=2):
        return self.running(
            "celery", "--app", "alliance", "worker", "--concurrency", str(concurrency),
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        )  # fmt: skip

    def beat(self):
        return self.running("celery", "--app", "alliance", "beat")

    @contextmanager
    def web(self):
        """Its pages, with two workers as in production; gives the address."""
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        with self.running(
            "gunicorn", "alliance.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error",
        ):  # fmt: skip
            wait_until(lambda: fetch(f"{address}/healthz")[0] == 200, "the web process answers")
            yield address

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


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def fetch(url, *, cookie="", data=None, timeout=10):
    """(status, text) of a page, without following redirects."""
    request = Request(url, data=urlencode(data).encode() if data is not None else None, headers={"Cookie": cookie})
    try:
        with build_opener(Stay).open(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def wait_until(holds, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(f"Waited {patience} s in vain: {what}")
