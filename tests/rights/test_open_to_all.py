"""Deny by default: every view asks who you are, but these."""

from django.conf import settings
from django.urls import URLResolver, get_resolver

#: Open to everybody, and why.
OPEN = {
    "staff:accessibility": "the law wants it readable by all",
    "staff:privacy": "people read it before they sign in",
    "staff:mail": "only with DEBUG on; 404 else",
    "admin:login": "the admin's own form is never shown",
    "account_login": "signing in",
    "account_logout": "signing out",
    "account_signup": "says that people come by invitation",
    "account_inactive": "why somebody cannot sign in",
    "account_email_verification_sent": "look in your mail",
    "account_confirm_email": "the link of a mail",
    "account_reset_password": "a forgotten password",
    "account_reset_password_done": "look in your mail",
    "account_reset_password_from_key": "the link of a mail",
    "account_reset_password_from_key_done": "it is set",
    "account_confirm_login_code": "the second step of signing in",
    "account_request_login_code": "signing in by a code",
    "staff:accept_invitation": "the link of a mail",
    "staff:calendar_feed": "a calendar has the key in the address, and cannot sign in",
    "mfa_login_webauthn": "signing in by a passkey",
    "openid_connect_login": "signing in elsewhere; 404 where that is not set up",
    "openid_connect_callback": "the way back from there",
    "socialaccount_login_cancelled": "the way back from there",
    "socialaccount_signup": "says that people come by invitation",
    "mfa_authenticate": "the second step of signing in",
}


def open_views(patterns=None, space=""):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from open_views(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        elif not getattr(pattern.callback, "login_required", True):
            yield f"{space}{pattern.name}"


def test_every_view_asks_who_you_are_but_these():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    found = set(open_views())
    assert found == OPEN.keys(), f"Why is {', '.join(sorted(found ^ OPEN.keys()))} open to everybody? Say so here."
