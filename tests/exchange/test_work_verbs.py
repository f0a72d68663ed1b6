"""What is the same for every verb of the work: who may, who only sees, who sees nothing, and twice is once."""

import uuid
from dataclasses import dataclass, field

import pytest

from exchange.models import Commission, Evaluation, Event, Variation, Visit
from tests import factories
from tests.exchange import conftest
from tests.exchange import work_cases as cases
from tests.exchange.work_cases import a_day, in_boxes, look, send, url_of


@dataclass(frozen=True, eq=False)
class Verb:
    """A verb, where it starts, who of the cast may, who only sees, what is sent and what is wrong."""

    name: str
    start: object
    may: str
    only_sees: str
    data: dict = field(default_factory=dict)
    wrong: dict | None = None
    again: int = 409  # how the same act is answered when it is done a second time


WHY = {"reason": "Illness"}
NO_REASON = {"reason": ""}
PLAN = {"days": "1", "arrival_time": "9.30am", "arrival_contact": "The office", **in_boxes("on", a_day()),
        "all_the_same": "on"}  # fmt: skip
LOG = {"days": "0.75", "note": "Modelled a lesson", "next_steps": "Plan together"}
EVALUATION = {"evidence": "Books", "rating": "4"}
VERBS = [
    Verb("accept", cases.offered, "lead", "head"),
    Verb("release", cases.offered, "home_head", "lead", {"travel_payer": "home", "backfill_cost": "180.50"},
         {"travel_payer": "home", "backfill_cost": "much"}),
    Verb("agree", cases.offered, "head", "home_head", {"exit_plan": "The subject lead"}, {"exit_plan": ""}),
    Verb("decline_offer", cases.offered, "lead", "coordinator", {"reason": "dates"}, {"reason": "other"}),
    Verb("plan_visit", cases.agreed_leg, "lead", "head", PLAN, PLAN | {"days": "0.3"}, again=302),
    Verb("move_visit", cases.planned, "lead", "coordinator",
         {**in_boxes("on", a_day(3)), "arrival_time": "9", "all_the_same": "on", **WHY},
         {**in_boxes("on", a_day(3)), "arrival_time": "9"}),
    Verb("cancel_visit", cases.planned, "head", "home_head", {"status": "no_show", **WHY},
         {"status": "confirmed", **WHY}),
    Verb("log_visit", cases.planned, "lead", "head", LOG, LOG | {"note": ""}),
    Verb("confirm_visit", cases.logged, "head", "lead"),
    Verb("dispute_visit", cases.logged, "head", "lead", WHY, NO_REASON),
    Verb("propose_variation", cases.agreed_leg, "lead", "coordinator",
         {"days": "6", **WHY, **in_boxes("starts_on", a_day(-30)), **in_boxes("ends_on", a_day(60))},
         {"days": "5", **WHY, **in_boxes("starts_on", a_day(-30)), **in_boxes("ends_on", a_day(60))}),
    Verb("answer_variation", cases.proposed, "head", "lead", {"answer": "yes"}, {"answer": "no"}),
    Verb("pause_work", cases.agreed, "lead", "manager", WHY, NO_REASON),
    Verb("resume_work", cases.paused, "coordinator", "manager"),
    Verb("cancel_work", cases.agreed, "head", "manager", WHY, NO_REASON),
    Verb("stop_work", cases.active, "home_head", "manager", WHY, NO_REASON),
    Verb("finish_work", cases.active, "lead", "head", WHY, NO_REASON),
    Verb("report_findings", cases.diagnostic, "lead", "head", {"findings": "Start with reading"}, {"findings": ""},
         again=302),
    Verb("evaluate", cases.delivered, "lead", "home_head", EVALUATION, EVALUATION | {"rating": "6"}),
]  # fmt: skip


def each_of(verbs):
    """Of the module's scope, so that the tests of one verb follow each other and share where it starts."""
    return pytest.mark.parametrize("verb", verbs, ids=lambda verb: verb.name, scope="module")


every_verb = each_of(VERBS)


def make_cast():
    cast = conftest.make_cast()
    cast.manager = factories.business_manager_of(cast.asking)
    return cast


@pytest.fixture(scope="class")
def cast(play):
    return play("cast", make_cast)


@pytest.fixture(scope="class")
def thing(play, cast, verb):
    return play("thing", verb.start, cast)


def data_of(verb, thing, data):
    """The outcomes' scores are named by their keys, which only the database knows."""
    if verb.name != "evaluate":
        return data
    return data | {f"score_{outcome.pk}": 8 for outcome in thing.request.outcomes.all()}


def state():
    """Everything that a verb of the work could change."""
    return [list(model.objects.order_by("pk").values()) for model in (Commission, Visit, Variation, Evaluation, Event)]


@every_verb
def test_it_acts_and_goes_back_to_the_commission(client, cast, verb, thing):
    before = state()
    response = send(client, getattr(cast, verb.may), url_of(verb.name, thing), **data_of(verb, thing, verb.data))
    assert response.status_code == 302
    assert response.url == thing.get_absolute_url()
    assert state() != before


@every_verb
def test_looking_changes_nothing(client, cast, verb, thing):
    before = state()
    response = look(client, getattr(cast, verb.may), url_of(verb.name, thing))
    assert (response.status_code, state()) == (200, before)


@every_verb
def test_it_is_hidden_from_strangers(client, cast, verb, thing):
    before = state()
    for stranger in (cast.stranger, factories.UserFactory(), factories.leader_at(cast.other).person.user):
        assert send(client, stranger, url_of(verb.name, thing), **data_of(verb, thing, verb.data)).status_code == 404
    assert state() == before


@every_verb
def test_who_only_sees_may_not(client, cast, verb, thing):
    before, user = state(), getattr(cast, verb.only_sees)
    assert look(client, user, thing.get_absolute_url()).status_code == 200
    assert send(client, user, url_of(verb.name, thing), **data_of(verb, thing, verb.data)).status_code == 403
    assert state() == before


@every_verb
def test_the_second_sending_has_the_first_ones_answer(client, cast, verb, thing):
    user, url, key = getattr(cast, verb.may), url_of(verb.name, thing), uuid.uuid4()
    first = send(client, user, url, **data_of(verb, thing, verb.data), key=key)
    after = state()
    second = send(client, user, url, **data_of(verb, thing, verb.data), key=key)
    assert (second.url, state()) == (first.url, after)


@every_verb
def test_a_stale_page_is_refused(client, cast, verb, thing):
    user, url = getattr(cast, verb.may), url_of(verb.name, thing)
    send(client, user, url, **data_of(verb, thing, verb.data))
    after = state()
    response = send(client, user, url, **data_of(verb, thing, verb.data))
    assert response.status_code == verb.again
    if verb.again == 409:
        assert state() == after


@each_of([verb for verb in VERBS if verb.wrong is not None])
def test_bad_input_is_kept_and_changes_nothing(client, cast, verb, thing):
    before = state()
    response = send(client, getattr(cast, verb.may), url_of(verb.name, thing), **data_of(verb, thing, verb.wrong))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "There is a problem" in response.content.decode()
    kept = [value for value in verb.wrong.values() if isinstance(value, str) and len(value) > 3]
    assert [value for value in kept if value not in response.content.decode()] == []
    assert state() == before


@every_verb
def test_other_methods_are_refused(client, cast, verb, thing):
    client.force_login(getattr(cast, verb.may))
    assert client.put(url_of(verb.name, thing)).status_code == 405
