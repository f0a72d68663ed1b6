"""F37: a test fails when the log that it makes holds a name, address, password, session or token of its people.

Every line of the suite is looked at as it would be written. People and their passwords are known as they are saved;
addresses and keys of password links are known by their look.
"""

import logging
import re

import pytest

LOOKS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an address
    r"|\b[0-9a-z]{1,13}-[0-9a-z]{6}-[0-9a-f]{32}\b"  # the key of a password link, with its user
    r"|\b[0-9a-z]{6}-[0-9a-f]{32}\b"
)
MACHINES = {"celery", "kombu", "amqp"}  # in names like celery@host


class Watch(logging.Handler):
    """Keeps a test's lines, formatted at once."""

    def __init__(self, known):
        super().__init__(logging.DEBUG)
        self.known, self.lines = known, []

    def emit(self, record):
        self.lines.append(self.format(record))

    def found(self):
        """What of people stands in the lines since the last look."""
        text, self.lines = "\n".join(self.lines), []
        if not text:
            return set()
        looks = {word for word in LOOKS.findall(text) if word.partition("@")[0] not in MACHINES}
        return looks | {word for word in self.known if word in text}


known = set()
watch = Watch(known)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart():
    from django.contrib.sessions.models import Session
    from django.db.models.signals import post_save

    from portal import logs
    from staff.models import Person, User

    watch.setFormatter(logs.line())
    logging.getLogger().addHandler(watch)
    post_save.connect(_know_person, sender=Person, weak=False)
    post_save.connect(_know_user, sender=User, weak=False)
    post_save.connect(_know_session, sender=Session, weak=False)


def _know_person(instance, **kwargs):
    if " " in instance.name:  # one word alone may be a word of the log
        known.add(instance.name)


def _know_user(instance, **kwargs):
    if instance._password:
        known.add(instance._password)


def _know_session(instance, **kwargs):
    known.add(instance.session_key)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """A test that sets up the logs anew takes the watch away with the other handlers."""
    if watch not in logging.getLogger().handlers:
        logging.getLogger().addHandler(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    found = watch.found()
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = f"The log holds what is confidential: {', '.join(sorted(found))}"
    return report
