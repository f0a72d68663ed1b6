"""F15, F16: with the broker down, or silent, pages answer at once, mail goes once later, and people sign in."""

import json
import shutil
import time
from threading import Timer
from uuid import uuid4

import pytest
from django.core import mail as sent_mail
from django.urls import reverse

from alliance.celery import app
from exchange.models import SupportRequest
from staff.models import Mail
from staff.tasks import relay
from tests.exchange.cases import make_cast
from tests.exchange.road import an_offer
from tests.faults.installation import Installation
from tests.faults.post_office import Silent

pytestmark = pytest.mark.slow

#: Seconds: on a busy machine a form takes its time, but asking a silent broker costs six.
AT_ONCE = 5


SIGN_IN = """
import json, time
from django.test import Client
from django.urls import reverse
from tests import factories
user, page = factories.UserFactory(), reverse("account_login")

def answered(password):
    client = Client(HTTP_HOST="localhost")
    client.post(page, {"login": user.email, "password": password})
    return client.session.get("_auth_user_id") == str(user.pk)

began = time.monotonic()
was_in = answered("a long fictional password")
wrong = [answered("a wrong one") for _ in range(12)]
print(json.dumps([was_in, any(wrong), answered("a long fictional password"), time.monotonic() - began]))
"""


@pytest.fixture(params=["closed", "silent"])
def broker(request, settings):
    """Redis that is down, or takes the connection and says no more. Gives who has called."""
    settings.EMAIL_BACKEND = "staff.outbox.OutboxBackend"
    server = Silent()
    if request.param == "closed":
        server.close()
    kept, url = app.conf.broker_url, "redis://{}:{}/0".format(*server.address)
    app.conf.broker_url = settings.CELERY_BROKER_URL = settings.REDIS_URL = url
    app._after_fork()  # whoever has published before in this process keeps a pool of connections elsewhere
    let_go = Timer(2 * AT_ONCE, server.close)  # whoever waits for its answer would wait for ever
    let_go.start()
    yield server.callers
    let_go.cancel()
    app.conf.broker_url = kept
    app._after_fork()
    server.close()


@pytest.fixture
def cast(db):
    return make_cast()


def test_f15_a_form_is_answered_at_once_and_its_mail_goes_once_when_the_broker_is_back(client, cast, broker):
    request = an_offer(cast).support_request
    Mail.objects.all().delete()
    client.force_login(cast.head)
    began = time.monotonic()
    answer = client.post(
        reverse("exchange:withdraw", args=[request.pk]), {"key": str(uuid4()), "reason": "Solved"}, follow=True
    )
    assert time.monotonic() - began < AT_ONCE
    assert (answer.status_code, SupportRequest.objects.get().status) == (200, "withdrawn")
    waiting = Mail.objects.filter(sent_at=None).count()
    assert (waiting > 0, sent_mail.outbox, broker) == (True, [], [])
    for _ in range(2):
        relay.apply()
    assert (len(sent_mail.outbox), Mail.objects.filter(sent_at=None).count()) == (waiting, 0)


def test_f16_people_sign_in(client, cast, broker):
    began = time.monotonic()
    answer = client.post(reverse("account_login"), {"login": cast.head.email, "password": "a long fictional password"})
    assert time.monotonic() - began < AT_ONCE
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    page = client.get(reverse("exchange:school", args=[cast.asking.pk])).content.decode()
    assert cast.asking.name in page
    assert broker == []


def test_f16_a_wrong_password_is_still_counted_and_refused(client, cast, broker):
    for _ in range(12):
        client.post(reverse("account_login"), {"login": cast.head.email, "password": "a wrong one"})
    answer = client.post(reverse("account_login"), {"login": cast.head.email, "password": "a long fictional password"})
    assert "Too many attempts have failed" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert broker == []


def test_f16_where_redis_is_down_from_the_start_sessions_and_counts_do_not_ask_it(tmp_path, migrated):
    shutil.copy(migrated, tmp_path)
    server = Silent()
    portal = Installation(tmp_path, "redis://{}:{}/0".format(*server.address))
    *found, seconds = json.loads(portal.run(SIGN_IN))
    server.close()
    assert (found, server.callers) == ([True, False, False], [])
    assert seconds < AT_ONCE
