"""Every page there is, by who may see it, with rows on it."""

import re
from datetime import timedelta
from types import SimpleNamespace

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import Concern
from exchange.pages import answers
from staff import actions as people_actions
from staff import invitations
from staff.models import Mail, Role, SystemLeader
from tests import factories
from tests.exchange import work_cases
from tests.exchange.cases import a_request, an_agreement, an_offer, make_cast


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
    return reverse(name if ":" in name else f"exchange:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def pages_of_a_head(case):
    cast, school = case.cast, case.cast.asking
    draft = a_request(cast, status="draft", supported_person="Pat Confidential")
    asked = a_request(cast, status="submitted")
    actions.requests.ask_question(support_request=asked, by=cast.coordinator, question="Which year groups?")
    finished = case_of_findings(cast)
    factories.delegate_of(school, cast.head, "ask", "agree")
    own_leader = factories.leader_at(school, confirmed=False)
    case.delegation = Role.objects.get(delegated_by=cast.head)
    yield "/accounts/password/change/"
    for name in ("school", "requests", "start_request", "school_details", "edit_school", "school_commissions"):
        yield page(name, school)
    for name in ("directory", "our_leaders", "nominate", "staff:hand_over", "statement", "school_charges"):
        yield page(name, school)
    invitation = invitations.invite(by=cast.head, email="olu@example.org", name="Olu", title="teacher", school=school)
    yield page("staff:delegates", school)
    yield page("staff:invite_colleague", school)
    yield page("staff:revoke_invitation", school, invitation)
    yield page("leader_page", school, case.cast.leader)
    yield page("confirm_safeguarding", school, own_leader)
    yield page("staff:end_delegation", school, case.delegation)
    for question in answers.questions_for(cast.head, draft):
        yield page("ask", draft, question.step)
    yield page("check_request", draft)
    yield page("withdraw", draft)
    yield page("request_sent", asked)
    yield page("request", asked)
    yield page("answer", asked)
    yield page("withdraw", asked)
    yield page("ask_package", finished.support_request)
    yield page("close_request", finished.support_request)
    yield from pages_about_a_person(cast)
    yield from pages_of_both_heads(case)


def pages_about_a_person(cast):
    """A confidential request, the name itself, and who saw it."""
    named = a_request(cast, supported_person="Pat Confidential")
    seen = actions.supported_person.show(support_request=named, by=cast.head)
    actions.supported_person.show(support_request=named, by=cast.coordinator)
    for name in ("request", "show_person", "who_saw"):
        yield page(name, named)
    yield page("sighting", seen)
    yield page("staff:my_data")


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
    actions.requests.decline(support_request=named, by=cast.coordinator, reason="No leader")
    named.events.update(at=timezone.now() - timedelta(days=350))
    yield page("request", named)
    yield page("show_person", named)
    yield page("staff:disclose", cast.head.person)
    yield page("staff:erase_person", cast.head.person)
    yield page(
        "staff:disclosure", people_actions.disclose(person=cast.head.person, by=case.superuser, reason="Asked for it")
    )
    yield page("staff:retention")


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
    for name in ("staff:own_calendar", "staff:make_calendar", "staff:revoke_calendar"):
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
