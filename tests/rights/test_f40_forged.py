"""No form is sent from another site, and looking changes nothing."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.exchange.acts import addresses
from tests.races import FULL
from tests.rights import table
from tests.rights.addresses import KEYS, act
from tests.rights.cast import become
from tests.writes import capture_writes

pytestmark = pytest.mark.slow


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("name", table.acts())
def test_f40_without_a_token_nothing_is_done(strict, cast, name):
    """Sent by somebody who may, with all that is needed but the token."""
    row = table.acts()[name]
    role = next(role for role, cell in row.items() if cell == "yes")
    address, data = act(name, cast)
    become(strict, cast, role)
    with capture_writes() as writes:
        refused = strict.post(address, {"key": uuid.uuid4(), **data})
        assert refused.status_code == 403
        forged = {"key": uuid.uuid4(), **data, "csrfmiddlewaretoken": "a" * 64}
        assert strict.post(address, forged, headers={"origin": "https://elsewhere.example"}).status_code == 403
        assert writes.touched == set()


def test_f40_the_pages_of_signing_in_and_of_the_admin_ask_for_it_too(strict, cast):
    become(strict, cast, "superuser")
    models = table.admin_models()
    addresses = [reverse(f"admin:{name}_{page}") for name in models for page in ("add", "changelist")]
    addresses += [
        reverse(name, args=KEYS.get(name, []))
        for name, row in table.signing_in().items()
        if "way" not in row and "-" not in row and "key" not in name and name != "account_confirm_email"
    ]
    addresses += [reverse("admin:schools_closure_usual"), reverse("admin:logout")]
    with capture_writes() as writes:
        answers = {address: strict.post(address, {}).status_code for address in addresses}
        assert writes.touched == set()
    # Where allauth sends on without looking at what was sent, nothing was sent.
    assert set(answers.values()) <= {403, 302}
    assert {address for address, code in answers.items() if code == 302} <= {
        reverse(name, args=KEYS.get(name, [])) for name, row in table.signing_in().items() if row[3] == "on"
    }


@pytest.mark.parametrize("role", ["head", "leader", "coordinator", "superuser"] if FULL else ["coordinator"])
def test_f40_looking_changes_no_row(client, cast, role):
    """Any page at all, the admin's too; see the matrix for those that somebody may open."""
    become(client, cast, role)
    with capture_writes() as writes:
        answers = {address: client.get(address).status_code for address in addresses()}
        assert writes.changed() == set()
    assert len(answers) > 100
    assert [address for address, code in answers.items() if code >= 500] == []
