"""What the log says of a request: once, in one line, and nothing that is confidential."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alliance.celery import app
from portal import logs
from staff import outbox
from staff.models import Mail
from staff.tasks import relay
from tests import factories

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


class Lines(logging.Handler):
    """What is written, formatted at once: what is bound to the request or task is gone afterwards."""

    def __init__(self):
        super().__init__()
        self.setFormatter(logs.line())
        self.written = []

    def emit(self, record):
        self.written.append(self.format(record))


@pytest.fixture
def lines():
    handler, root = Lines(), logging.getLogger()
    root.addHandler(handler)
    yield lambda: handler.written
    root.removeHandler(handler)


def test_a_refusal_is_logged_once_without_a_traceback(client, db, lines):
    user = factories.UserFactory()
    client.force_login(user)
    assert client.get("/admin/", follow=True).status_code == 403
    said = [line for line in lines() if "code=403" in line]
    assert len(said) == 1
    assert f"user_id={user.pk}" in said[0]
    assert "request_id=" in said[0]
    text = "\n".join(lines())
    assert "Traceback" not in text
    assert text.count("\n") == len(lines()) - 1
    assert user.email not in text


def test_what_stands_in_an_address_is_not_logged(client, db, lines):
    client.get("/nowhere/secret-key/?q=Zebedee")
    client.get("/accounts/password/reset/key/1-secret-key/")
    text = "\n".join(lines())
    assert "request_finished" in text
    assert "secret-key" not in text
    assert "Zebedee" not in text


def test_the_mail_has_the_id_of_the_request_that_wrote_it_and_the_relay_logs_it(client, db, lines, settings):
    settings.EMAIL_BACKEND = "staff.outbox.OutboxBackend"
    user = factories.UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    row = Mail.objects.get()
    assert len(row.request_id) == 36
    assert [line for line in lines() if f"request_id={row.request_id}" in line and "code=302" in line]
    relay.apply()
    (said,) = (line for line in lines() if "Mail was sent" in line)
    assert f"mail={row.pk}" in said.split()
    assert f"caused_by={row.request_id}" in said
    assert "task=staff.tasks.relay" in said
    assert user.email not in "\n".join(lines())


@pytest.fixture
def as_task():
    """A function as a task, for as long as the test runs."""
    made = []

    def make(function):
        made.append(app.task(function))
        return made[-1]

    yield make
    for task in made:
        app.tasks.pop(task.name)


def test_mail_that_a_task_writes_has_its_id(db, as_task):
    def writes():
        outbox.write("head@example.org", "notice", {"subject": "A visit"})

    done = as_task(writes).apply()
    assert Mail.objects.get().request_id == done.id


def test_a_task_that_fails_is_logged_by_type_and_place(db, lines, as_task):
    def fails():
        raise ValueError("Key (email)=(head@example.org) exists")

    as_task(fails).apply()
    text = "\n".join(lines())
    assert "The task failed: ValueError in " in text
    assert "test_logs.py" in text
    assert "head@example.org" not in text


REPORTED = """
import json, django, sentry_sdk
from sentry_sdk.transport import Transport
class Kept(Transport):
    def capture_envelope(self, envelope):
        event = envelope.get_event()
        if event: print(json.dumps(event))
django.setup()
from django.conf import settings
sentry_sdk.get_client().transport = Kept(sentry_sdk.get_client().options)
from django.test import Client
answer = Client(raise_request_exception=False).post(
    "/accounts/login/?q=Zebedee", {"login": "head@example.org", "password": "a long fictional password"})
assert answer.status_code == 500, answer.status_code
"""


def test_a_fault_goes_to_sentry_only_where_it_is_asked_for_and_bare(tmp_path):
    """There is no database in the folder, so signing in is a fault."""
    environment = {"PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": str(tmp_path), "ALLOWED_HOSTS": "testserver",
                   "DJANGO_SETTINGS_MODULE": "alliance.settings"}  # fmt: skip

    def run(**more):
        code = REPORTED if more else "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment | more, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert run() == "False"
    event = run(SENTRY_DSN="https://key@sentry.invalid/1")
    assert '"type": "OperationalError"' in event
    assert "\n" not in event  # one, and not what was logged of it besides
    assert ('"request":' in event, '"transaction": "/accounts/login/"' in event) == (False, True)
    for word in ("head@example.org", "fictional password", "Zebedee", "no such table", "cookie"):
        assert word not in event
