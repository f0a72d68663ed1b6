"""The hidden key: every form that acts carries one, and every view that acts asks for it."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from exchange.pages.answers import QUESTIONS
from portal.models import Submission
from tests import factories
from tests.exchange.acts import ACTS, STEPS, addresses, name_of
from tests.exchange.cases import a_request, look, make_cast, send
from tests.exchange.forms import ANSWERS, a_draft, page_of

FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
KEY = re.compile(r'<input type="hidden" name="key" value="[0-9a-f-]{36}"')
SIGNS_OUT = "/accounts/logout/"
#: Forms of allauth's and the admin's own views, and the menu's one button, which signs out.
#: An invitation is a key itself: it is used once.
NOT_OURS = {"staff/accept_invitation.html", "staff/invitation_for_another.html"}
NOT_OURS |= {"account", "mfa", "usersessions", "socialaccount", "admin/base_site.html", "_partials/navigation.html"}


@pytest.fixture
def superuser(db, client):
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    return client


def answer_without_key(client, address):
    """How a POST without a key is answered: "reads" (405), "acts" once for a key, or something else."""
    response = client.post(address)
    if response.status_code == 405:
        return "reads"
    return "acts" if b"This page was too old to be sent" in response.content else str(response.status_code)


def test_every_view_reads_only_or_acts_once_for_a_key(superuser):
    own = [address for address in addresses() if not address.startswith("/admin/")]
    assert len(own) > 60
    answers = {name_of(address): answer_without_key(superuser, address) for address in own}
    assert {name: answer for name, answer in answers.items() if answer not in ("reads", "acts")} == {
        "staff:accept_invitation": "404",  # a key itself, and this one is made up
        "usersessions_list": "302",  # signing out twice is signing out
    }


@pytest.mark.slow
def test_the_table_of_acts_leaves_none_out(superuser):
    tried = [address for address in addresses() if name_of(address) != "admin:logout"]
    acts = {name_of(address) for address in tried if answer_without_key(superuser, address) == "acts"}
    assert acts == {name.split()[0] for name in ACTS}
    assert set(STEPS) == {question.step for question in QUESTIONS}


def forms_of(response):
    return [form for form in FORM.findall(response.content.decode()) if SIGNS_OUT not in form]


@pytest.mark.slow
def test_every_form_that_acts_carries_a_key(client, db):
    wrong, rendered = {}, set()
    for name, act in ACTS.items():
        with transaction.atomic():
            user, address, _ = act(make_cast())
            response = look(client, user, address)
            forms = forms_of(response)
            if len(forms) != 1 or not KEY.search(forms[0]):
                wrong[name] = (response.status_code, len(forms))
            rendered |= {template.name for template in response.templates}
            transaction.set_rollback(True)
    assert wrong == {}
    assert ours() - rendered == {"exchange/requests/_supported_person.html"}


def test_the_form_on_the_page_of_a_request_carries_a_key_too(client, cast):
    response = look(client, cast.head, a_request(cast, supported_person="Nora Quill").get_absolute_url())
    [form] = forms_of(response)
    assert KEY.search(form)
    assert "exchange/requests/_supported_person.html" in {template.name for template in response.templates}


def ours():
    """The templates with a form that is sent to a view of ours."""
    folder = Path(settings.BASE_DIR) / "templates"
    found = (path for path in folder.rglob("*.html") if 'method="post"' in path.read_text())
    names = {path.relative_to(folder).as_posix() for path in found}
    return {name for name in names if name not in NOT_OURS and name.split("/")[0] not in NOT_OURS}


# The same key with other content -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["exchange:withdraw", "exchange:edit_school", "exchange:leader_profile"])
def test_the_same_page_with_other_answers_is_refused(client, cast, name):
    user, address, data = ACTS[name](cast)
    key = uuid.uuid4()
    first = send(client, user, address, key=key, **data)
    before = list(Submission.objects.values())
    field = next(iter(data))
    second = send(client, user, address, key=key, **data | {field: "01632 960 002"})
    page = second.content.decode()
    assert (first.status_code, second.status_code) == (302, 409)
    assert "This page was sent before with other answers, so these were not saved." in page
    assert "Nothing was changed by your click." in page
    assert f'href="{address}"' in page
    assert list(Submission.objects.values()) == before


def test_a_form_that_was_wrong_is_sent_again_with_its_key(client, cast):
    user, address, data = ACTS["exchange:withdraw"](cast)
    key = uuid.uuid4()
    answers = [send(client, user, address, key=key, **facts) for facts in ({}, data, data, {})]
    assert [answer.status_code for answer in answers] == [200, 302, 302, 409]


def test_a_key_of_somebody_else_or_of_another_page_is_refused(client, cast):
    user, address, data = ACTS["exchange:edit_school"](cast)
    key = uuid.uuid4()
    send(client, user, address, key=key, **data)
    for other in (factories.delegate_of(cast.asking, cast.head, "ask"), cast.coordinator):
        response = send(client, other, address, key=key, **data)
        assert response.status_code == 409
        assert "This form was sent before for something else." in response.content.decode()
    _, elsewhere, data = ACTS["exchange:withdraw"](cast)
    assert send(client, user, elsewhere, key=key, **data).status_code == 409


def test_what_was_sent_cannot_be_read_from_what_is_kept(client, cast):
    draft = a_draft(cast)
    send(client, cast.head, page_of(draft, "person"), supported_person="Zebedee Quill")
    kept = Submission.objects.values().get()
    assert "Zebedee" not in str(kept)
    assert len(kept["digest"]) == 64


# A question of a draft -----------------------------------------------------------------------------


@pytest.fixture
def question(client, cast):
    """The page of a draft's first outcome: sends an answer and says what is saved then."""
    draft = a_draft(cast)

    def answer(need, key, *, change=False):
        address = page_of(draft, "need") + ("?change=1" if change else "")
        response = send(client, cast.head, address, key=key, need=need)
        draft.refresh_from_db()
        return response, draft.need

    answer.draft = draft
    return answer


def test_a_corrected_answer_is_saved_though_its_page_was_sent_before(question):
    key = uuid.uuid4()
    assert [question(need, key)[1] for need in ("Fractions", "Phonics", "Fractions")] == [
        "Fractions", "Phonics", "Fractions"
    ]  # fmt: skip
    assert Submission.objects.count() == 1


def test_an_answer_is_saved_again_after_another_page_has_changed_it(question):
    first, second = uuid.uuid4(), uuid.uuid4()
    question("Fractions", first)
    question("Phonics", second)
    assert question("Fractions", first)[1] == "Fractions"
    assert question("Phonics", second)[1] == "Phonics"
    assert Submission.objects.count() == 2


def test_the_same_answer_sent_twice_is_answered_without_saving_it_again(question):
    key = uuid.uuid4()
    first, _ = question("Fractions", key)
    type(question.draft).objects.update(need="As it was left by somebody else")
    second, saved = question("Fractions", key)
    assert (second.url, saved) == (first.url, "As it was left by somebody else")


def test_a_correction_is_answered_by_its_own_result(question):
    key = uuid.uuid4()
    assert question("Fractions", key)[0].url == page_of(question.draft, "days")
    assert "/check/" in question("Phonics", key, change=True)[0].url
    assert "/check/" in question("Phonics", key)[0].url


def test_a_wrong_correction_leaves_the_answer_as_it_was(question):
    key = uuid.uuid4()
    first, _ = question("Fractions", key)
    wrong, saved = question("", key)
    assert (wrong.status_code, saved) == (200, "Fractions")
    assert question("Fractions", key)[0].url == first.url


def test_a_sent_request_is_not_corrected_from_the_browsers_history(client, cast):
    user, check, _ = ACTS["exchange:check_request"](cast)
    draft_page, key = check.replace("/check/", "/ask/need/"), uuid.uuid4()
    send(client, user, draft_page, key=key, **ANSWERS["need"])
    send(client, user, check)
    response = send(client, user, draft_page, key=key, need="Other")
    assert response.status_code == 409
    assert "has been sent already" in response.content.decode()
