"""What allauth asks us: who may join, what a second factor may be, and whom a sign-in elsewhere opens."""

from base64 import urlsafe_b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from portal.errors import Refused

from . import rules

KEPT_CLAIMS = ("iss", "sub", "tid", "email", "email_verified")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right",
        "too_many_login_attempts": "Too many attempts have failed. Wait five minutes, or choose a new password",
        "incorrect_password": "The password is not right",
        "incorrect_code": "The code is not right, or no longer valid",
        "invalid_login": "The email address or the password is not right",
        "enter_current_password": "Enter your current password",
        "invalid_password_reset": "This link no longer works",
        "rate_limited": "Too many attempts: wait a few minutes",
    }

    def is_open_for_signup(self, request):
        """People come by invitation, never by themselves."""
        return False

    def clean_email(self, email):
        return super().clean_email(email.lower())


class Unreadable(InvalidToken, Refused):
    """No key reads a secret: it is of a SECRET_KEY that is in no setting any more."""


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. It changes every 30 seconds",
        "cannot_delete_authenticator": "Your role needs a second step at sign-in: add another one first",
        "unverified_email": "Confirm your email address first",
    }

    def encrypt(self, text):
        """Whoever reads a backup has no second factor by it: its secrets are kept under SECRET_KEY."""
        return self._keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return self._keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            sentence = "Your second step or its recovery codes cannot be read any more: ask whoever runs this portal."
            raise Unreadable(sentence) from None

    def _keys(self):
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        digests = [salted_hmac("staff.mfa", "", secret=secret, algorithm="sha256").digest() for secret in secrets]
        return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "My passkey"

    def can_delete_authenticator(self, authenticator):
        """Whose role demands a second step keeps one."""
        return not rules.keeps_last_factor(authenticator.user)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request, provider=None, client_id=None):
        """Those the environment names, and none from the database."""
        wanted = (None, "", "openid_connect")
        return [
            SocialApp(provider="openid_connect", **app)
            for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
            if provider in (*wanted, app["provider_id"]) and client_id in (None, app["client_id"])
        ]

    def populate_user(self, request, sociallogin, data):
        """Of what comes along, only what says who it is stays."""
        claims = sociallogin.account.extra_data
        sociallogin.account.extra_data = {
            part: {name: value for name, value in facts.items() if name in KEPT_CLAIMS}
            for part, facts in claims.items()
            if part in ("userinfo", "id_token")
        }
        return super().populate_user(request, sociallogin, {"email": data.get("email", "")})

    def pre_social_login(self, request, sociallogin):
        claims = sociallogin.account.extra_data
        token, userinfo = claims.get("id_token", {}), claims.get("userinfo")
        tenant = sociallogin.provider.app.settings.get("tenant")
        if not token.get("sub") or (userinfo and userinfo.get("sub") != token["sub"]):
            raise self._refusal(request, sociallogin)
        if tenant and token.get("tid", "").lower() != tenant:
            raise self._refusal(request, sociallogin)

    def can_authenticate_by_email(self, login, email):
        """By address only from an issuer the operator trusts, and which says in so many words that it is theirs."""
        claims = login.account.extra_data
        said_by = claims.get("userinfo") or claims.get("id_token", {})
        is_theirs = said_by.get("email_verified") is True and said_by.get("email", "").lower() == email.lower()
        return bool(login.provider.app.settings.get("is_trusted")) and is_theirs

    def authenticate_by_email(self, sociallogin):
        """An address that we have not seen confirmed ourselves opens nothing."""
        found = super().authenticate_by_email(sociallogin)
        if found and EmailAddress.objects.filter(user=found[0], email=found[1].lower(), verified=True).exists():
            return found
        return None

    def is_open_for_signup(self, request, sociallogin):
        raise self._refusal(request, sociallogin)

    def _refusal(self, request, sociallogin):
        context = {"provider": sociallogin.provider}
        return ImmediateHttpResponse(render(request, "socialaccount/not_linked.html", context, status=403))
