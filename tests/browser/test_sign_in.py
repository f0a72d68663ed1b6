import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from alliance import openid
from staff import invitations
from staff.models import Mail, Role
from tests import factories
from tests.browser.cases import PASSWORD, sign_in
from tests.exchange.cases import make_cast

KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
KEY |= {"isUserVerified": True, "automaticPresenceSimulation": True}


@pytest.fixture(autouse=True)
def trial(settings):
    settings.EMAIL_BACKEND = "staff.outbox.OutboxBackend"
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the test's server has no TLS


def on_localhost(visitor):
    """A passkey belongs to a name, never to a number."""
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    return visitor


def with_a_key(visitor):
    """A laptop whose lock says yes to everything."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return visitor


def code_of(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def confirm(visitor):
    """What changes how one signs in asks for the password again."""
    assert visitor.heading == "Confirm that it is you"
    visitor.fill("Password", PASSWORD)
    visitor.press("Confirm")


def test_a_head_signs_in_and_out(visit, db):
    head = factories.head_of(factories.member(factories.AllianceFactory()), email="head@example.org")
    visitor = visit()
    visitor.open("/")
    sign_in(visitor, "Head@Example.org")
    assert visitor.heading == "Support for your school"
    assert visitor.sees(head.roles.get().school.name)
    visitor.press("Sign out")
    visitor.open("/")
    assert visitor.heading == "Sign in"


def test_a_wrong_password_is_said_without_more(visit, db):
    factories.UserFactory(email="head@example.org")
    visitor = visit()
    visitor.open("/accounts/login/")
    sign_in(visitor, "head@example.org", "another fictional password")
    assert visitor.heading == "Sign in"
    assert visitor.page.get_by_role("alert").is_visible()


def test_somebody_invited_joins(visit, db):
    cast = make_cast()
    invitations.invite(
        by=cast.coordinator, email="nora@example.org", name="Nora", kind="headteacher", school=cast.other
    )
    link = re.search(r"/invitations/\S+/", Mail.objects.get(to="nora@example.org").text)[0]
    another = visit(cast.head)
    another.open(link, status=403)
    assert another.heading == "This invitation is for another address"
    visitor = visit()
    visitor.open(link)
    assert visitor.heading == "You are invited"
    assert visitor.value_of("School") == "Castle Hill"
    visitor.press("Accept and sign in")
    assert visitor.page.get_by_role("alert").get_by_role("link").count() == 2
    visitor.fill("Your name", "Nora Newhead")
    for label in ("Password", "Password again"):
        visitor.fill(label, "four fictional words")
    visitor.press("Accept and sign in")
    assert visitor.heading == "Support for your school"
    visitor.open(link, status=404)
    assert visitor.heading == "This invitation cannot be used"


def test_a_code_by_mail_signs_in(visit, db):
    factories.head_of(factories.member(factories.AllianceFactory()), email="head@example.org")
    visitor = visit()
    visitor.open("/accounts/login/")
    visitor.follow_button("Send me a code by email")
    visitor.fill("Email address", "head@example.org")
    visitor.press("Send the code")
    assert visitor.heading == "Enter the code"
    visitor.fill("Code", "AAAA-AAAA")
    visitor.press("Sign in")
    assert visitor.page.get_by_role("alert").is_visible()
    visitor.fill("Code", re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", Mail.objects.get().text, re.M)[0])
    visitor.press("Sign in")
    assert visitor.heading == "Support for your school"


def test_a_passkey_signs_in_alone_and_is_a_second_factor(visit, db):
    head = factories.head_of(factories.member(factories.AllianceFactory()), email="head@example.org")
    visitor = with_a_key(on_localhost(visit()))
    at = visitor.address
    visitor.open(f"{at}{reverse('account_login')}")
    sign_in(visitor, "head@example.org")
    visitor.open(f"{at}{reverse('mfa_add_webauthn')}")
    confirm(visitor)
    visitor.fill("Name", "School laptop")
    visitor.choose("Sign in with it alone")
    visitor.press("Add the passkey")
    assert visitor.heading == "Your recovery codes"
    assert Authenticator.objects.filter(user=head, type="webauthn").count() == 1
    visitor.press("Sign out")
    visitor.open(f"{at}{reverse('account_login')}")
    visitor.press("Sign in with a passkey")
    assert visitor.heading == "Support for your school"
    visitor.press("Sign out")
    visitor.open(f"{at}{reverse('account_login')}")
    sign_in(visitor, "head@example.org")
    assert visitor.heading == "The second step"
    visitor.press("Use a passkey instead")
    assert visitor.heading == "Support for your school"
    key = Authenticator.objects.get(user=head, type="webauthn")
    visitor.open(f"{at}{reverse('mfa_list_webauthn')}")
    assert visitor.sees("Signs you in alone.")
    visitor.open(f"{at}{reverse('mfa_reauthenticate_webauthn')}?next={reverse('mfa_edit_webauthn', args=[key.pk])}")
    visitor.press("Use a passkey")
    visitor.fill("Name", "Old laptop")
    visitor.press("Save")
    visitor.open(f"{at}{reverse('mfa_remove_webauthn', args=[key.pk])}")
    assert visitor.heading == "Remove Old laptop?"
    visitor.press("Remove")
    assert visitor.heading == "Your passkeys"
    assert not Authenticator.objects.filter(user=head, type="webauthn").exists()


def test_a_passkey_that_is_not_there_is_said_on_the_page(visit, db):
    visitor = on_localhost(visit())
    visitor.open(f"{visitor.address}{reverse('account_login')}")
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"isUserVerified": False}})
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    visitor.page.get_by_text("The passkey was not used").wait_for()
    visitor.look()


def test_a_coordinator_sets_up_an_app_before_anything_else(visit, settings, db):
    settings.SECOND_FACTOR_REQUIRED = True
    cast = make_cast()
    visitor = visit()
    visitor.open("/accounts/login/")
    sign_in(visitor, cast.coordinator.email)
    assert visitor.heading == "Two-step sign-in"
    visitor.open("/admin/")
    assert visitor.heading == "Two-step sign-in"
    visitor.page.get_by_role("button", name="Turn on").click()
    confirm(visitor)
    secret = visitor.page.locator(".app-code").inner_text()
    visitor.fill("Code from the app", code_of(secret))
    visitor.press("Turn on")
    assert visitor.heading == "Your recovery codes"
    recovery = visitor.page.locator(".app-code li").first.inner_text()
    visitor.open(reverse("mfa_generate_recovery_codes"))
    visitor.open(f"{reverse('mfa_reauthenticate')}?next={reverse('mfa_index')}")
    visitor.open(reverse("mfa_deactivate_totp"))
    assert visitor.page.get_by_role("alert").is_visible()
    visitor.open(reverse("home"))
    visitor.press("Sign out")
    visitor.open("/accounts/login/")
    sign_in(visitor, cast.coordinator.email)
    assert visitor.heading == "The second step"
    visitor.fill("Code", recovery)
    visitor.press("Sign in")
    visitor.open("/admin/")
    assert visitor.heading == "Administration"


def test_an_account_elsewhere_has_its_button_and_its_page(visit, settings, db):
    app = openid._app("dfe", "DfE Sign-in", "client", "secret", "http://127.0.0.1:1", is_trusted=False)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    visitor = visit()
    visitor.open("/accounts/login/")
    assert visitor.sees("Sign in with DfE Sign-in")
    visitor.open("/accounts/oidc/dfe/login/")
    assert visitor.heading == "Sign in with DfE Sign-in?"
    user = factories.UserFactory()
    Role.objects.create(user=user, kind="steering", alliance=factories.AllianceFactory(), starts_on=factories.LONG_AGO)
    user.socialaccount_set.create(provider="dfe", uid="somebody")
    user.set_unusable_password()
    user.save()
    visitor.sign_in_as(user)
    visitor.open(reverse("socialaccount_connections"))
    assert visitor.sees("DfE Sign-in, since")
    visitor.open(reverse("account_set_password"))
    assert visitor.heading == "Choose a password"
