import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from exchange.demo import accounts
from exchange.demo.people import PASSWORD
from tests import factories


def test_an_account_whose_address_has_changed_is_left_out_of_the_list(db):
    first, second = accounts.accounts()[:2]
    factories.UserFactory(email=first["email"])
    listed = accounts.table("http://127.0.0.1:8000")
    assert first["email"] in listed
    assert second["email"] not in listed


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
