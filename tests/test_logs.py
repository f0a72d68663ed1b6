"""What the log says of a request: once, in one line, and nothing that is confidential."""

import logging

import pytest

from alliance import logs
from tests import factories


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    return lambda: [logs.line().format(record) for record in caplog.records]


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
