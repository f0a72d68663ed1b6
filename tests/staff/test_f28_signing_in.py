"""Guessing passwords, finding out who signs in, being led astray, and staying in with an old cookie."""

import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import Invitation, Mail
from tests import factories
from tests.staff.cases import ADDRESS, PASSWORD, sign_in

pytestmark = pytest.mark.slow

OTHERS = 1000
HOME = reverse("home")


@pytest.fixture(autouse=True)
def real_outbox(settings):
    settings.EMAIL_BACKEND = "staff.outbox.OutboxBackend"  # in the place of the tests' own


@pytest.fixture
def head(db):
    return factories.UserFactory(email=ADDRESS)


def is_in(client):
    return "_auth_user_id" in client.session


# F28 -----------------------------------------------------------------------------------------------


def fail_twelve_times(ip="10.0.0.{}", **headers):
    for n in range(12):
        sign_in(Client(REMOTE_ADDR=ip.format(n)), password="another fictional password", **headers)


def test_f28_after_twelve_wrong_passwords_the_right_one_is_refused_too(client, head):
    fail_twelve_times()
    response = sign_in(client)
    assert "Too many attempts have failed" in response.content.decode()
    assert not is_in(client)


def test_f28_a_made_up_x_forwarded_for_does_not_help(client, head):
    for n in range(12):
        sign_in(client, password="another fictional password", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
    assert not is_in(client)
    sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert not is_in(client)
    # Nor does it hide one guesser of many addresses.
    for n in range(12):
        sign_in(client, f"other{n}@example.org", "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
    factories.UserFactory(email="victim@example.org")
    response = sign_in(client, "victim@example.org", HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert "Too many attempts have failed" in response.content.decode()


def test_f28_a_thousand_other_addresses_in_between_do_not_help(client, head):
    fail_twelve_times()
    for n in range(OTHERS):  # each attempt leaves an entry like this; the whole way in takes a hash each
        cache.set(f"allauth:rl:allauth.account:login_failed:other{n}", [0], 300)
    sign_in(client)
    assert not is_in(client)


def test_f28_the_victim_chooses_a_new_password_and_gets_in(client, head):
    fail_twelve_times()
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = re.search(r"/accounts/password/reset/key/\S+/", Mail.objects.get(to=ADDRESS).text)[0]
    form = client.get(link, follow=True)
    words = {"password1": "three new words", "password2": "three new words"}
    client.post(form.redirect_chain[-1][0], words)
    sign_in(client, password="three new words")
    assert is_in(client)


def test_f28_codes_by_mail_are_guessed_three_times_at_most(client, head):
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", Mail.objects.get(to=ADDRESS).text, re.M)[0]
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_in(client)


def test_a_code_by_mail_signs_in(client, head):
    client.post(reverse("account_request_login_code"), {"email": "Head@Example.org"})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", Mail.objects.get(to=ADDRESS).text, re.M)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert get_user(client) == head


# F29 -----------------------------------------------------------------------------------------------


def without_chance(response, email):
    """A page without what differs by chance: the form's key, and the address that was typed."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", response.content.decode())
    return response.status_code, response.headers.get("Location"), text.replace(email, "ADDRESS")


WAYS = {
    "sign in": ("account_login", lambda email: {"login": email, "password": "wrong words"}),
    "reset": ("account_reset_password", lambda email: {"email": email}),
    "code": ("account_request_login_code", lambda email: {"email": email}),
}


@pytest.mark.parametrize("way", WAYS)
def test_f29_known_and_unknown_addresses_are_answered_alike(head, way):
    name, data = WAYS[way]
    answers, pages = [], []
    for email in (ADDRESS, "nobody@example.org"):
        client = Client()
        answers.append(without_chance(client.post(reverse(name), data(email)), email))
        pages.append(without_chance(client.get(answers[-1][1] or reverse(name)), email))
    assert answers[0] == answers[1]
    assert pages[0] == pages[1]


def test_f29_both_are_sent_a_mail_and_only_one_holds_a_link(client, head):
    for email in (ADDRESS, "nobody@example.org"):
        client.post(reverse("account_reset_password"), {"email": email})
    known, unknown = (Mail.objects.get(to=email).text for email in (ADDRESS, "nobody@example.org"))
    assert "/password/reset/key/" in known
    assert "Nobody signs in with it" in unknown
    assert "http" not in unknown


def test_f29_an_invitation_says_nothing_about_who_has_an_account(client, cast):
    client.force_login(cast.coordinator)
    factories.UserFactory(email=ADDRESS)
    answers, now = [], timezone.now()
    for email in (ADDRESS, "nobody@example.org"):
        facts = {"email": email, "kind": "headteacher", "school": cast.asking.pk}
        with time_machine.travel(now, tick=False):  # the page says when
            response = client.post(reverse("admin:staff_invitation_add"), facts, follow=True)
        page = re.sub(r"/invitation/\d+/|value=\"\d+\"", "", without_chance(response, email)[2])
        letter = Mail.objects.get(to=email)
        answers.append((page, letter.subject, re.sub(r"/invitations/\S+/", "", letter.text)))
        Invitation.objects.all().delete()
    assert answers[0] == answers[1]
    assert answers[0][1] == f"{cast.coordinator} invites you to the Support Exchange"


# F30 -----------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "http:evil.example/",
    "javascript:alert(1)",
    "https://testserver@evil.example/",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_f30_signing_in_leads_to_no_other_site(client, head, target):
    data = {"login": ADDRESS, "password": PASSWORD, "next": target}
    response = client.post(f"{reverse('account_login')}", data)
    assert response.url == HOME
    assert "evil" not in client.get(reverse("account_logout"), {"next": target}, follow=False).headers.get(
        "Location", ""
    )
    assert client.post(reverse("account_logout"), {"next": target}).url == HOME


@pytest.mark.parametrize("target", ELSEWHERE)
def test_f30_nor_does_whoever_is_in_already_or_confirms_who_it_is(client, head, target):
    client.force_login(head)
    assert client.get(reverse("account_login"), {"next": target}).url == HOME
    again = reverse("account_reauthenticate")
    assert client.post(again, {"password": PASSWORD, "next": target}).url.startswith("/")
    assert "evil" not in client.post(again, {"password": PASSWORD, "next": target}).url


# F31 -----------------------------------------------------------------------------------------------


def test_f31_the_key_of_the_session_changes_at_sign_in(client, head):
    planted = client.session  # which somebody else knows
    planted["planted"] = True
    planted.save()
    before = planted.session_key
    sign_in(client)
    assert before
    assert client.session.session_key != before
    assert not client.session.exists(before)


def copy_of(client):
    """A browser with the same cookies, as a thief would have it."""
    thief = Client()
    thief.cookies = client.cookies.copy()
    return thief


def test_f31_signing_out_kills_the_cookie(client, head):
    sign_in(client)
    thief = copy_of(client)
    assert get_user(thief) == head
    client.post(reverse("account_logout"))
    assert thief.get(reverse("usersessions_list")).status_code == 302
    assert not is_in(thief)


def test_f31_a_new_password_kills_the_cookies_of_all_browsers(client, head):
    other = Client()
    sign_in(other)
    sign_in(client)
    words = {"oldpassword": PASSWORD, "password1": "three new words", "password2": "three new words"}
    assert client.post(reverse("account_change_password"), words).status_code == 302
    assert other.get(reverse("usersessions_list")).status_code == 302


def test_one_signs_out_in_one_other_browser_and_in_nobody_elses(client, head):
    page, lost, kept, stranger = reverse("usersessions_list"), Client(), Client(), Client()
    sign_in(client)
    rows = []
    for browser in (lost, kept):
        sign_in(browser)
        rows.append(UserSession.objects.latest("pk"))
    sign_in(stranger, factories.UserFactory().email)
    foreign = UserSession.objects.exclude(user=head).get()
    answer = client.post(page, {"session": rows[0].pk}, follow=True)
    assert "Signed out there." in answer.content.decode()
    for again in (rows[0], foreign):
        assert "signed out already" in client.post(page, {"session": again.pk}, follow=True).content.decode()
    signed_in = [browser.get(page).status_code == 200 for browser in (client, lost, kept, stranger)]
    assert signed_in == [True, False, True, True]
    client.post(page)
    assert [browser.get(page).status_code == 200 for browser in (client, kept, stranger)] == [True, False, True]


def test_f31_who_may_no_longer_sign_in_is_out_at_the_next_click(client, head):
    sign_in(client)
    assert client.get(reverse("usersessions_list")).status_code == 200
    head.is_active = False
    head.save()
    assert client.get(reverse("usersessions_list")).status_code == 302
    assert sign_in(Client()).url == reverse("account_inactive")


def test_f31_the_owner_ends_the_other_sessions(client, head):
    other = Client(HTTP_USER_AGENT="Browser in the library")
    sign_in(other)
    other.get(reverse("usersessions_list"))
    sign_in(client)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Browser in the library" in page
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("usersessions_list")).status_code == 302
    assert client.get(reverse("usersessions_list")).status_code == 200


def test_f31_a_foreign_host_is_refused(client, head, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = client.post(reverse("account_reset_password"), {"email": ADDRESS}, HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert not Mail.objects.exists()


# Addresses ------------------------------------------------------------------------------------------


def test_an_address_that_is_not_confirmed_signs_nobody_in(client, head):
    head.emailaddress_set.update(verified=False)
    assert sign_in(client).url == reverse("account_email_verification_sent")
    assert not is_in(client)
    link = re.search(r"/accounts/confirm-email/\S+/", Mail.objects.get(to=ADDRESS).text)[0]
    client.post(link)
    sign_in(client)
    assert is_in(client)


def test_nobody_signs_up(client, db):
    page = client.get(reverse("account_signup"))
    assert "People join by invitation" in page.content.decode()
    data = {"email": "mallory@example.org", "password1": "four fictional words", "password2": "four fictional words"}
    client.post(reverse("account_signup"), data)
    assert not is_in(client)
    assert not Mail.objects.exists()
