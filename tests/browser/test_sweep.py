"""Every page there is, as somebody who may see it, with rows on it: opening one looks at it, see Visitor.look."""

import re
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils import timezone

from bank.models import Account
from exchange import actions
from exchange.models import Concern, SupportRequest
from exchange.pages import answers
from staff import invitations
from staff.models import Mail, Role, SystemLeader
from tests import factories
from tests.exchange import acts_of_the_bank, work_cases
from tests.exchange.conftest import a_request, an_agreement, an_offer, make_cast

# Answers that are no pages: files, redirects and what a script asks for; mail, shown in debug only.
NO_PAGES = {
    "mail", "statement_csv", "statement_sums_csv", "bank_csv", "statement_pdf", "charge_pdf", "visit_calendar",
    "calendar_feed",
    "account_logout", "mfa_download_recovery_codes",
    "mfa_login_webauthn", "openid_connect_callback", "socialaccount_signup",
    "my_data_file", "disclosure_file",
}  # fmt: skip


def many_cases():
    """A cast with room for much work, and one thing in every state that has a page of its own."""
    cast = make_cast(limit=-20000)
    SystemLeader.objects.update(allowance=20000)
    cast.leader.refresh_from_db()
    offered, agreed = (make(cast) for make in (work_cases.offered, work_cases.agreed))
    return SimpleNamespace(
        cast=cast,
        offered=offered,
        over_limit=an_offer(cast, days=20100),
        agreed=agreed,
        leg=agreed.leg,
        planned=work_cases.planned(cast),
        logged=work_cases.logged(cast),
        active=work_cases.active(cast),
        paused=work_cases.paused(cast),
        delivered=work_cases.delivered(cast),
        variation=work_cases.proposed(cast),
        diagnostic=work_cases.diagnostic(cast),
        concern=raise_concern(cast),
    )


def raise_concern(cast):
    commission = work_cases.evaluated_by_school(cast, rating=1)
    return Concern.objects.get(commission=commission)


def page(name, *args):
    return reverse(f"exchange:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def pages_of_a_head(case):
    cast, school = case.cast, case.cast.asking
    draft = a_request(cast, status="draft", supported_person="Pat Confidential")
    asked = a_request(cast, status="submitted")
    actions.requests.ask_question(request=asked, by=cast.coordinator, question="Which year groups?")
    finished = case_of_findings(cast)
    factories.delegate_of(school, cast.head, "ask", "agree")
    own_leader = factories.leader_at(school, confirmed=False)
    case.delegation = Role.objects.get(delegated_by=cast.head)
    yield "/accounts/password/change/"
    for name in ("school", "requests", "start_request", "school_details", "edit_school", "school_commissions"):
        yield page(name, school)
    for name in ("directory", "our_leaders", "nominate", "hand_over", "statement", "school_charges"):
        yield page(name, school)
    invitation = invitations.invite(by=cast.head, email="olu@example.org", name="Olu", title="teacher", school=school)
    yield page("delegates", school)
    yield page("invite_colleague", school)
    yield page("revoke_invitation", school, invitation)
    yield page("leader_page", school, case.cast.leader)
    yield page("confirm_safeguarding", school, own_leader)
    yield page("end_delegation", school, case.delegation)
    for question in answers.questions_for(cast.head, draft):
        yield page("ask", draft, question.step)
    yield page("check_request", draft)
    yield page("withdraw", draft)
    yield page("request_sent", asked)
    yield page("request", asked)
    yield page("answer", asked)
    yield page("withdraw", asked)
    yield page("ask_package", finished.request)
    yield page("close_request", finished.request)
    yield from pages_about_a_person(cast)
    yield from pages_of_both_heads(case)


def pages_about_a_person(cast):
    """A confidential request, the name itself, and who saw it."""
    named = a_request(cast, supported_person="Pat Confidential")
    seen = actions.supported_person.show(request=named, by=cast.head)
    actions.supported_person.show(request=named, by=cast.coordinator)
    for name in ("request", "show_person", "who_saw"):
        yield page(name, named)
    yield page("sighting", seen)
    yield page("my_data")


def case_of_findings(cast):
    """A delivered diagnostic whose findings ask for a decision."""
    commission = work_cases.diagnostic(cast)
    actions.work.report_findings(
        commission=commission, by=cast.lead, findings="Planning differs", no_further_support=False
    )
    commission.refresh_from_db()
    actions.work.finish(commission=commission, by=cast.lead, reason="It was enough")
    return commission


def pages_of_both_heads(case):
    for name in ("commission", "agree", "decline_offer"):
        yield page(name, case.offered)
    for name in ("commission", "pause_work", "cancel_work"):
        yield page(name, case.agreed)
    yield page("resume_work", case.paused)
    yield page("stop_work", case.active)
    yield page("evaluate", case.delivered)
    yield page("answer_variation", case.variation)
    yield page("move_visit", case.planned)
    yield page("confirm_visit", case.logged)
    yield page("dispute_visit", case.logged)
    yield page("commission", case.concern.commission)


def pages_of_a_home_head(case):
    school = case.cast.giving
    yield page("school", school)
    yield page("our_leaders", school)
    yield page("statement", school)
    yield page("release", case.offered)


def pages_of_a_leader(case):
    for name in ("leader", "leader_commissions", "leader_profile"):
        yield page(name)
    for name in ("commission", "accept", "decline_offer"):
        yield page(name, case.offered)
    yield page("plan_visit", case.leg)
    yield page("propose_variation", case.leg)
    for name in ("log_visit", "move_visit", "cancel_visit"):
        yield page(name, case.planned)
    yield page("finish_work", case.active)
    yield page("evaluate", case.delivered)
    yield page("report_findings", case.diagnostic)


def pages_of_a_coordinator(case):
    cast, alliance = case.cast, case.cast.alliance
    new, wanted, peer = a_request(cast, status="submitted"), a_request(cast), a_request(cast, kind="peer")
    split = a_request(cast, may_split=True)
    an_agreement(cast, an_offer(cast, split, days=100))
    actions.confirmations.dispute(visit=case.logged, by=cast.head, reason="It was half a day")
    factories.coordinator_of(alliance)
    yield reverse("home")
    for name in (
        "alliance",
        "alliance_requests",
        "alliance_commissions",
        "concerns",
        "bank",
        "years",
        "alliance_charges",
    ):
        yield page(name, alliance.slug)
    yield f"{page('alliance_requests', alliance.slug)}?status=open"
    for name in ("request", "triage", "ask_question", "decline_request"):
        yield page(name, new)
    for name in ("request", "shortlist", "assign"):
        yield page(name, wanted)
    yield page("offer", wanted, cast.leader)
    yield page("shortlist", peer)
    yield page("offer_peer", peer, cast.giving)
    yield page("call_enough", split)
    for name in ("commission", "take_back"):
        yield page(name, case.offered)
    yield page("override_limit", case.over_limit)
    yield page("close_work", case.delivered)
    yield page("settle_dispute", case.logged)
    yield page("resolve_concern", case.concern)
    yield page("statement", cast.asking)
    yield page("school_details", cast.asking)


def pages_of_a_superuser(case):
    cast = case.cast
    named = a_request(cast, supported_person="Pat Confidential")
    actions.requests.decline(request=named, by=cast.coordinator, reason="No leader")
    SupportRequest.objects.filter(pk=named.pk).update(ended_at=timezone.now() - timedelta(days=350))
    yield page("request", named)
    yield page("show_person", named)
    yield page("disclose", cast.head.person)
    yield page("erase_person", cast.head.person)
    yield page("disclosure", actions.disclose(person=cast.head.person, by=case.superuser, reason="Asked for it"))
    yield page("retention")


def pages_of_a_business_manager(case):
    school = case.cast.asking
    for name in ("school", "requests", "school_commissions", "statement", "directory", "school_details"):
        yield page(name, school)


def pages_of_an_observer(case):
    yield page("bank", case.cast.alliance.slug)


def pages_of_nobody(case):
    cast = case.cast
    key = f"{user_pk_to_url_str(cast.head)}-{default_token_generator.make_token(cast.head)}"
    for name in ("login", "signup", "reset_password", "reset_password_done", "reset_password_from_key_done"):
        yield reverse(f"account_{name}")
    yield f"/accounts/password/reset/key/{key}/"
    yield "/accounts/password/reset/key/1-used/"
    yield "/accounts/confirm-email/used/"
    yield "/accounts/confirm-email/"
    yield "/accounts/inactive/"
    yield reverse("account_request_login_code")
    for name in ("socialaccount_login_cancelled", "socialaccount_login_error"):
        yield reverse(name)
    yield invitation_for("new@example.org", cast)
    yield invitation_for(cast.head.email, cast)
    yield reverse("staff:accessibility")
    yield reverse("staff:privacy")


def invitation_for(email, cast):
    invitations.invite(by=cast.coordinator, email=email, kind="headteacher", school=cast.other)
    return re.search(r"/invitations/\S+/", Mail.objects.last().text)[0]


def pages_of_anybody(case):
    yield reverse("home")
    names = ("account_email", "account_change_password", "mfa_index", "usersessions_list", "socialaccount_connections")
    for name in ("own_calendar", "make_calendar", "revoke_calendar"):
        yield page(name)
    for name in names:
        yield reverse(name)
    yield "/accounts/reauthenticate/"
    yield reverse("mfa_activate_totp")


def a_business_manager(case):
    return factories.business_manager_of(case.cast.asking)


def a_superuser(case):
    case.superuser = getattr(case, "superuser", None) or factories.UserFactory(is_staff=True, is_superuser=True)
    return case.superuser


def an_observer(case):
    return factories.observer_of(case.cast.alliance, "auditor")


def somebody_with_two_roles(case):
    user = factories.head_of(case.cast.other)
    Role.objects.create(user=user, kind="coordinator", alliance=case.cast.alliance, starts_on=factories.LONG_AGO)
    return user


WHO = {
    "head": (lambda case: case.cast.head, pages_of_a_head),
    "home head": (lambda case: case.cast.home_head, pages_of_a_home_head),
    "leader": (lambda case: case.cast.lead, pages_of_a_leader),
    "coordinator": (lambda case: case.cast.coordinator, pages_of_a_coordinator),
    "superuser": (a_superuser, pages_of_a_superuser),
    "business manager": (a_business_manager, pages_of_a_business_manager),
    "observer": (an_observer, pages_of_an_observer),
    "anybody": (somebody_with_two_roles, pages_of_anybody),
    "nobody": (lambda case: None, pages_of_nobody),
}


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
        if model_admin.has_add_permission(case.request):
            yield reverse(f"{base}_add")


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_of_the_admin(half, visit, db, rf):
    case = many_cases()
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    case.request = rf.get("/admin/")
    case.request.user = user
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
