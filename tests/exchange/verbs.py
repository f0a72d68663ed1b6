"""Every verb of the work: where it starts, who may, who only sees, and what is sent."""

from dataclasses import dataclass, field

from tests.exchange import work_cases as cases
from tests.exchange.cases import a_day, in_boxes


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


def data_of(verb, subject, data):
    """The outcomes' scores are named by their keys, which only the database knows."""
    if verb.name != "evaluate":
        return data
    return data | {f"score_{outcome.pk}": 8 for outcome in subject.support_request.outcomes.all()}
