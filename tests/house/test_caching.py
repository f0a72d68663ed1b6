"""What somebody sees who is signed in is kept by no browser: Back asks the server anew."""

import pytest
from django.conf import settings
from django.urls import reverse

from exchange import actions
from tests import factories
from tests.exchange.cases import an_offer, make_cast


@pytest.fixture
def cast(db):
    return make_cast()


def is_kept(response):
    """Whether a browser may keep the page."""
    return "no-store" not in response.headers.get("Cache-Control", "").split(", ")


def test_a_page_and_a_file_of_somebody_signed_in_are_not_kept(client, cast):
    client.force_login(cast.head)
    for name in ("school", "statement", "statement_csv", "statement_sums_csv", "start_request"):
        response = client.get(reverse(f"exchange:{name}", args=[cast.asking.pk]))
        assert (response.status_code, is_kept(response)) == (200, False), name
    response = client.get(reverse("home"))
    assert (response.status_code, is_kept(response)) == (302, False)


def test_a_form_that_was_sent_and_one_that_was_wrong_are_not_kept(client, cast):
    client.force_login(cast.head)
    page = reverse("exchange:withdraw", args=[an_offer(cast).support_request_id])
    key = "6a1f2f9c-3a0b-4a4e-9a55-0d3f0c9f2a11"
    answers = [client.post(page, {"key": key, "reason": reason}) for reason in ("", "Solved")]
    assert [answer.status_code for answer in answers] == [200, 302]
    assert [is_kept(answer) for answer in answers] == [False, False]


def test_the_pages_of_errors_are_not_kept(client, cast):
    commission = an_offer(cast)
    actions.offers.decline(commission=commission, by=cast.lead, reason="dates")
    client.force_login(cast.head)
    for page, status in [
        (reverse("exchange:accept", args=[commission.pk]), 403),
        (reverse("exchange:agree", args=[commission.pk]), 409),
        (reverse("exchange:school", args=[cast.giving.pk]), 404),
        ("/no/such/page/", 404),
    ]:
        response = client.get(page)
        assert (response.status_code, is_kept(response)) == (status, False), page


def test_a_refused_token_and_a_fault_of_ours_are_not_kept(client, cast, monkeypatch):
    client.handler.enforce_csrf_checks = True
    client.raise_request_exception = False
    client.force_login(cast.head)
    refused = client.post(reverse("exchange:start_request", args=[cast.asking.pk]))
    assert (refused.status_code, is_kept(refused)) == (403, False)
    monkeypatch.setattr("exchange.views.schools.todo", None)
    fault = client.get(reverse("exchange:school", args=[cast.asking.pk]))
    assert (fault.status_code, is_kept(fault)) == (500, False)


def test_the_admin_is_not_kept(client, cast):
    client.force_login(cast.coordinator)
    names = ("index", "bank_account_changelist", "staff_user_add", "jsi18n")
    for page in (*(reverse(f"admin:{name}") for name in names), "/admin/no/such/page/"):
        assert not is_kept(client.get(page)), page
    client.force_login(cast.head)
    forbidden = client.get(reverse("admin:index"), follow=True)
    assert (forbidden.status_code, is_kept(forbidden)) == (403, False)


def test_the_last_answer_of_signing_out_is_not_kept(client, cast):
    client.force_login(cast.head)
    response = client.post(reverse("account_logout"))
    assert (response.status_code, is_kept(response)) == (302, False)


def test_what_everybody_sees_stays_as_it_is(client, cast):
    response = client.get(reverse("staff:privacy"))
    assert (response.status_code, response.headers.get("Cache-Control")) == (200, None)


def test_static_files_and_the_health_check_stay_as_they_are(client, cast, settings, tmp_path):
    (tmp_path / "portal.css").write_text("a { color: red }")
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    client.force_login(cast.head)
    file = client.get("/static/portal.css")
    assert (file.status_code, is_kept(file)) == (200, True)
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"


def test_a_public_page_is_not_kept_either_of_somebody_signed_in(client, db):
    client.force_login(factories.UserFactory())
    assert settings.SESSION_COOKIE_NAME in client.cookies
    assert not is_kept(client.get(reverse("staff:privacy")))
