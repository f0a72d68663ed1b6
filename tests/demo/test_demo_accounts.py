import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.urls import reverse

from demo import accounts
from demo.people import LEADERS, PASSWORD
from demo.places import BANKS, FIRST_URN, PLACES
from tests import factories


def test_an_account_whose_address_has_changed_is_left_out_of_the_list(db):
    first, second = accounts.accounts()[:2]
    factories.UserFactory(email=first["email"])
    listed = accounts.table("http://127.0.0.1:8000")
    assert first["email"] in listed
    assert second["email"] not in listed


def test_an_alliance_is_called_by_its_name(db):
    factories.AllianceFactory(slug="larkmere", name="Larkmere Learning Alliance")
    for account in accounts.accounts():
        factories.UserFactory(email=account["email"])
    rows = [line.split("  ") for line in accounts.table("http://127.0.0.1:8000").splitlines()]
    said = {row[-1].strip(): [cell.strip() for cell in row] for row in rows}
    for role in ("coordinator", "steering", "auditor"):
        assert "Larkmere Learning Alliance" in said[f"{role}.larkmere@example.org"]
    assert "Every alliance" in said["admin@example.org"]


def test_the_walk_of_the_readme_goes_by_accounts_that_are_printed():
    """The leader it names is there, and so is the head of her school; the first headteacher is of another."""
    of = {account["email"]: account["school_urn"] for account in accounts.accounts() if account["role"] == "leader"}
    heads = [account["school_urn"] for account in accounts.accounts() if account["role"] == "headteacher"]
    leader = next(one for one in LEADERS if f"**{one.name}**" in (settings.BASE_DIR / "README.md").read_text())
    school = of[f"{leader.name.lower().replace(' ', '.')}@example.org"]
    assert "Mathematics" in leader.specialisms
    assert (school in heads, school == heads[0]) == (True, False)


def test_the_head_of_a_school_that_pays_in_money_is_in_the_list():
    members = {key for bank in BANKS for key in bank.members}
    outside = [account for account in accounts.accounts() if account["role"] == "headteacher_outside"]
    assert [PLACES[account["school_urn"] - FIRST_URN].key in members for account in outside] == [False]


@pytest.fixture
def coordinator(db):
    email = next(account["email"] for account in accounts.accounts() if account["role"] == "coordinator")
    return factories.UserFactory(email=email)


def test_where_a_second_factor_is_demanded_coordinators_and_the_superuser_have_one(coordinator, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    coordinator.set_password(PASSWORD)
    coordinator.save()
    for _ in range(2):
        accounts.give_second_factors()
    account = next(row for row in accounts.accounts() if row["email"] == coordinator.email)
    counter = int(time.time()) // 30
    code = totp.format_hotp_value(totp.hotp_value(account["totp_secret"], counter))
    client.post(reverse("account_login"), {"login": account["email"], "password": account["password"]})
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.session["_auth_user_id"] == str(coordinator.pk)
    assert Authenticator.objects.count() == 1
    with_secret = {row["role"] for row in accounts.accounts() if "totp_secret" in row}
    assert with_secret == {"coordinator", "superuser"}


def test_where_it_is_not_demanded_nobody_has_one(coordinator, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    accounts.give_second_factors()
    assert not Authenticator.objects.exists()
    assert "totp_secret" not in json.dumps(accounts.accounts())
