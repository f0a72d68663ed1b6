"""A right is asked for by the page and by the act, through the same predicate."""

import ast
import importlib
import inspect

import pytest
from django.core.exceptions import PermissionDenied

from exchange import rules
from portal.rights import requires, right
from staff import rules as people
from tests.house.code import ROOT, modules

ACTIONS = [name for name in modules() if name.startswith("exchange.actions.") or name == "staff.actions"]
VIEWS = [name for name in modules() if name.startswith(("exchange.views.", "staff.views."))]
#: What takes `by` and asks for no right, each with its reason.
ASKS_NOTHING = {
    "exchange.actions.confirmations.deliver_if_done": "follows from an act that has asked",
    "exchange.actions.confirmations.mark_delivered": "follows from an act that has asked",
    "exchange.actions.course.reopen": "follows from an act that has asked",
    "exchange.actions.course.update_request_status": "follows from an act that has asked",
    "exchange.actions.offers.acting_for": "answers a question and changes nothing",
    "exchange.actions.offers.end_offer": "follows from an act that has asked",
    "exchange.actions.offers.ending": "answers a question and changes nothing",
    "exchange.actions.offers.take_back": "follows from an act that has asked",
    "exchange.actions.work.end_work": "follows from an act that has asked",
    "staff.actions.make_calendar_feed": "the user's own calendar",
    "staff.actions.revoke_calendar_feed": "the user's own calendar",
}
#: What no view leads to by a predicate, each with who guards the page.
PAGE_OF_ITS_OWN = {
    "exchange.actions.movements.adjust_balance": "the admin, whose page asks for can_adjust",
    "exchange.actions.movements.credit_hosting": "there for coordinators alone; the form asks for can_adjust",
    "exchange.actions.movements.grant_opening": "there for coordinators alone; the form asks for can_adjust",
    "exchange.actions.movements.pay_service": "there for coordinators alone; the form asks for can_adjust",
    "exchange.actions.trades.open_trade": "the admin, for superusers alone",
    "exchange.actions.years.close": "there for coordinators alone",
    **{
        f"staff.actions.{verb}": "the admin, whose rows are those within the coordinator's alliances"
        for verb in ("designate", "renew_designation", "suspend", "reinstate", "end_designation")
    },
}


def acts():
    """{dotted name: function} of every public function of the actions that takes `by`."""
    found = {}
    for name in ACTIONS:
        for verb, act in vars(importlib.import_module(name)).items():
            is_own = inspect.isfunction(act) and act.__module__ == name and not verb.startswith("_")
            if is_own and "by" in inspect.signature(act).parameters:
                found[f"{name}.{verb}"] = act
    return found


ACTS = acts()


def test_each_act_asks_for_a_right():
    assert {name for name, act in ACTS.items() if not hasattr(act, "required")} == set(ASKS_NOTHING)


def test_each_act_can_only_be_called_by_names():
    for name, act in ACTS.items():
        kinds = {parameter.kind for parameter in inspect.signature(act).parameters.values()}
        assert name in ASKS_NOTHING or kinds == {inspect.Parameter.KEYWORD_ONLY}, name


def reached_from(function, functions):
    """A view with the helpers of its module that it calls."""
    found, ahead = [], [function]
    while ahead:
        found.append(ahead.pop())
        names = {node.id for node in ast.walk(found[-1]) if isinstance(node, ast.Name)}
        ahead += [functions[name] for name in names & set(functions) if functions[name] not in found]
    return found


def said_in(source, home="staff"):
    """(view, act, the predicates that the view asks) of each view that calls an act. A `.check` goes first."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for view in functions.values():
        if view.name.startswith("_"):
            continue
        nodes = [node for part in reached_from(view, functions) for node in ast.walk(part)]
        words = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
        checked = {word.removesuffix(".check") for word in words if word.endswith(".check")}
        asked = checked or {word for word in words if word.startswith("rules.")}
        for word in words:
            if act := act_of(word, home):
                yield view.name, act, {predicate_of(word, home) for word in asked}


def act_of(word, home):
    head, _, rest = word.partition(".")
    package = {"people_actions": "staff.actions", "actions": f"{home}.actions"}.get(head)
    return f"{package}.{rest}" if f"{package}.{rest}" in ACTS else None


def predicate_of(word, home):
    head, _, name = word.partition(".")
    return getattr(rules if head == "rules" and home == "exchange" else people, name)


def test_a_view_asks_for_the_right_of_its_act():
    led_to = set()
    for name in VIEWS:
        for view, act, asked in said_in((ROOT / modules()[name]).read_text(), name.split(".")[0]):
            led_to.add(act)
            if act not in ASKS_NOTHING and act not in PAGE_OF_ITS_OWN:
                assert ACTS[act].required in asked, f"{name}.{view} asks for another right than {act}"
    assert set(ACTS) - led_to - set(PAGE_OF_ITS_OWN) - set(ASKS_NOTHING) == set(), "no view leads to these"


CHECKS = "def view(request):\n    rules.{asked}.check(user, row)\n    actions.visits.log(visit=row, by=user)"


@pytest.mark.parametrize(("asked", "agrees"), [("can_log", True), ("can_move", False)])
def test_a_view_that_asks_for_another_right_is_found(asked, agrees):
    [(_, act, found)] = said_in(CHECKS.format(asked=asked), "exchange")
    assert (ACTS[act].required in found) == agrees


@right(lambda subject: subject.is_open, "It is over.")
def can_close(user, subject):
    return user == subject.owner


class Thing:
    owner, is_open = "head", False

    def __init__(self):
        self.part = self


@requires(can_close, of="subject.part")
def close(*, subject, by):
    return by


def test_an_act_is_refused_without_the_role():
    with pytest.raises(PermissionDenied):
        close(subject=Thing(), by="somebody else")


@pytest.mark.parametrize("by", ["head", None])
def test_an_act_leaves_the_state_to_where_it_changes_and_asks_nothing_of_the_clock(by):
    assert close(subject=Thing(), by=by) == by
