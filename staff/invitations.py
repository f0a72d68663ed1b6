"""People come by a coordinator, who gives the address; they set the password themselves, by a link."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from . import outbox


def invite(user):
    """Mail a link to set a password. It holds until it is used or PASSWORD_RESET_TIMEOUT is over."""
    token = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=token)
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    outbox.write(user.email, "invitation", {"name": user.get_full_name(), "link": link, "days": days})


def tell_old_address(user, old):
    """Whoever signed in with an address hears that it is replaced, should nobody have asked them."""
    outbox.write(old, "new_address", {"name": user.get_full_name()})
