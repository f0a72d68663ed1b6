"""Every form that creates or acts, from one place: the scene it needs, who sends it, and what is sent.

Each act takes the cast and answers (user, address, data), the data without its hidden key.
"""

import re
from functools import partial

from django.urls import URLResolver, get_resolver, resolve, reverse
from django.urls.resolvers import RoutePattern

from bank import posting
from exchange import actions
from exchange.models import Concern
from staff import actions as people_actions
from staff import invitations
from staff.models import Post, Role, Specialism, SystemLeader, User
from tests import factories
from tests.exchange import acts_of_the_bank
from tests.exchange import work_cases as cases
from tests.exchange.cases import (
    a_day,
    a_finished_diagnostic,
    a_question,
    a_request,
    an_agreement,
    an_offer,
    in_boxes,
    url_of,
)
from tests.exchange.forms import ANSWERS, a_draft, facts, page_of
from tests.exchange.verbs import VERBS, data_of
from tests.exchange.work_cases import TODAY
from tests.staff.cases import nomination

WHY = {"reason": "It is better so"}


def of_a_school(name, school, *args):
    return reverse(name if ":" in name else f"exchange:{name}", args=[school.pk, *args])


# The asking school -----------------------------------------------------------------------------


def start(cast):
    return cast.head, of_a_school("start_request", cast.asking), {}


def ask(step, cast):
    draft, data = a_draft(cast), ANSWERS.get(step, {})
    if step == "alliance":
        second = factories.AllianceFactory()
        factories.MembershipFactory(alliance=second, school=cast.asking)
        data = {"alliance": second.pk}
    if step == "specialism":
        data = {"specialism": Specialism.objects.get(name="Phonics").pk}
    return cast.head, page_of(draft, step), data


def check(cast):
    return cast.head, url_of("check_request", a_request(cast, status="draft")), {}


def answer(cast):
    return cast.head, url_of("answer", a_question(cast)), {"answer": "Year 4"}


def withdraw(cast):
    return cast.head, url_of("withdraw", a_request(cast)), WHY


def ask_package(cast):
    return cast.head, url_of("ask_package", a_finished_diagnostic(cast)), {"days": "2.5"}


def close_request(cast):
    return cast.head, url_of("close_request", a_finished_diagnostic(cast)), WHY


def show_person(cast):
    return cast.head, url_of("show_person", a_request(cast, supported_person="Nora Quill")), WHY


def disclose(cast):
    person = factories.head_of(factories.member(cast.alliance)).person  # of a school that no other act shares
    return cast.coordinator, reverse("staff:disclose", args=[person.pk]), WHY


def erase_person(cast):
    address = reverse("staff:erase_person", args=[factories.business_manager_of(cast.asking).person_id])
    return factories.UserFactory(is_superuser=True, is_staff=True), address, {**WHY, "sure": "on"}


# The school's people ---------------------------------------------------------------------------


def edit_school(cast):
    return cast.head, of_a_school("edit_school", cast.asking), {"telephone": "01632 960 001", "arrival": "Blue gate"}


def a_teacher(cast):
    user = factories.UserFactory()
    Post.objects.create(person=user.person, school=cast.asking, starts_on=factories.LONG_AGO)
    return user


def nominate(cast):
    data = nomination(alliance=cast.alliance.pk, name="Nora Newlead", email="nora@example.org", title="teacher")
    return cast.head, of_a_school("nominate", cast.asking), data


def confirm_safeguarding(cast):
    return cast.home_head, of_a_school("confirm_safeguarding", cast.giving, cast.leader.pk), in_boxes("on", TODAY())


def hand_over(cast):
    data = {"email": a_teacher(cast).email, "rights": ["agree"], **in_boxes("starts_on", TODAY())}
    return cast.head, of_a_school("staff:hand_over", cast.asking), data


def end_delegation(cast):
    delegate = factories.delegate_of(cast.asking, cast.head, "agree")
    return cast.head, of_a_school("staff:end_delegation", cast.asking, Role.objects.get(user=delegate).pk), {}


def leader_profile(cast):
    data = {"about": "Early reading", "availability": "Not on Mondays", "phases": ["Primary"], "is_available": "on"}
    return cast.lead, reverse("exchange:leader_profile"), data


def make_calendar(cast):
    return cast.lead, reverse("staff:make_calendar"), {}


def revoke_calendar(cast):
    for user in User.objects.all():
        people_actions.make_calendar_feed(by=user)
    return cast.lead, reverse("staff:revoke_calendar"), {}


def invite_colleague(cast):
    data = {"name": "Dora", "email": "dora@example.org", "title": "deputy"}
    return cast.head, of_a_school("staff:invite_colleague", cast.asking), data


def revoke_invitation(cast):
    facts = {"email": "olu@example.org", "title": "teacher", "school": cast.asking}
    invitation = invitations.invite(by=cast.head, **facts)
    return cast.head, of_a_school("staff:revoke_invitation", cast.asking, invitation.pk), {}


# The work --------------------------------------------------------------------------------------


def work(verb, cast):
    subject = verb.start(cast)
    return getattr(cast, verb.may), url_of(verb.name, subject), data_of(verb, subject, verb.data)


# The coordinator -------------------------------------------------------------------------------


def of_a_request(name, status, data, cast):
    return cast.coordinator, url_of(name, a_request(cast, status=status)), data


def triage(cast):
    return of_a_request("triage", "submitted", {"to": cast.coordinator.pk}, cast)


def assign(cast):
    return of_a_request("assign", "open", {"to": factories.coordinator_of(cast.alliance).pk}, cast)


def call_enough(cast):
    commission = an_agreement(cast, an_offer(cast, a_request(cast), days=300))
    return cast.coordinator, url_of("call_enough", commission.support_request), WHY


def offer(cast):
    address = reverse("exchange:offer", args=[a_request(cast).pk, cast.leader.pk])
    return cast.coordinator, address, facts(cast)


def offer_peer(cast):
    asked = a_request(cast, kind="peer", days=200)
    persons = {"person": cast.leader.person.pk, "return_person": cast.head.person.pk}
    address = reverse("exchange:offer_peer", args=[asked.pk, cast.giving.pk])
    return cast.coordinator, address, facts(cast, days="2", return_days="1.5", **persons)


def take_back(cast):
    return cast.coordinator, url_of("take_back", cases.offered(cast)), WHY


def override_limit(cast):
    return cast.coordinator, url_of("override_limit", cases.over_limit(cast)), WHY


def close_work(cast):
    return cast.coordinator, url_of("close_work", cases.delivered(cast)), WHY


def settle_dispute(cast):
    visit = cases.logged(cast)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    return cast.coordinator, url_of("settle_dispute", visit), {"days": "0.5", **WHY}


def resolve_concern(cast):
    concern = Concern.objects.get(commission=cases.evaluated_by_school(cast, rating=1))
    return cast.coordinator, url_of("resolve_concern", concern), {"resolution": "Talked to both"}


# The admin -------------------------------------------------------------------------------------


def adjust(cast):
    account, fund = posting.school_account(cast.alliance, cast.asking), posting.fund_account(cast.alliance)
    data = {"other": fund.pk, "direction": "take", "days": "1.5", "occurred_on": TODAY().isoformat(), **WHY}
    return cast.coordinator, reverse("admin:bank_account_adjust", args=[account.pk]), data


def designation(verb, status, data, cast):
    leader = factories.leader_at(cast.giving)
    SystemLeader.objects.filter(pk=leader.pk).update(status=status)
    return cast.coordinator, reverse("admin:staff_systemleader_verb", args=[leader.pk, verb]), data


NEXT_REVIEW = {"review_on": a_day(365).isoformat()}
STEPS = [*ANSWERS, "alliance", "specialism"]
#: By the name of the URL, and a word more where one URL has several forms.
ACTS = {
    "exchange:start_request": start,
    **{f"exchange:ask {step}": partial(ask, step) for step in STEPS},
    "exchange:check_request": check,
    "exchange:answer": answer,
    "exchange:withdraw": withdraw,
    "exchange:ask_package": ask_package,
    "exchange:close_request": close_request,
    "exchange:show_person": show_person,
    "staff:disclose": disclose,
    "staff:erase_person": erase_person,
    "exchange:edit_school": edit_school,
    "exchange:nominate": nominate,
    "exchange:confirm_safeguarding": confirm_safeguarding,
    "staff:hand_over": hand_over,
    "staff:end_delegation": end_delegation,
    "exchange:leader_profile": leader_profile,
    "staff:make_calendar": make_calendar,
    "staff:revoke_calendar": revoke_calendar,
    "staff:invite_colleague": invite_colleague,
    "staff:revoke_invitation": revoke_invitation,
    **{f"exchange:{verb.name}": partial(work, verb) for verb in VERBS},
    "exchange:triage": triage,
    "exchange:ask_question": partial(of_a_request, "ask_question", "submitted", {"question": "Which year group?"}),
    "exchange:decline_request": partial(of_a_request, "decline_request", "open", WHY),
    "exchange:assign": assign,
    "exchange:call_enough": call_enough,
    "exchange:offer": offer,
    "exchange:offer_peer": offer_peer,
    "exchange:take_back": take_back,
    "exchange:override_limit": override_limit,
    "exchange:close_work": close_work,
    "exchange:settle_dispute": settle_dispute,
    "exchange:resolve_concern": resolve_concern,
    "admin:bank_account_adjust": adjust,
    **acts_of_the_bank.ACTS,  # after the adjustment: they put cast.asking outside
    "admin:staff_systemleader_verb designate": partial(
        designation, "designate", "nominated", {"designated_on": TODAY().isoformat(), **NEXT_REVIEW}
    ),
    "admin:staff_systemleader_verb renew": partial(designation, "renew", "active", NEXT_REVIEW),
    "admin:staff_systemleader_verb suspend": partial(designation, "suspend", "active", WHY),
    "admin:staff_systemleader_verb reinstate": partial(designation, "reinstate", "suspended", WHY),
    "admin:staff_systemleader_verb end": partial(designation, "end", "active", WHY),
}


# The addresses ---------------------------------------------------------------------------------


def addresses(patterns=None, prefix="/"):
    """An address for each URL but allauth's, made from the routes alone: what stands in their places is a 1."""
    for pattern in patterns or get_resolver().url_patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue
        address = prefix + re.sub("<[^>]+>", "1", str(pattern.pattern))
        if not isinstance(pattern, URLResolver):
            yield address
        elif address != "/accounts/":
            yield from addresses(pattern.url_patterns, address)


def name_of(address):
    return resolve(address).view_name
