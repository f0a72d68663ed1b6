"""What is the same for every verb of the work: who may, who only sees, who sees nothing, and twice is once."""

import uuid

import pytest

from exchange.models import Commission, Evaluation, Event, Variation, Visit
from tests import factories
from tests.exchange import cases as exchange_cases
from tests.exchange.cases import look, send, url_of
from tests.exchange.verbs import VERBS, data_of

pytestmark = pytest.mark.slow


def each_of(verbs):
    """Of the module's scope, so that the tests of one verb follow each other and share where it starts."""
    return pytest.mark.parametrize("verb", verbs, ids=lambda verb: verb.name, scope="module")


every_verb = each_of(VERBS)


def make_cast():
    cast = exchange_cases.make_cast()
    cast.manager = factories.business_manager_of(cast.asking)
    return cast


@pytest.fixture(scope="class")
def cast(set_up_shared):
    return set_up_shared("cast", make_cast)


@pytest.fixture(scope="class")
def subject(set_up_shared, cast, verb):
    return set_up_shared("subject", verb.start, cast)


def state():
    """Everything that a verb of the work could change."""
    return [list(model.objects.order_by("pk").values()) for model in (Commission, Visit, Variation, Evaluation, Event)]


@every_verb
def test_it_acts_and_goes_back_to_the_commission(client, cast, verb, subject):
    before = state()
    response = send(client, getattr(cast, verb.may), url_of(verb.name, subject), **data_of(verb, subject, verb.data))
    assert response.status_code == 302
    assert response.url == subject.get_absolute_url()
    assert state() != before


@every_verb
def test_looking_changes_nothing(client, cast, verb, subject):
    before = state()
    response = look(client, getattr(cast, verb.may), url_of(verb.name, subject))
    assert (response.status_code, state()) == (200, before)


@every_verb
def test_it_is_hidden_from_strangers(client, cast, verb, subject):
    before = state()
    for stranger in (cast.stranger, factories.UserFactory(), factories.leader_at(cast.other).person.user):
        assert (
            send(client, stranger, url_of(verb.name, subject), **data_of(verb, subject, verb.data)).status_code == 404
        )
    assert state() == before


@every_verb
def test_who_only_sees_may_not(client, cast, verb, subject):
    before, user = state(), getattr(cast, verb.only_sees)
    assert look(client, user, subject.get_absolute_url()).status_code == 200
    assert send(client, user, url_of(verb.name, subject), **data_of(verb, subject, verb.data)).status_code == 403
    assert state() == before


@every_verb
def test_the_second_sending_has_the_first_ones_answer(client, cast, verb, subject):
    user, url, key = getattr(cast, verb.may), url_of(verb.name, subject), uuid.uuid4()
    first = send(client, user, url, **data_of(verb, subject, verb.data), key=key)
    after = state()
    second = send(client, user, url, **data_of(verb, subject, verb.data), key=key)
    assert (second.url, state()) == (first.url, after)


@every_verb
def test_a_stale_page_is_refused(client, cast, verb, subject):
    user, url = getattr(cast, verb.may), url_of(verb.name, subject)
    send(client, user, url, **data_of(verb, subject, verb.data))
    after = state()
    response = send(client, user, url, **data_of(verb, subject, verb.data))
    assert response.status_code == verb.again
    if verb.again == 409:
        assert state() == after


@each_of([verb for verb in VERBS if verb.wrong is not None])
def test_bad_input_is_kept_and_changes_nothing(client, cast, verb, subject):
    before = state()
    response = send(client, getattr(cast, verb.may), url_of(verb.name, subject), **data_of(verb, subject, verb.wrong))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "There is a problem" in response.content.decode()
    kept = [value for value in verb.wrong.values() if isinstance(value, str) and len(value) > 3]
    assert [value for value in kept if value not in response.content.decode()] == []
    assert state() == before


@every_verb
def test_other_methods_are_refused(client, cast, verb, subject):
    client.force_login(getattr(cast, verb.may))
    assert client.put(url_of(verb.name, subject)).status_code == 405
