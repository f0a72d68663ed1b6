"""F41: every answer carries the security headers, an error or a file too; nothing of somebody signed in is kept."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.urls import reverse

from exchange import actions
from exchange.models import SupportRequest
from tests.exchange.cases import an_offer, make_cast

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def tls(settings, tmp_path, client):
    """As behind a proxy with TLS, with a static file."""
    (tmp_path / "portal.css").write_text("a { color: red }")
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    client.raise_request_exception = False
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"


def policy(answer):
    """{directive: sources} of an answer's Content-Security-Policy."""
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources.split() for name, _, sources in (part.partition(" ") for part in parts)}


def is_guarded(answer):
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    found = policy(answer)
    assert (found["default-src"], found["script-src"], found["style-src"]) == (["'none'"], ["'self'"], ["'self'"])
    assert (found["base-uri"], found["frame-ancestors"], found["object-src"]) == (["'none'"], ["'none'"], ["'none'"])
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    return True


@pytest.mark.usefixtures("tls")
def test_f41_every_answer_to_a_head_is_guarded_and_not_kept(client, cast, monkeypatch):
    commission = an_offer(cast)
    actions.offers.decline(commission=commission, by=cast.lead, reason="dates")
    client.force_login(cast.head)
    pages = [
        (reverse("exchange:school", args=[cast.asking.pk]), 200),
        (reverse("exchange:statement_csv", args=[cast.asking.pk]), 200),
        (reverse("exchange:statement_pdf", args=[cast.asking.pk]), 200),
        (reverse("home"), 302),
        (reverse("exchange:accept", args=[commission.pk]), 403),
        (reverse("exchange:school", args=[cast.giving.pk]), 404),
        ("/no/such/page/", 404),
        (reverse("exchange:agree", args=[commission.pk]), 409),
    ]
    for page, status in pages:
        answer = client.get(page)
        assert (page, answer.status_code) == (page, status)
        assert is_guarded(answer)
        assert "no-store" in answer.headers["Cache-Control"]
    refused = client.post(reverse("home"))
    assert (refused.status_code, is_guarded(refused)) == (405, True)
    monkeypatch.setattr("exchange.views.schools.todo", None)
    fault = client.get(reverse("exchange:school", args=[cast.asking.pk]))
    assert (fault.status_code, is_guarded(fault), "no-store" in fault.headers["Cache-Control"]) == (500, True, True)


@pytest.mark.usefixtures("tls")
def test_f41_every_answer_to_a_stranger_is_guarded(client, db):
    client.handler.enforce_csrf_checks = True
    for answer, status in [
        (client.get(reverse("account_login")), 200),
        (client.get(reverse("home")), 302),
        (client.get("/", headers={"host": "elsewhere.example.com"}), 400),
        (client.post(reverse("account_login")), 403),
        (client.get("/no/such/page/"), 404),
        (client.get("/static/portal.css"), 200),
        (client.get("/static/none.css"), 404),
        (client.get("/healthz"), 200),
        (client.get("/readyz"), 503),
    ]:
        assert (answer.status_code, is_guarded(answer)) == (status, True)


@pytest.mark.usefixtures("tls")
def test_f41_the_admin_is_guarded_and_has_nothing_inline(client, cast):
    client.force_login(cast.coordinator)
    for name in ("index", "bank_account_changelist", "staff_person_changelist", "staff_invitation_add"):
        answer = client.get(reverse(f"admin:{name}"))
        page = answer.content.decode()
        assert (answer.status_code, is_guarded(answer)) == (200, True)
        assert ("<style" in page, " style=" in page, " onclick=" in page, "<script>" in page) == (False,) * 4
        assert "no-store" in answer.headers["Cache-Control"]


def test_f41_plain_http_is_sent_to_tls_and_keeps_the_headers(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/accounts/login/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/accounts/login/")
    assert policy(answer)["default-src"] == ["'none'"]
    assert client.get("/healthz").status_code == 200


def test_f41_signing_in_and_its_answer_are_not_kept(client, cast):
    answer = client.post(reverse("account_login"), {"login": cast.head.email, "password": "a long fictional password"})
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (302, True)
    assert portal.SESSION_COOKIE_NAME in answer.cookies


def test_f41_messages_make_no_cookie_of_their_own(client, cast):
    commission = an_offer(cast)
    client.force_login(cast.head)
    key = "6a1f2f9c-3a0b-4a4e-9a55-0d3f0c9f2a11"
    client.post(reverse("exchange:withdraw", args=[commission.support_request_id]), {"key": key, "reason": "Solved"})
    assert SupportRequest.objects.get().status == "withdrawn"
    assert set(client.cookies) <= {portal.SESSION_COOKIE_NAME, portal.CSRF_COOKIE_NAME}


# In production ---------------------------------------------------------------------------------

PRODUCTION = {"DEBUG": "0", "ALLOWED_HOSTS": "exchange.example.org", "LEDGER_KEYS": "2026:fictional"}


def in_production(tmp_path, *arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = kept | PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64), "VAR_DIR": str(tmp_path)} | environment
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_f41_the_deployment_check_is_clean_with_nothing_silenced(tmp_path):
    done = in_production(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_f41_in_production_cookies_are_the_hosts_alone(tmp_path):
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT"
    asked = f"from django.conf import settings as s; print(*(getattr(s, name) for name in '{names}'.split()))"
    done = in_production(tmp_path, "shell", "--no-imports", "--command", asked)
    assert done.stdout.strip() == "__Host-session __Host-csrf True True True"


def test_f41_without_a_key_or_hosts_it_does_not_start(tmp_path):
    for name in ("SECRET_KEY", "ALLOWED_HOSTS"):
        environment = {key: value for key, value in PRODUCTION.items() if key != name}
        done = subprocess.run(
            [sys.executable, "-c", "import alliance.settings"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment}
            | ({} if name == "SECRET_KEY" else {"SECRET_KEY": "k" * 60}),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert f"Set the {name} environment variable" in done.stderr
