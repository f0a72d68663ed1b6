"""The outbox: mail is a row in the transaction that caused it, and the relay carries it out.

Sending within the request would lose mail, or send it for a change that is rolled back.
"""

import logging
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from time import monotonic

import structlog
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from portal.logs import request_id

from .models import Mail

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=6)
# Said of an address: there is no such mailbox or domain, it has moved, it takes no mail, it is shut (RFC 3463, 7505).
NO_SUCH_ADDRESS = {b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10", b"5.2.1"}
MOST_TRIES = 36  # of a letter that the server refuses: a week of them, and whatever it was could be mended
UNHEARD = 10  # tries that count at most while no letter is heard at all: a server that is down takes no letter's time
PATIENCE = 20  # seconds; a mail server that accepts and hangs must not keep the worker from the clock


def write(to, template, context, *, key=None, is_secret=False):
    """Put one message from templates/mail/<template>.txt into the outbox.

    The first line of the text is the subject. `key` makes it unique: a second call writes nothing
    and returns False. `is_secret`: it holds a link that opens an account.
    """
    context = {"site_url": settings.SITE_URL, **context}
    subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    html = render_to_string("mail/message.html", {**context, "subject": subject, "text": text.strip()})
    row = Mail(
        key=key,
        to=to.lower(),
        subject=subject[:200],
        text=text.strip(),
        html=html,
        is_secret=is_secret,
        request_id=request_id(),
    )
    if key is None:
        row.save()
        return True
    if Mail.objects.filter(key=key).exists():
        return False
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    return True


class OutboxBackend(BaseEmailBackend):
    """EMAIL_BACKEND: whatever is sent with Django's own functions goes through the outbox too.

    That is allauth's mail, with links and codes that open accounts.
    """

    def send_messages(self, messages):
        rows = [
            Mail(
                to=to.lower(),
                subject=message.subject[:200],
                text=message.body,
                html=_html(message),
                request_id=request_id(),
                is_secret=True,
            )
            for message in messages
            for to in message.recipients()
        ]
        Mail.objects.bulk_create(rows)
        return len(messages)


def _html(message):
    parts = [part.content for part in getattr(message, "alternatives", []) if part.mimetype == "text/html"]
    return parts[0] if parts else ""


def relay(limit=50):
    """Carry out what is due; returns how many were sent.

    Each row is claimed by moving its due date on, so several relays never send one twice; a relay
    that dies leaves the row to be tried again when the claim runs out.
    """
    sent, began = 0, monotonic()
    due = {"sent_at": None, "failed_at": None, "due_at__lte": timezone.now()}
    waiting = Mail.objects.filter(**due).values_list("pk", "tries")
    for pk, tries in list(waiting[:limit]):
        if monotonic() - began > PATIENCE:
            break
        claimed = Mail.objects.filter(pk=pk, sent_at=None, tries=tries, due_at__lte=timezone.now()).update(
            tries=F("tries") + 1, due_at=timezone.now() + CLAIM
        )
        if claimed:
            mail = Mail.objects.get(pk=pk)
            with structlog.contextvars.bound_contextvars(mail=pk, caused_by=mail.request_id):
                sent += _carry(mail)
    return sent


def _carry(mail):
    message = EmailMultiAlternatives(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        get_connection(settings.RELAY_BACKEND).send_messages([message])
    except Exception as error:  # whatever the mail server does, the row stays
        is_answered = _is_of_the_letter(error)
        if _is_for_good(error) or (is_answered and mail.tries >= MOST_TRIES):
            return _give_up(mail, error)
        pause = min(timedelta(minutes=2 ** min(mail.tries, 10)), LONGEST_PAUSE)
        tries = mail.tries if is_answered else min(mail.tries, UNHEARD)
        Mail.objects.filter(pk=mail.pk).update(due_at=timezone.now() + pause, tries=tries, error=type(error).__name__)
        logger.warning("Mail was not taken (%s), try %s", type(error).__name__, mail.tries)
        return 0
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), error="")
    if mail.is_secret and not settings.DEBUG:  # there the page of mail shows it, to try the portal out
        mail.forget_body()
    logger.info("Mail was sent")
    return 1


def _is_for_good(error):
    """Whether this letter will never be taken, by whatever is mended: its address is none, or it is no letter.

    Where the server does not say so in so many words it may be us whom it refuses: our quota, our name, our password.
    """
    if isinstance(error, SMTPRecipientsRefused):
        codes = {words.split(maxsplit=1)[0] if words.split() else b"" for _, words in error.recipients.values()}
        return bool(codes) and codes <= NO_SUCH_ADDRESS
    return isinstance(error, BadHeaderError)


def _is_of_the_letter(error):
    """Whether the letter was looked at: not where the server is down, hangs, or does not let us in."""
    return isinstance(error, SMTPRecipientsRefused | SMTPDataError | SMTPSenderRefused) or not isinstance(
        error, OSError
    )


def _give_up(mail, error):
    Mail.objects.filter(pk=mail.pk).update(failed_at=timezone.now(), error=type(error).__name__)
    if mail.is_secret:
        mail.forget_body()
    logger.error("Mail was refused for good (%s)", type(error).__name__)
    return 0
