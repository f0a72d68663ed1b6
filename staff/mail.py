"""Mail to users about what happens: the kinds are registered by each app's `notices`, and written into the outbox."""

from django.conf import settings
from django.db import transaction

from portal.claims import claim
from portal.registry import Registry

from . import outbox

kinds: Registry[tuple[str, str]] = Registry("kind of mail")  # each a subject and a sentence, with the facts to fill in


def send(users, kind, url, *, key=None, links=(), **facts):
    """Write one message a user into the outbox. With a key, each is written once, whatever runs twice.

    `links` are further pages to look at, as pairs of words and address. `hides` takes the name of a
    supported person out of what somebody typed.
    """
    subject, sentence = kinds[kind]
    hides = facts.pop("hides", str)
    facts = {name: hides(str(value)) for name, value in facts.items()}
    written = 0
    for user in users:
        written += outbox.write(
            user.email,
            "notice",
            {
                "subject": subject.format(**facts),
                "name": user.get_full_name(),
                "sentence": sentence.format(**facts),
                "link": f"{settings.SITE_URL}{url}",
                "links": [(words, f"{settings.SITE_URL}{further}") for words, further in links],
            },
            key=key and f"{key}:{user.pk}",
        )
    return written


@transaction.atomic
def remind(reminder, subject, due, users, kind, url, **facts):
    """Claim a reminder and write its mail, one a user: sent once for a reminder, subject and due date."""
    if claim(reminder, subject, due):
        send(users, kind, url, key=f"{reminder}:{subject.pk}:{due}", **facts)
