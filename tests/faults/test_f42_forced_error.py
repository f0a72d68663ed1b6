"""F42: a forced error shows no trace; and the pages of errors come without a database."""

import logging

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from portal import logs
from tests.exchange.cases import make_cast

pytestmark = pytest.mark.slow

SECRET = "the-word-of-a-supported-person"


@pytest.fixture
def cast(db):
    return make_cast()


def fails(*args, **kwargs):
    secret = SECRET
    raise ValueError(f"Key (name)=({secret}) is wrong")


def test_f42_a_forced_error_shows_no_trace_on_the_page_nor_words_in_the_log(client, cast, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    client.raise_request_exception = False
    client.force_login(cast.head)
    monkeypatch.setattr("exchange.views.schools.todo.for_school", fails)
    answer = client.get(reverse("exchange:school", args=[cast.asking.pk]))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert '<h1 class="govuk-heading-l">Sorry, there is a problem</h1>' in page
    for trace in (SECRET, "Traceback", "ValueError", ".py", "fails"):
        assert trace not in page
    log = "\n".join(logs.line().format(record) for record in caplog.records)
    assert "ValueError in " in log
    assert "test_f42_forced_error.py" in log
    assert "request_id=" in log
    assert SECRET not in log


@pytest.fixture
def no_database():
    def refuse(execute, sql, params, many, context):
        raise OperationalError("the database is down")

    with connection.execute_wrapper(refuse):
        yield


def heading(answer):
    return answer.content.decode().partition("<h1")[2].partition("</h1>")[0].partition(">")[2].strip()


def test_f42_the_pages_of_errors_need_no_database(client, cast, no_database):
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = True
    client.cookies["session"] = "of-somebody-signed-in-a-moment-ago"
    for answer, status, words in [
        (client.get("/", headers={"host": "elsewhere.example.com"}), 400, "The address or the form was not right"),
        (client.post(reverse("account_login")), 403, "Your page was out of date"),
        (client.get("/no/such/page/"), 404, "Page not found"),
        (client.get(reverse("home")), 500, "Sorry, there is a problem"),
    ]:
        assert (answer.status_code, heading(answer)) == (status, words)
        assert "the database is down" not in answer.content.decode()


def test_f42_what_is_forbidden_is_said_without_a_database(rf, no_database):
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.core.exceptions import PermissionDenied

    from alliance.errors import permission_denied

    request = rf.get("/", headers={"cookie": "session=somebody"})
    SessionMiddleware(lambda request: None).process_request(request)
    answer = permission_denied(request, PermissionDenied("Only the head of the school does this."))
    assert (answer.status_code, heading(answer)) == (403, "You cannot do this")


def test_a_wrong_address_has_the_portals_own_page_while_it_is_tried_out_too(client, cast, settings):
    settings.DEBUG = True
    client.force_login(cast.head)
    for address in ("/no/such/page/", reverse("exchange:school", args=[999999]), "/invitations/nothing/more/"):
        answer = client.get(address, follow=True)
        assert (answer.status_code, heading(answer)) == (404, "Page not found"), address
        assert "URLconf" not in answer.content.decode()
    assert client.get("/accessibility").url == "/accessibility/"
