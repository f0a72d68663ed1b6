"""Signing in by an account elsewhere: a small server of our own plays DfE Sign-in, Google and Microsoft."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import environ
import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from alliance import openid
from staff.models import Role, User
from tests import factories
from tests.signing_in import signed_in_long_ago

TENANT = "11111111-2222-3333-4444-555555555555"
ADDRESS = "head@example.org"


class Elsewhere(BaseHTTPRequestHandler):
    """Hands out the claims that the test puts into `server.claims`."""

    def do_GET(self):
        if self.path.endswith("/.well-known/openid-configuration"):
            issuer = self.server.issuer
            names = ("authorization", "token", "userinfo")
            self.answer(
                {"issuer": issuer, "jwks_uri": f"{issuer}/keys", **{f"{n}_endpoint": f"{issuer}/{n}" for n in names}}
            )
        else:
            self.answer(self.server.userinfo)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "token", "token_type": "Bearer", "id_token": self.server.id_token})

    def answer(self, facts):
        body = json.dumps(facts).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    server.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def configured(server, settings):
    def configure(*, trusted=False, **facts):
        app = openid._app(
            "dfe", "DfE Sign-in", "client", "a fictional secret", server.issuer, is_trusted=trusted, **facts
        )
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    configure()
    return configure


@pytest.fixture
def head(db):
    return factories.UserFactory(email=ADDRESS)


LOGIN = "/accounts/oidc/dfe/login/"


def go(client, server, process="login", **claims):
    """There and back again, with these claims; returns the answer of the way back."""
    claims = {"sub": "somebody", "email": ADDRESS, "email_verified": True, **claims}
    now = int(time.time())
    token = {"iss": server.issuer, "aud": "client", "iat": now, "exp": now + 60, **claims}
    server.id_token = jwt.encode(token, "a key of at least thirty-two bytes", algorithm="HS256")
    server.userinfo = claims | claims.get("userinfo", {})
    there = client.post(f"{LOGIN}?process={process}")
    state = parse_qs(urlsplit(there.url).query)
    assert state["code_challenge_method"] == ["S256"]
    return client.get(f"{LOGIN}callback/", {"code": "code", "state": state["state"][0]})


def is_in(client):
    return "_auth_user_id" in client.session


def test_a_button_is_there_only_where_it_is_configured(client, configured, settings, db):
    assert "Sign in with DfE Sign-in" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "With another account" not in client.get(reverse("account_login")).content.decode()
    assert client.post(LOGIN).status_code == 404


def test_each_of_two_is_asked_as_its_own_client(client, server, settings, db):
    apps = [openid._app(key, key, f"client of {key}", "a fictional secret", server.issuer) for key in ("dfe", "google")]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    for key in ("dfe", "google"):
        there = client.post(f"/accounts/oidc/{key}/login/")
        assert parse_qs(urlsplit(there.url).query)["client_id"] == [f"client of {key}"]


def test_nobody_signs_up_by_it(client, server, configured, db):
    configured(trusted=True)
    response = go(client, server, email="nobody@example.org")
    assert response.status_code == 403
    assert "DfE Sign-in does not open an account here yet" in response.content.decode()
    assert not User.objects.filter(email="nobody@example.org").exists()
    assert not is_in(client)


def test_a_trusted_issuer_opens_the_account_of_a_confirmed_address(client, server, configured, head):
    configured(trusted=True)
    go(client, server, email="Head@Example.org")
    assert get_user(client) == head
    assert SocialAccount.objects.get(user=head).uid == "somebody"
    assert head.check_password("a long fictional password")


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}])
def test_an_address_not_verified_there_opens_nothing(client, server, configured, head, claims):
    configured(trusted=True)
    assert go(client, server, **claims).status_code == 403
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_issuer_that_is_not_trusted_opens_nothing_by_address(client, server, configured, head):
    assert go(client, server).status_code == 403
    assert not is_in(client)


def test_an_address_not_confirmed_here_opens_nothing(client, server, configured, head):
    configured(trusted=True)
    EmailAddress.objects.filter(user=head).update(verified=False)
    assert go(client, server).status_code == 403
    assert not is_in(client)


def test_it_is_connected_from_a_signed_in_account_and_then_opens_it(client, server, configured, head):
    client.post(reverse("account_login"), {"login": ADDRESS, "password": "a long fictional password"})
    client.post(reverse("account_reauthenticate"), {"password": "a long fictional password"})
    go(client, server, "connect", email="another@example.org")
    page = client.get(reverse("socialaccount_connections")).content.decode()
    assert "DfE Sign-in, since" in page
    client.post(reverse("account_logout"))
    go(client, server, email="another@example.org")
    assert get_user(client) == head
    kept = SocialAccount.objects.get().extra_data
    assert set(kept["userinfo"]) | set(kept["id_token"]) <= {"iss", "sub", "tid", "email", "email_verified"}


def test_connecting_asks_for_the_password_again(client, server, configured, head):
    client.force_login(head)
    assert go(signed_in_long_ago(client), server, "connect").url == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()


def test_connected_accounts_are_spoken_of_only_where_a_service_is_configured(
    client, server, configured, head, settings
):
    client.force_login(head)
    page, words = reverse("account_change_password"), "Connected accounts"
    assert words in client.get(page).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert words not in client.get(page).content.decode()


def test_it_does_not_replace_the_second_factor(client, server, configured, head):
    configured(trusted=True)
    TOTP.activate(head, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert go(client, server).url == reverse("mfa_authenticate")
    assert not is_in(client)


def test_what_it_claims_gives_no_role(client, server, configured, head):
    configured(trusted=True)
    go(client, server, roles=["coordinator"], groups=["admins"], is_superuser=True, organisation={"urn": "900001"})
    head.refresh_from_db()
    assert (head.is_staff, head.is_superuser, Role.objects.filter(user=head).count()) == (False, False, 0)


def test_somebody_of_another_tenant_is_refused(client, server, configured, head):
    configured(trusted=True, tenant=TENANT)
    assert go(client, server, tid="99999999-2222-3333-4444-555555555555").status_code == 403
    assert go(client, server).status_code == 403
    assert not is_in(client)
    go(client, server, tid=TENANT)
    assert get_user(client) == head


@pytest.mark.parametrize("wrong", [{"iss": "https://evil.example"}, {"aud": "another client"}, {"exp": 1},
                                   {"userinfo": {"sub": "somebody else"}}])  # fmt: skip
def test_a_token_for_somebody_else_is_refused(client, server, configured, head, wrong):
    configured(trusted=True)
    go(client, server, **wrong)
    assert not is_in(client)


def test_an_answer_nobody_asked_for_is_refused(client, server, configured, head):
    response = client.get(f"{LOGIN}callback/", {"code": "code", "state": "made up"})
    assert "You were not signed in" in response.content.decode()
    assert not is_in(client)


# What the environment says ---------------------------------------------------------------------------


def apps(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return openid.apps(environ.Env())


def test_nothing_is_configured_by_itself(monkeypatch):
    assert apps(monkeypatch) == []


def test_only_issuers_named_as_trusted_are(monkeypatch):
    found = apps(
        monkeypatch, GOOGLE_CLIENT_ID="a", GOOGLE_SECRET="b", DFE_SIGN_IN_CLIENT_ID="c", DFE_SIGN_IN_SECRET="d",
        OPENID_TRUSTED="https://accounts.google.com/",
    )  # fmt: skip
    assert {app["name"]: app["settings"]["is_trusted"] for app in found} == {"Google": True, "DfE Sign-in": False}
    assert openid.origins(found) == [
        "https://*.signin.education.gov.uk", "https://accounts.google.com", "https://oidc.signin.education.gov.uk",
    ]  # fmt: skip


@pytest.mark.parametrize("tenants", ["", "common", "organizations", "example.org"])
def test_microsoft_is_pinned_to_named_tenants(monkeypatch, tenants):
    with pytest.raises(ImproperlyConfigured):
        apps(monkeypatch, MICROSOFT_CLIENT_ID="a", MICROSOFT_SECRET="b", MICROSOFT_TENANTS=tenants)
    (app,) = apps(monkeypatch, MICROSOFT_TENANTS=TENANT)
    assert app["settings"]["server_url"] == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert app["settings"]["tenant"] == TENANT
