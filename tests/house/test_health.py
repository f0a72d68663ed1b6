"""What machines ask: is it alive, and is everything there that it needs?"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from alliance import health
from portal import schema
from portal.models import Tick
from staff import tasks
from staff.models import Mail

ALL_OK = dict.fromkeys(("database", "migrations", "outbox", "beat", "ledger_key", "mail_address"), "ok")


@pytest.fixture
def ready(db, settings):
    """An installation in order: beat has ticked, a key seals, mail has a server."""
    settings.LEDGER_KEYS = {"first": "a fictional secret"}
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    Tick.now("clock")


def test_a_health_check_is_answered_above_tls_and_host(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["example.org"]
    answer = client.get("/healthz", headers={"host": "10.0.0.1"})
    assert (answer.status_code, answer.content) == (200, b"alive\n")


def test_it_is_ready_when_every_part_is_as_it_should_be(client, ready, settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["example.org"]
    answer = client.get("/readyz", headers={"host": "10.0.0.1"})
    assert (answer.status_code, answer.json(), answer.headers["Cache-Control"]) == (200, ALL_OK, "no-store")


def found(client):
    """The status, and what is not ok."""
    answer = client.get("/readyz")
    assert set(answer.json().values()) <= {"ok", "not ok"}
    return answer.status_code, [name for name, word in answer.json().items() if word != "ok"]


def test_a_beat_that_stands_still_is_named_and_its_next_tick_mends_it(client, ready):
    Tick.objects.update(at=timezone.now() - health.TICK - timedelta(seconds=1))
    assert found(client) == (503, ["beat"])
    tasks.tick()
    assert found(client) == (200, [])
    assert Tick.objects.count() == 1


def test_a_missing_ledger_key_and_mail_address_are_named(client, ready, settings):
    settings.LEDGER_KEYS, settings.RELAY_BACKEND = {}, health.FILES
    assert found(client) == (503, ["ledger_key", "mail_address"])


@pytest.mark.parametrize(
    ("age", "tries", "sent", "missing"),
    [
        (timedelta(minutes=1), 0, False, []),
        (timedelta(minutes=6), 0, False, ["outbox"]),
        (timedelta(days=1), 1, True, []),
    ],
)
def test_mail_that_no_relay_takes_is_named(client, ready, age, tries, sent, missing):
    then = timezone.now() - age
    Mail.objects.create(
        to="head@example.org", created_at=then, due_at=then, tries=tries, sent_at=then if sent else None
    )
    assert found(client)[1] == missing


@pytest.mark.parametrize(
    ("age", "tries", "missing"),
    [
        (timedelta(minutes=50), 5, []),
        (timedelta(minutes=70), 6, ["outbox"]),
        (timedelta(hours=9), health.ONE_LETTER, []),  # one letter's own matter
    ],
)
def test_mail_that_the_mail_server_does_not_take_is_named(client, ready, age, tries, missing):
    now = timezone.now()
    due = now + timedelta(minutes=30)
    Mail.objects.create(to="head@example.org", created_at=now - age, due_at=due, tries=tries, error="SMTPException")
    assert found(client)[1] == missing


def test_mail_that_is_refused_for_good_is_one_letters_own_matter(client, ready):
    then = timezone.now() - timedelta(hours=2)
    letter = Mail.objects.create(to="gone@example.org", created_at=then, due_at=then, tries=1)
    assert found(client)[1] == ["outbox"]
    Mail.objects.filter(pk=letter.pk).update(failed_at=then)
    assert found(client) == (200, [])


def test_a_migration_that_has_not_run_is_named(client, ready, monkeypatch):
    monkeypatch.setattr(schema, "_on_disk", lambda: {("staff", "0999_of_tomorrow")})
    assert found(client) == (503, ["migrations"])


def test_without_a_database_it_says_so_and_no_more(client, ready):
    def refuse(execute, sql, params, many, context):
        raise OperationalError('connection to server at "10.0.0.5", user "portal" failed')

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert (answer.status_code, b"10.0.0.5" in answer.content) == (503, False)
    assert [name for name, word in answer.json().items() if word == "not ok"] == [
        "database", "migrations", "outbox", "beat",
    ]  # fmt: skip
