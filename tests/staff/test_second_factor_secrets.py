"""The secrets of second factors cannot be read out of the database, or a backup of it."""

from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.urls import reverse

from staff.second_factors import is_encrypted
from tests import factories
from tests.staff.cases import SECRET, code, sign_in

ANOTHER_KEY = "another key, and quite fictional"
PLAIN = {"totp": {"secret": SECRET}, "recovery_codes": {"seed": "a1" * 40, "used_mask": 1}}


def test_a_secret_is_unreadable_in_the_database_and_read_by_its_key(db, settings):
    user = factories.UserFactory()
    TOTP.activate(user, SECRET)
    kept = Authenticator.objects.get(user=user).data["secret"]
    assert SECRET not in kept
    assert get_adapter().decrypt(kept) == SECRET
    former, settings.SECRET_KEY = settings.SECRET_KEY, ANOTHER_KEY
    with pytest.raises(InvalidToken):
        get_adapter().decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert get_adapter().decrypt(kept) == SECRET


@pytest.fixture
def user(db):
    return factories.UserFactory(email="ada@example.org")


def factors(user):
    return {factor.type: factor for factor in Authenticator.objects.filter(user=user)}


def renew():
    """What the command says, and the words that it ends with where it fails."""
    out = StringIO()
    try:
        call_command("renew_second_factors", stdout=out)
    except CommandError as error:
        return out.getvalue().strip(), str(error)
    return out.getvalue().strip(), ""


def enters(client, user, entered):
    """Whether a code lets somebody in, after the password."""
    client.logout()
    sign_in(client, user.email)
    response = client.post(reverse("mfa_authenticate"), {"code": entered})
    assert response.status_code in (200, 302)
    is_in = "_auth_user_id" in client.session
    assert is_in or "The code is not right" in response.content.decode()
    return is_in


def test_secrets_that_were_not_encrypted_are_and_hold(client, user):
    for kind, data in PLAIN.items():
        Authenticator.objects.create(user=user, type=kind, data=data)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "My passkey"})
    renew()
    kept = factors(user)
    assert is_encrypted(kept["totp"].data["secret"])
    assert is_encrypted(kept["recovery_codes"].data["seed"])
    assert (kept["recovery_codes"].data["used_mask"], kept["webauthn"].data) == (1, {"name": "My passkey"})
    assert enters(client, user, code())
    assert enters(client, user, kept["recovery_codes"].wrap().get_unused_codes()[0])


def test_codes_of_another_system_are_encrypted_one_by_one(user):
    Authenticator.objects.create(user=user, type="recovery_codes", data={"migrated_codes": ["12345678", "87654321"]})
    renew()
    codes = factors(user)["recovery_codes"]
    assert all(is_encrypted(kept) for kept in codes.data["migrated_codes"])
    assert codes.wrap().get_unused_codes() == ["12345678", "87654321"]


def test_without_its_key_no_code_is_right_and_the_log_says_so(client, user, settings, caplog):
    TOTP.activate(user, SECRET)
    kept = factors(user)["totp"].data["secret"]
    settings.SECRET_KEY = ANOTHER_KEY
    assert not enters(client, user, code())
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.getMessage() == f"No key reads the second factor of user {user.pk}: see SECRET_KEY_FALLBACKS"
    assert not any(secret in f"{line.__dict__}" for secret in (SECRET, kept, code(), ANOTHER_KEY))


def test_without_its_key_it_opens_nothing_sensitive_either(client, user, settings):
    TOTP.activate(user, SECRET)
    settings.SECRET_KEY = ANOTHER_KEY
    client.force_login(user)
    response = client.post(reverse("mfa_reauthenticate"), {"code": code()})
    assert (response.status_code, "The code is not right" in response.content.decode()) == (200, True)


@pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
def test_the_pages_of_recovery_codes_that_no_key_reads_have_a_sentence(client, user, settings, name):
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "My passkey"})
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": "a long fictional password"})
    former = settings.SECRET_KEY
    settings.SECRET_KEY = ANOTHER_KEY
    RecoveryCodes.activate(user)
    settings.SECRET_KEY = former
    response = client.get(reverse(name))
    assert response.status_code == 409
    assert "cannot be read any more: ask whoever runs this portal." in response.content.decode()


def test_renewed_they_hold_without_the_former_key(client, user, settings):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    Authenticator.objects.create(user=factories.UserFactory(), type="totp", data=PLAIN["totp"])
    former, settings.SECRET_KEY = settings.SECRET_KEY, ANOTHER_KEY
    settings.SECRET_KEY_FALLBACKS = [former]
    assert renew() == ("renewed=3 unreadable_of_users=0", "")
    settings.SECRET_KEY_FALLBACKS = []
    assert enters(client, user, code())
    assert enters(client, user, factors(user)["recovery_codes"].wrap().get_unused_codes()[0])


def test_what_no_key_reads_is_named_and_stays(user, settings):
    TOTP.activate(user, SECRET)
    before = factors(user)["totp"].data
    settings.SECRET_KEY = ANOTHER_KEY
    TOTP.activate(factories.UserFactory(), SECRET)
    sentence = f"No key reads the second factors of these users: {user.pk}. They stay as they are."
    assert renew() == ("renewed=1 unreadable_of_users=1", sentence)
    assert factors(user)["totp"].data == before
