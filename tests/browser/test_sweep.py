"""Every page there is, as somebody who may see it, with rows on it: opening one looks at it, see Visitor.look."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, get_resolver, resolve, reverse

from bank.models import Account
from staff.models import Mail
from tests import factories
from tests.browser.pages import WHO, a_superuser, many_cases, page
from tests.exchange import acts_of_the_bank
from tests.exchange.cases import make_cast

# Answers that are no pages: files, redirects and what a script asks for; mail, shown in debug only.
NO_PAGES = {
    "mail", "statement_csv", "statement_sums_csv", "bank_csv", "statement_pdf", "charge_pdf", "visit_calendar",
    "calendar_feed",
    "account_logout", "mfa_download_recovery_codes",
    "mfa_login_webauthn", "openid_connect_callback", "socialaccount_signup",
    "my_data_file", "disclosure_file",
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_every_page_of(who, visit, db):
    case = many_cases()
    user, pages = WHO[who]
    somebody = user(case)
    paths = list(pages(case))
    visitor = visit(somebody)
    for path in paths:
        visitor.open(path)
        assert visitor.heading


def test_the_page_of_mail_has_room_for_long_addresses(visit, db, settings):
    settings.DEBUG = True
    Mail.objects.create(to="second.coordinator.larkmere.teaching@example.org", subject="A visit tomorrow", text="-")
    visitor = visit()
    visitor.open(reverse("staff:mail"))
    assert visitor.heading == "Mail"


def test_the_page_of_ones_addresses(visit, db):
    user = factories.UserFactory()
    for name, verified in (("a.second.and.very.long.address.of.mine", True), ("a.third", False)):
        EmailAddress.objects.create(user=user, email=f"{name}@example.org", verified=verified)
    visitor = visit(user)
    visitor.open(reverse("account_email"))
    assert visitor.page.get_by_role("button", name="Remove").count() == 2


# Swept by test_sign_in, which goes there step by step.
OF_SIGNING_IN = {
    "account_confirm_login_code", "account_set_password", "openid_connect_login",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
}  # fmt: skip

# The bank, and money: each page needs a scene of its own.
OF_THE_BANK = {**acts_of_the_bank.ACTS, "exchange:charge": partial(acts_of_the_bank.of_a_charge, "charge", {})}


@pytest.mark.parametrize("name", OF_THE_BANK)
def test_every_page_of_the_bank(name, visit, db):
    user, path, _ = OF_THE_BANK[name](make_cast())
    visitor = visit(user)
    visitor.open(path)
    assert visitor.heading


def test_the_sweep_leaves_no_page_out(db):
    case = many_cases()
    a_superuser(case)
    swept = {name_of(path) for _, pages in WHO.values() for path in pages(case)}
    swept |= {name.removeprefix("exchange:") for name in OF_THE_BANK} | OF_SIGNING_IN
    pages = {pattern.name for pattern in patterns(get_resolver()) if pattern.name} | {"home"}
    assert pages - swept - NO_PAGES == set()


def patterns(resolver):
    """The URL patterns of the portal's own pages; the admin's are swept by their models."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.app_name != "admin":
            yield from patterns(pattern)


def name_of(path):
    return resolve(path.split("?")[0]).url_name


# The admin ---------------------------------------------------------------------------------------


def pages_of_the_admin(case, models):
    """The list of each model, the page of one row, and the page to add one, where there are such."""
    yield reverse("admin:index")
    for model, model_admin in models:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        row = model.objects.order_by("-pk").first()
        if row is not None:
            yield reverse(f"{base}_change", args=[row.pk])
        if model_admin.has_add_permission(case.support_request):
            yield reverse(f"{base}_add")


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_of_the_admin(half, visit, db, rf):
    case = many_cases()
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    case.support_request = rf.get("/admin/")
    case.support_request.user = user
    visitor = visit(user)
    for path in pages_of_the_admin(case, list(admin.site._registry.items())[half::2]):
        visitor.open(path)
        assert visitor.heading


def test_the_coordinators_pages_of_the_admin(visit, db):
    case = many_cases()
    account = Account.objects.get(school=case.cast.asking)
    visitor = visit(case.cast.coordinator)
    visitor.open(reverse("admin:index"))
    balances = reverse("admin:bank_account_changelist")
    for path in (balances, f"{balances}?year=12m&sort=school", f"{balances}?text=nobody"):
        visitor.open(path)
    visitor.open(reverse("admin:bank_account_change", args=[account.pk]))
    visitor.open(reverse("admin:bank_account_adjust", args=[account.pk]))
    visitor.open(reverse("admin:schools_policy_changelist"))


# What goes wrong -----------------------------------------------------------------------------------


def test_the_pages_of_errors(visit, db):
    case = many_cases()
    visit().open("/no/such/page/", status=404)
    head = visit(case.cast.head)
    head.open("/no/such/page/", status=404)
    head.open(page("accept", case.offered), status=403)
    head.open(page("agree", case.agreed), status=409)
    head.open(page("edit_school", case.cast.asking))
    head.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    head.press("Save", status=403)
    assert head.heading


def test_a_form_that_is_wrong_says_so(visit, db):
    """The summary of errors and the fields with their errors, on a form of each kind of field."""
    case = many_cases()
    leader = visit(case.cast.lead)
    leader.open(page("plan_visit", case.leg))
    leader.press("Plan the visit")
    assert leader.page.get_by_role("alert").get_by_role("link").count() > 1
    leader.open(page("evaluate", case.delivered))
    leader.press("Send")
    assert leader.page.get_by_role("alert").get_by_role("link").count() > 1
