"""Mail is a row in the transaction that caused it, carried out once by the relay."""

import socket
import threading
from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest
import time_machine
from django.core import mail as sent_mail
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from staff import outbox
from staff.models import Mail
from tests import factories
from tests.races import needs_postgresql, together

FACTS = {"subject": "A visit on 9 March", "name": "Ada", "sentence": "It is planned.", "link": "https://example.org/"}


@pytest.fixture(autouse=True)
def the_post_office(settings):
    """What is carried out lands in django.core.mail.outbox; what is written goes through ours."""
    settings.EMAIL_BACKEND = "staff.outbox.OutboxBackend"
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def letter(**fields):
    return Mail.objects.create(**{"to": "head@example.org", "subject": "A visit", "text": "On 9 March", **fields})


def test_the_first_line_of_the_text_is_the_subject(db):
    outbox.write("head@example.org", "notice", FACTS)
    row = Mail.objects.get()
    assert (row.subject, row.to, row.sent_at) == ("A visit on 9 March", "head@example.org", None)
    assert row.text.startswith("Hello Ada,")
    assert "It is planned." in row.html


def test_the_html_escapes_what_people_wrote_and_the_text_does_not(db):
    outbox.write("head@example.org", "notice", {**FACTS, "sentence": "<script>alert(1)</script> & more"})
    row = Mail.objects.get()
    assert "<script>alert(1)</script> & more" in row.text
    assert "<script>" not in row.html


def test_what_is_rolled_back_sends_no_mail(db):
    with transaction.atomic():
        outbox.write("head@example.org", "notice", FACTS)
        transaction.set_rollback(True)
    assert (Mail.objects.count(), outbox.relay()) == (0, 0)


def test_a_key_is_written_once(db):
    assert outbox.write("head@example.org", "notice", FACTS, key="visit_tomorrow:1") is True
    assert outbox.write("head@example.org", "notice", FACTS, key="visit_tomorrow:1") is False
    assert Mail.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        letter(key="visit_tomorrow:1")


def test_addresses_are_in_lower_case_at_every_entrance(db):
    outbox.write("Head@Example.ORG", "notice", FACTS)
    send_mail("Hello", "Text", None, ["Head@Example.ORG"])
    assert set(Mail.objects.values_list("to", flat=True)) == {"head@example.org"}


def test_a_password_reset_goes_through_the_outbox(client, db):
    user = factories.UserFactory(email="head@example.org")
    client.post(reverse("account_reset_password"), {"email": "Head@Example.org"})
    row = Mail.objects.get()
    assert (row.to, row.sent_at, sent_mail.outbox) == (user.email, None, [])
    assert "/accounts/password/reset/key/" in row.text


def test_the_relay_carries_out_what_waits_and_only_once(db):
    letter(html="<p>On 9 March</p>")
    letter(due_at=timezone.now() + timedelta(hours=1))
    assert (outbox.relay(), outbox.relay()) == (1, 0)
    (message,) = sent_mail.outbox
    assert (message.to, message.subject, message.body) == (["head@example.org"], "A visit", "On 9 March")
    assert [part.content for part in message.alternatives] == ["<p>On 9 March</p>"]


def test_a_relay_that_died_leaves_the_mail_to_the_next_one(db):
    row = letter(tries=1, due_at=timezone.now() + outbox.CLAIM)
    assert outbox.relay() == 0
    with time_machine.travel(timezone.now() + outbox.CLAIM + timedelta(seconds=1)):
        assert outbox.relay() == 1
    row.refresh_from_db()
    assert row.sent_at is not None


def refusing(settings):
    """A mail server that is down: a closed port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.EMAIL_PORT = door.getsockname()[1]
    settings.EMAIL_HOST = "127.0.0.1"
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def test_a_mail_server_that_is_down_is_tried_again_with_growing_pauses(db, settings):
    row = letter()
    refusing(settings)
    pauses = []
    now = timezone.now()
    for _ in range(12):
        with time_machine.travel(now, tick=False):
            assert outbox.relay() == 0
        row.refresh_from_db()
        pauses.append((row.due_at - now) // timedelta(minutes=1))
        now = row.due_at
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360]
    assert (row.error, row.sent_at) == ("ConnectionRefusedError", None)
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(now, tick=False):
        assert (outbox.relay(), outbox.relay()) == (1, 0)
    assert len(sent_mail.outbox) == 1


def test_after_weeks_of_trying_the_pause_is_still_a_pause(db, settings):
    row = letter(tries=100)
    refusing(settings)
    assert outbox.relay() == 0
    row.refresh_from_db()
    assert row.due_at < timezone.now() + outbox.LONGEST_PAUSE + timedelta(minutes=1)


def test_a_mail_that_cannot_be_sent_holds_up_no_other(db):
    letter(subject="A header\ninjected: yes")
    letter(to="leader@example.org")
    assert outbox.relay() == 1
    assert [message.to for message in sent_mail.outbox] == [["leader@example.org"]]
    failed = Mail.objects.get(sent_at=None)
    assert (failed.error, failed.failed_at is not None) == ("BadHeaderError", True)


def test_a_mail_server_that_accepts_and_hangs_does_not_keep_the_worker(db, settings, monkeypatch):
    settings.EMAIL_TIMEOUT = 0.2
    monkeypatch.setattr(outbox, "PATIENCE", 0.3)
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for _ in range(10):
        letter()
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.EMAIL_HOST, settings.EMAIL_PORT = door.getsockname()
        assert outbox.relay() == 0
    assert 1 <= Mail.objects.filter(tries=1).count() <= 3
    assert Mail.objects.filter(tries=0).count() >= 7


class Postbox(threading.Thread):
    """A mail server of a few lines that keeps what it is given."""

    def __init__(self):
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.letters = []
        self.start()

    def run(self):
        connection, _ = self.door.accept()
        with connection, connection.makefile("rw", newline="\r\n") as line:
            self._say(line, "220 hello")
            for command in line:
                if command.upper().startswith("DATA"):
                    self._say(line, "354 go on")
                    self.letters.append(self._text(line))
                elif command.upper().startswith("QUIT"):
                    return self._say(line, "221 bye")
                self._say(line, "250 ok")

    def _text(self, line):
        rows = []
        while (row := line.readline().rstrip("\r\n")) != ".":
            rows.append(row)
        return "\n".join(rows)

    def _say(self, line, words):
        line.write(f"{words}\n")
        line.flush()


def test_it_is_carried_by_smtp_as_text_and_html(db, settings):
    letter(subject="Besuch – a visit", html="<p>On 9 March</p>")
    postbox = Postbox()
    settings.EMAIL_HOST, settings.EMAIL_PORT = postbox.door.getsockname()
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert outbox.relay() == 1
    assert len(postbox.letters) == 1
    assert "To: head@example.org" in postbox.letters[0]
    assert "Content-Type: text/html" in postbox.letters[0]


class Refusing(Postbox):
    """One that takes nobody's mail, and says why."""

    def __init__(self, words):
        self.words = words
        super().__init__()

    def run(self):
        connection, _ = self.door.accept()
        with connection, connection.makefile("rw", newline="\r\n") as line:
            self._say(line, "220 hello")
            for command in line:
                self._say(line, self.words if command.upper().startswith("RCPT") else "250 ok")


OF_THE_ADDRESS = [
    "550 5.1.1 No such user",
    "550 5.1.2 No such domain",
    "553 5.1.3 No address",
    "551 5.1.6 Moved",
    "556 5.1.10 Takes no mail",
    "550 5.2.1 Shut",
]
OF_US = [
    "550 no such user here",
    "450 4.2.2 Mailbox full",
    "550 5.7.1 Relaying denied",
    "554 5.7.1 Rejected",
    "550 5.4.5 Daily user sending limit exceeded",
    "550 5.1.8 Access denied, bad outbound sender",
    "550 relay not permitted",
    "551 User not local; please try another path",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "550 Authentication required",
    "550",
]


@pytest.mark.parametrize(
    ("words", "is_over"), [*((words, True) for words in OF_THE_ADDRESS), *((words, False) for words in OF_US)]
)
def test_an_address_refused_for_good_is_not_tried_again_and_what_can_be_mended_is(db, settings, words, is_over):
    row = letter(is_secret=True)
    postbox = Refusing(words)
    settings.EMAIL_HOST, settings.EMAIL_PORT = postbox.door.getsockname()
    settings.RELAY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert outbox.relay() == 0
    row.refresh_from_db()
    assert (row.failed_at is not None, row.text == "", row.sent_at) == (is_over, is_over, None)
    assert row.error == "SMTPRecipientsRefused"
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        assert outbox.relay() == (0 if is_over else 1)


class RefusedMail(BaseEmailBackend):
    """A relay that always fails in the same way, whatever the letter."""

    error = None

    def send_messages(self, messages):
        raise self.error


ANSWERS = {
    "of the recipient": SMTPRecipientsRefused({"head@example.org": (550, b"5.4.5 Daily limit exceeded")}),
    "of the content": SMTPDataError(550, b"5.4.5 Daily SMTP relay limit exceeded"),
    "of us": SMTPSenderRefused(550, b"5.1.1 Not with us", "portal@example.org"),
    "by the program": UnicodeEncodeError("ascii", "\xe9", 0, 1, "no"),
}


def tried_on(row, settings, error, *, times):
    """The letter, tried each time it is due; returns for how long it was waited."""
    settings.RELAY_BACKEND = f"{__name__}.RefusedMail"
    RefusedMail.error = error
    began = now = row.due_at
    for _ in range(times):
        with time_machine.travel(now, tick=False):
            assert outbox.relay() == 0
        row.refresh_from_db()
        if row.failed_at:
            break
        now = row.due_at
    return now - began


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_letter_that_is_refused_is_tried_for_a_week_and_given_up(db, settings, answer):
    row = letter(is_secret=True, due_at=timezone.now())
    waited = tried_on(row, settings, ANSWERS[answer], times=100)
    assert timedelta(days=7) < waited < timedelta(days=8)
    assert (row.tries, row.error, row.text) == (outbox.MOST_TRIES, type(ANSWERS[answer]).__name__, "")


SILENCES = {
    "down": ConnectionRefusedError(),
    "hangs": TimeoutError(),
    "hangs up": SMTPServerDisconnected("gone"),
    "lets us not in": SMTPAuthenticationError(535, b"5.7.8 Wrong"),
}


@pytest.mark.parametrize("silence", SILENCES)
def test_a_server_that_hears_no_letter_takes_no_letters_time(db, settings, silence):
    row = letter(due_at=timezone.now())
    assert tried_on(row, settings, SILENCES[silence], times=60) > timedelta(days=12)
    assert (row.tries, row.failed_at) == (outbox.UNHEARD, None)
    assert tried_on(row, settings, ANSWERS["of us"], times=100) > timedelta(days=6)
    assert row.failed_at


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_four_relays_at_once_send_each_mail_once():
    for number in range(50):
        letter(subject=f"Mail {number}")
    assert sum(together(*[outbox.relay] * 4)) == 50
    assert sorted(message.subject for message in sent_mail.outbox) == sorted(f"Mail {n}" for n in range(50))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_one_key_written_by_eight_at_once_is_one_mail():
    together(*[lambda: outbox.write("head@example.org", "notice", FACTS, key="band:1")] * 8)
    assert Mail.objects.count() == 1


def test_the_page_of_mail_is_there_in_debug_only(client, db, settings):
    letter(subject="A visit tomorrow", text="See https://example.org/commissions/1/ <b>now</b>")
    assert client.get(reverse("staff:mail")).status_code == 404
    settings.DEBUG = True
    page = client.get(reverse("staff:mail")).content.decode()
    assert "A visit tomorrow" in page
    assert "head@example.org" in page
    assert '<a href="https://example.org/commissions/1/"' in page
    assert "<b>now</b>" not in page
