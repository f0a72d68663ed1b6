"""The same predicate for the view and the button: in every state, what a page offers opens, and nothing else does.

MATRIX=full looks at every state and every role; RACES=full at every second state, and who may at some time; else at
every fourth state.
"""

import os
import re
import uuid
from functools import partial

import pytest
from django.urls import Resolver404, resolve, reverse

from exchange import actions
from exchange.models import Charge, Commission, Variation, Visit
from tests.exchange import work_cases as cases
from tests.exchange.acts_of_the_bank import of_a_charge
from tests.exchange.cases import a_question, a_request, an_agreement, an_offer
from tests.races import FULL as LONG
from tests.rights import table
from tests.rights.cast import become
from tests.writes import capture_writes

pytestmark = pytest.mark.slow

FULL = os.environ.get("MATRIX") == "full"
THINGS, VERBS = table.states()
HREF = re.compile(r'(?:href|action)="([^"#?]+)')


def a_charge(cast):
    _, address, _ = of_a_charge("pay_charge", {}, cast)
    return Charge.objects.get(pk=address.split("/")[2])


def closed(cast):
    commission = cases.delivered(cast)
    actions.evaluations.close_work(commission=commission, by=cast.coordinator, reason="Both said enough")
    return commission


def declined(cast):
    commission = cases.offered(cast)
    actions.offers.decline(commission=commission, by=cast.lead, reason="dates")
    return commission


def confirmed(cast):
    visit = cases.logged(cast)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return visit


def disputed(cast):
    visit = cases.logged(cast)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was half a day")
    return visit


def no_show(cast):
    visit = cases.planned(cast)
    actions.visits.cancel(visit=visit, by=cast.head, ends_as=Visit.Status.NO_SHOW, reason="Nobody came")
    return visit


def matched(cast):
    return an_agreement(cast, an_offer(cast, days=500)).support_request


def declined_request(cast):
    request = a_request(cast)
    actions.requests.decline(support_request=request, by=cast.coordinator, reason="No leader")
    return request


def accepted(cast):
    variation = cases.proposed(cast)
    for head in (cast.home_head, cast.head):
        actions.work.answer_variation(variation=Variation.objects.get(pk=variation.pk), by=head, yes=True)
    return variation


def a_concern(cast):
    return cases.evaluated_by_school(cast, rating=1).concerns.get()


def a_resolved_concern(cast):
    concern = a_concern(cast)
    actions.evaluations.resolve_concern(concern=concern, by=cast.coordinator, resolution="Talked to both")
    return concern


def paid(cast):
    charge = a_charge(cast)
    actions.charges.pay(charge=charge, by=cast.coordinator)
    return charge


def waived(cast):
    charge = a_charge(cast)
    actions.charges.waive(charge=charge, by=cast.coordinator, reason="A gift")
    return charge


MADE = {
    "commission": {
        "offered": cases.over_limit, "agreed": cases.agreed, "active": cases.active, "paused": cases.paused,
        "delivered": cases.delivered, "closed": closed, "declined": declined,
    },
    "request": {
        **{status: partial(a_request, status=status) for status in ("draft", "submitted", "open")},
        "clarification": a_question, "matched": matched, "declined": declined_request,
    },
    "visit": {
        "planned": cases.planned, "logged": cases.logged, "confirmed": confirmed, "disputed": disputed,
        "no_show": no_show,
    },
    "charge": {"due": a_charge, "paid": paid, "waived": waived},
    "concern": {"open": a_concern, "resolved": a_resolved_concern},
    "variation": {"proposed": cases.proposed, "accepted": accepted},
}  # fmt: skip
SCENES = [(subject, state) for subject, found in THINGS.items() for state in found][:: 1 if FULL else 2 if LONG else 4]
#: Nobody else than the school reads a draft.
OF_THE_SCHOOL = ("head", "manager", "delegate", "superuser")
FIRST_SEEN_LATER = ("exchange:check_request",)


def offered_by(response):
    """The names of the acts that a page offers by a link or a form."""
    found = set()
    for address in HREF.findall(response.content.decode()):
        try:
            found.add((resolve(address).view_name, address))
        except Resolver404:
            continue
    return found


def expected(name, role, state):
    """How the act's page is answered, and whether the thing's page offers it."""
    cell = table.acts()[name][role]
    if state == "draft" and role not in OF_THE_SCHOOL:
        return 404
    if cell == "-" and role in ("coordinator", "own_coordinator") and name in FIRST_SEEN_LATER:
        return 403
    if cell == "yes":
        return 200 if state in VERBS[name][1] else 409
    return {"no": 403, "2nd": 409, "-": 404}[cell]


def page_of(subject, made):
    """Where the acts on a thing are offered."""
    if subject == "concern":
        return reverse("exchange:concerns", args=[made.commission.support_request.alliance.slug])
    return made.get_absolute_url()


@pytest.mark.parametrize(("subject", "state"), SCENES, ids=["-".join(scene) for scene in SCENES])
def test_f27_in_each_state(client, cast, subject, state):
    """Tried by who may at some time; that nobody else may is the matrix's, and here that nothing is offered them."""
    made, wrong = MADE[subject][state](cast), {}
    with capture_writes() as writes:
        for role in [*table.ROLES][1:] if FULL else ("head", "manager", "leader", "coordinator", "own_coordinator"):
            become(client, cast, role)
            page = client.get(page_of(subject, made))
            offers = offered_by(page) if page.status_code == 200 else set()
            for name in (name for name, (of, _) in VERBS.items() if of == subject):
                address, right = reverse(name, args=[made.pk]), expected(name, role, state)
                if FULL or right in (200, 409):
                    answer = client.get(address).status_code
                    if answer != right:
                        wrong[name, role] = answer, right
                    if right == 409:
                        wrong |= still_open(client, address, role)
                if page.status_code == 200 and ((name, address) in offers) != (right == 200):
                    wrong[name, role, "button"] = right
    assert wrong == {}
    assert writes.changed() == set()


def still_open(client, address, role):
    sent = client.post(address, {"key": uuid.uuid4()}).status_code
    return {} if sent == 409 else {(address, role, "sent"): sent}


def test_f27_the_states_are_those_of_the_things():
    assert {subject: set(found) for subject, found in MADE.items()} == {
        subject: set(found) for subject, found in THINGS.items()
    }
    assert set(Commission.Status.values) >= set(THINGS["commission"])
