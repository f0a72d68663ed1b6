"""Coordinators and superusers show a second factor before they come to anything."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from staff.models import Role
from tests import factories
from tests.staff.cases import SECRET, code, sign_in

pytestmark = pytest.mark.slow

SET_UP = reverse("mfa_index")


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def superuser():
    return factories.UserFactory(is_staff=True, is_superuser=True)


WHO = {"coordinator": lambda cast: cast.coordinator, "superuser": lambda cast: superuser()}


@pytest.mark.parametrize("who", WHO)
def test_f44_without_one_they_reach_neither_admin_nor_portal(client, cast, who):
    client.force_login(WHO[who](cast))
    pages = [
        reverse("admin:index"),
        reverse("admin:bank_account_changelist"),
        reverse("admin:login"),
        reverse("home"),
        reverse("exchange:alliance", args=[cast.alliance.slug]),
        reverse("exchange:alliance_requests", args=[cast.alliance.slug]),
    ]
    for page in pages:
        response = client.get(page)
        assert (response.status_code, response.url) in [(302, SET_UP), (302, reverse("admin:index"))]
        assert cast.asking.name not in response.content.decode()
    assert client.post(reverse("admin:staff_invitation_add"), {"email": "a@example.org"}).url == SET_UP
    assert "Set up a second step before you go on" in client.get(SET_UP).content.decode()
    assert client.get(reverse("staff:privacy")).status_code == 200


def test_f44_without_one_a_superuser_takes_away_nobodys(client, cast):
    theirs = Authenticator.objects.create(user=cast.coordinator, type="totp", data={})
    client.force_login(superuser())
    for name, args in (("changelist", []), ("change", [theirs.pk]), ("delete", [theirs.pk])):
        page = reverse(f"admin:mfa_authenticator_{name}", args=args)
        for response in (client.get(page), client.post(page, {"post": "yes"})):
            assert (response.status_code, response.url) == (302, SET_UP), name
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


NEEDED = ["account_change_password", "account_email", "account_reauthenticate", "account_logout", "usersessions_list"]


@pytest.mark.parametrize("name", NEEDED)
def test_f44_what_is_needed_to_set_one_up_or_to_go_is_open(client, cast, name):
    sign_in(client, cast.coordinator.email)
    response = client.get(reverse(name))
    assert (response.status_code, response.headers.get("Location")) == (200, None)


def test_f44_a_role_that_begins_today_counts_today(client, cast):
    Role.objects.create(user=cast.head, kind="coordinator", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    client.force_login(cast.head)
    assert client.get(reverse("exchange:school", args=[cast.asking.pk])).url == SET_UP


def test_f44_recovery_codes_alone_are_no_second_factor(client, cast):
    Authenticator.objects.create(user=cast.coordinator, type="recovery_codes", data={"seed": "a" * 80, "used_mask": 0})
    client.force_login(cast.coordinator)
    assert client.get(reverse("admin:index")).url == SET_UP


def test_f44_the_password_alone_does_not_open_the_admin(client, cast):
    totp.TOTP.activate(cast.coordinator, SECRET)
    response = sign_in(client, cast.coordinator.email)
    assert response.url == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_f44_a_code_works_once(client, cast):
    totp.TOTP.activate(cast.coordinator, SECRET)
    used = code()
    for expected in (True, False):
        client.logout()
        sign_in(client, cast.coordinator.email)
        client.post(reverse("mfa_authenticate"), {"code": used})
        assert ("_auth_user_id" in client.session) == expected


def test_they_set_up_an_app_and_go_on(client, cast):
    sign_in(client, cast.coordinator.email)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    client.post(page.url, {"password": "a long fictional password", "next": reverse("mfa_activate_totp")})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get(reverse("admin:index")).status_code == 200
    assert Authenticator.objects.filter(user=cast.coordinator, type="recovery_codes").exists()


def test_the_last_one_stays(client, cast):
    totp.TOTP.activate(cast.coordinator, SECRET)
    sign_in(client, cast.coordinator.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    page = client.get(reverse("mfa_deactivate_totp"))
    client.post(page.url, {"password": "a long fictional password", "next": reverse("mfa_deactivate_totp")})
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "Your role needs a second step at sign-in" in response.content.decode()
    assert Authenticator.objects.filter(user=cast.coordinator, type="totp").exists()


def test_the_last_one_is_not_offered_to_be_turned_off(client, cast):
    for user, offered in ((cast.coordinator, 0), (cast.head, 1)):
        totp.TOTP.activate(user, SECRET)
        client.force_login(user)
        for name in ("mfa_index", "mfa_deactivate_totp"):
            page = client.get(reverse(name)).content.decode()
            assert len(re.findall(r">\s*Turn off\s*</(?:a|button)>", page)) == offered, name
    Authenticator.objects.create(user=cast.coordinator, type="webauthn", data={})
    client.force_login(cast.coordinator)
    assert "Turn off</button>" in client.get(reverse("mfa_deactivate_totp")).content.decode()


def test_everybody_else_goes_on_without(client, cast):
    for user in (cast.head, cast.lead, cast.stranger):
        client.force_login(user)
        assert client.get(reverse("home"), follow=True).redirect_chain[-1][0] != SET_UP


def test_where_it_is_off_every_page_says_so(client, cast, settings):
    words = "coordinators sign in without a second step here"
    client.force_login(cast.head)
    school = reverse("exchange:school", args=[cast.asking.pk])
    assert words not in client.get(school).content.decode()
    settings.SECOND_FACTOR_REQUIRED = False
    assert words in client.get(school).content.decode()
    client.force_login(cast.coordinator)
    assert words in client.get(reverse("admin:index")).content.decode()
    client.logout()
    assert words in client.get(reverse("account_login")).content.decode()


def test_what_is_sensitive_asks_for_the_password_again(client, cast, settings, rf):
    from django.http import HttpResponse

    from staff.views.joining import sign_in_again

    @sign_in_again
    def export(request):
        return HttpResponse("all of it")

    from allauth.core.exceptions import ReauthenticationRequired

    request = rf.get("/export/")
    request.user, request.session = cast.head, client.session
    with pytest.raises(ReauthenticationRequired):
        export(request)
