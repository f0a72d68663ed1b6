"""Everybody who signs in has a confirmed address."""

import re

from allauth.account.models import EmailAddress
from django.urls import reverse

from staff.models import User
from tests import factories


def addresses(user):
    return list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary"))


def buttons(page):
    """The button of each address on the page of addresses."""
    forms = re.findall(r'name="email" value="([^"]+)">(.*?)</form>', page, re.DOTALL)
    return {email: re.findall(r'name="action_(\w+)"', form) for email, form in forms}


def test_an_address_has_the_buttons_that_would_do_something(client, db):
    user = factories.UserFactory(email="head@example.org")
    client.force_login(user)
    page = reverse("account_email")
    assert buttons(client.get(page).content.decode()) == {"head@example.org": []}
    EmailAddress.objects.create(user=user, email="new@example.org")
    EmailAddress.objects.create(user=user, email="second@example.org", verified=True)
    assert buttons(client.get(page).content.decode()) == {
        "head@example.org": [],
        "new@example.org": ["send", "remove"],
        "second@example.org": ["primary", "remove"],
    }
    client.post(page, {"email": "second@example.org", "action_primary": ""})
    client.post(page, {"email": "head@example.org", "action_remove": ""})
    assert addresses(user) == [("new@example.org", False, False), ("second@example.org", True, True)]


def test_a_superuser_made_at_the_command_line_can_sign_in(client, db):
    user = User.objects.create_superuser("Root@Example.org", "four fictional words")
    assert addresses(user) == [("root@example.org", True, True)]
    client.post("/accounts/login/", {"login": "root@example.org", "password": "four fictional words"})
    assert client.session["_auth_user_id"] == str(user.pk)
