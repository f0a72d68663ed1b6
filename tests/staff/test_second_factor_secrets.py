"""The secrets of second factors cannot be read out of the database, or a backup of it."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken

from tests import factories

SECRET = "JBSWY3DPEHPK3PXP"


def test_a_secret_is_unreadable_in_the_database_and_read_by_its_key(db, settings):
    user = factories.UserFactory()
    TOTP.activate(user, SECRET)
    kept = Authenticator.objects.get(user=user).data["secret"]
    assert SECRET not in kept
    assert get_adapter().decrypt(kept) == SECRET
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key, and quite fictional"
    with pytest.raises(InvalidToken):
        get_adapter().decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert get_adapter().decrypt(kept) == SECRET
