"""F22: a mail server that is down, or accepts and hangs: the request is untouched, pauses grow, one mail."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from exchange.models import SupportRequest
from staff import outbox
from staff.models import Mail
from tests.exchange.cases import make_cast
from tests.exchange.road import an_offer
from tests.faults.post_office import PostOffice

pytestmark = pytest.mark.slow


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def post_office(settings):
    server = PostOffice(hangs=True)
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.address
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    yield server
    server.close()


@pytest.mark.parametrize("trouble", ["down", "hangs"])
def test_f22_the_request_is_untouched_and_each_mail_goes_once_later(client, cast, post_office, settings, trouble):
    request = an_offer(cast).support_request
    Mail.objects.all().delete()
    if trouble == "down":
        post_office.close()
    client.force_login(cast.head)
    began = time.monotonic()
    page = reverse("exchange:withdraw", args=[request.pk])
    client.post(page, {"key": str(uuid4()), "reason": "Solved"})
    assert time.monotonic() - began < settings.EMAIL_TIMEOUT <= 10  # seconds, as long as a server that hangs costs
    assert (SupportRequest.objects.get().status, post_office.callers) == ("withdrawn", [])

    settings.EMAIL_TIMEOUT = 0.1
    now, pauses = timezone.now(), []
    for _ in range(4):
        with time_machine.travel(now, tick=False):
            assert outbox.relay() == 0
        due = Mail.objects.earliest("due_at").due_at
        pauses.append((due - now) // timedelta(minutes=1))
        now = due
    assert pauses == [2, 4, 8, 16]
    waiting = set(Mail.objects.values_list("tries", flat=True))
    assert waiting == {4}

    back = PostOffice()
    settings.EMAIL_HOST, settings.EMAIL_PORT = back.address
    with time_machine.travel(now, tick=False):
        assert (outbox.relay(), outbox.relay()) == (Mail.objects.count(), 0)
    assert len(back.letters) == Mail.objects.count()
    assert {mail.to for mail in Mail.objects.all()} == {
        line.removeprefix("To: ") for letter in back.letters for line in letter.splitlines() if line.startswith("To: ")
    }
    back.close()
