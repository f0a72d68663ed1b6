"""What docker-compose.yml promises: nothing runs as root or writes to its image, and no secret stands in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WHOLE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = WHOLE["services"]
OF_THE_PORTAL = ("migrate", "web", "worker", "beat")


def test_all_parts_are_there():
    assert set(SERVICES) == {*OF_THE_PORTAL, "postgres", "redis", "proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_it_runs_as_somebody_who_may_nothing(name):
    service = SERVICES[name]
    user = service["user"].split(":")[0]
    assert (user.isdecimal(), user != "0") == (True, True)
    assert service["read_only"] is True
    assert service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_it_is_watched_and_started_again(name):
    once = name == "migrate"
    assert ("healthcheck" in SERVICES[name], SERVICES[name]["restart"]) == (
        not once,
        "no" if once else "unless-stopped",
    )


def test_secrets_come_from_files_and_none_has_a_default():
    words = {"POSTGRES_PASSWORD", "SECRET_KEY", "LEDGER_KEYS", "EMAIL_URL"}
    for name, service in SERVICES.items():
        assert not words & set(service.get("environment", {})), name
    for name in OF_THE_PORTAL:
        given = SERVICES[name]["environment"]
        assert {given[f"{word}_FILE"] for word in words} == {f"/run/secrets/{word.lower()}" for word in words}
        assert {f"/run/secrets/{secret}" for secret in SERVICES[name]["secrets"]} >= {
            given[f"{word}_FILE"] for word in words
        }
        assert ":" not in given["DATABASE_URL"].partition("://")[2].partition("@")[0]
    for name, secret in WHOLE["secrets"].items():
        assert secret == {"file": f"${{SECRETS_DIR:?set it in production.env}}/{name}"}


def test_only_the_proxy_is_reached_from_outside_and_rows_and_queue_reach_nothing():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert WHOLE["networks"]["inside"] == {"internal": True}
    assert (SERVICES["postgres"]["networks"], SERVICES["redis"]["networks"]) == (["inside"], ["inside"])


def test_web_and_worker_have_replicas_and_wait_for_the_tables():
    for name in ("web", "worker"):
        assert SERVICES[name]["deploy"]["replicas"].startswith("${")
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert "deploy" not in SERVICES["beat"]


def test_the_image_is_built_in_stages_and_runs_as_nobody():
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert len(stages) == 4
    assert "\nUSER portal\n" in stages[-1]
    assert "pip install" not in stages[-1]
    assert "*.env" in (ROOT / ".dockerignore").read_text().split()


def test_settings_are_read_from_the_files_as_they_are_edited(tmp_path):
    secrets = {"SECRET_KEY": "k" * 60, "LEDGER_KEYS": "first:one,second:two", "POSTGRES_PASSWORD": "quite@fictional"}
    for name, secret in secrets.items():
        (tmp_path / name).write_text(f"{secret}\n")
    environment = {f"{name}_FILE": str(tmp_path / name) for name in secrets}
    environment |= {"DATABASE_URL": SERVICES["web"]["environment"]["DATABASE_URL"], "ALLOWED_HOSTS": "example.org"}
    environment |= {"DEBUG": "0", "VAR_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    asked = "import alliance.settings as s; print(s.SECRET_KEY, s.LEDGER_KEYS, s.DATABASES['default']['PASSWORD'])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True)
    words = f"{'k' * 60} {{'first': 'one', 'second': 'two'}} quite@fictional"
    assert (done.stdout.strip(), done.stderr) == (words, "")
