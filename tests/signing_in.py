"""Who gave the password when: what is sensitive wants it again, see `staff.views.joining.sign_in_again`."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication


def count_as_recent(sender, request, user, **kwargs):
    """Whoever comes in by `force_login`, not by the form, counts as having just given it."""
    if request.method is None:
        record_authentication(request, user, method="password", reauthenticated=True)


def signed_in_long_ago(client):
    """The client, when the password was given too long ago for what is sensitive."""
    session = client.session
    session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)
    session.save()
    return client
