"""Every form that acts, sent twice with one key, one after the other and at once: one row, the same answer."""

import uuid

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from portal.models import Submission
from staff.models import SystemLeader
from tests.exchange.acts import ACTS, name_of
from tests.exchange.cases import make_cast
from tests.races import needs_postgresql, together
from tests.writes import capture_writes

pytestmark = pytest.mark.slow

COPIES = 4


def models():
    return [model for app in ("schools", "staff", "exchange") for model in apps.get_app_config(app).get_models()]


def counts():
    """How many rows of every kind, also of those between two others, such as a leader's specialisms."""
    through = [field.remote_field.through for model in models() for field in model._meta.local_many_to_many]
    return {model: model.objects.count() for model in [*models(), *through]}


@pytest.mark.parametrize("name", ACTS)
def test_f5_sent_twice_it_acts_once_and_has_the_same_answer(client, cast, name):
    user, address, data = ACTS[name](cast)
    assert name_of(address.split("?")[0]) == name.split()[0]
    data = {"key": uuid.uuid4(), **data}
    client.force_login(user)
    with capture_writes() as writes:
        first = client.post(address, data)
    assert first.status_code == 302, first.content.decode()
    assert writes.changed() > {Submission._meta.db_table}
    with capture_writes() as writes:
        second = client.post(address, data)
    assert (second.status_code, second.url) == (302, first.url)
    assert writes.changed() == set()
    assert Submission.objects.count() == 1


def counts_of_one(client, address, data):
    """How many rows there would be, had the form been sent once: it is sent and rolled back."""
    with transaction.atomic():
        assert client.post(address, data).status_code == 302
        found = counts()
        transaction.set_rollback(True)
    return found


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_f5_sent_several_times_at_once_every_form_acts_once():
    """All in one test: to empty the database after each would take longer than the acts."""
    cast, wrong = make_cast(limit=-1_000_000), {}
    SystemLeader.objects.update(allowance=2_000_000)
    cast.leader.refresh_from_db()
    for name, act in ACTS.items():
        user, address, data = act(cast)
        data = {"key": uuid.uuid4(), **data}
        clients = [Client() for _ in range(COPIES)]
        for client in clients:
            client.force_login(user)
        expected = counts_of_one(clients[0], address, data)
        answers = together(*[lambda c=c, a=address, d=data: c.post(a, d) for c in clients])
        said = {(answer.status_code, answer.headers.get("Location")) for answer in answers}
        differs = {model.__name__ for model, count in counts().items() if count != expected[model]}
        if len(said) != 1 or said.pop()[0] != 302 or differs or not Submission.objects.filter(key=data["key"]):
            wrong[name] = (answers, differs)
    assert wrong == {}
