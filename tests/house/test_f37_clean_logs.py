"""F37: the logs of the whole suite hold no name, address, password or token; here the watch itself is watched."""

import logging
import subprocess
import sys

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session

from tests import factories
from tests.plugins import clean_logs

pytestmark = pytest.mark.slow


@pytest.fixture
def noticed():
    """What the watch finds in the lines of a test, which then is not to fail for them."""
    return clean_logs.watch.found


def test_f37_it_notices_what_stands_in_a_line(client, db, noticed):
    user = factories.UserFactory(email="ada@example.org", person__name="Ada Fictional", password="quite fictional")
    client.force_login(user)
    session, token = Session.objects.get().session_key, default_token_generator.make_token(user)
    confidential = [user.email, user.person.name, "quite fictional", session, token]
    noticed()
    for words in confidential:
        logging.getLogger("exchange").info("Said of %s here", words)
    assert noticed() == set(confidential)


def test_f37_it_notices_the_words_of_the_libraries_and_what_is_added_to_a_line(db, noticed):
    factories.PersonFactory(name="Grace Fictional")
    logging.getLogger("some.library").warning("Cannot greet %s", "Grace Fictional")
    assert noticed() == {"Grace Fictional"}


def test_f37_ids_are_nothing_confidential(noticed):
    logging.getLogger("exchange").info("user_id=3 request_id=9b9daafe-2179-4ea7-99f6-3ae68c0ffee0 celery@host.local")
    assert noticed() == set()


def test_f37_a_test_with_such_a_line_fails(pytester_run):
    assert "The log holds what is confidential: grace@example.org" in pytester_run(
        "import logging\ndef test_it():\n    logging.getLogger('exchange').warning('To %s', 'grace@example.org')\n"
    )


@pytest.fixture
def pytester_run(tmp_path, pytestconfig):
    def run(code):
        (tmp_path / "test_it.py").write_text(code)
        command = [sys.executable, "-m", "pytest", "-q", "-c", str(pytestconfig.inipath), "--rootdir", str(tmp_path)]
        done = subprocess.run(
            [*command, str(tmp_path / "test_it.py")], cwd=pytestconfig.rootpath, capture_output=True, text=True
        )
        assert done.returncode == 1, done.stdout
        return done.stdout

    return run
