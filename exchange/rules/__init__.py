"""Who may do what, when: one predicate for each right. The button and the view ask the same one."""

from portal.rights import in_status, right
from staff.rights import delegable
from staff.rules import can_answer_for_leaders

from .agreements import can_accept, can_agree, can_override, can_release
from .base import coordinates_it, decides_for, gives_on, is_its_leader
from .charges import can_charge, can_settle_charge, finds_charges_of, sees_charges_of
from .confirmations import can_confirm, can_dispute, can_settle
from .evaluations import can_close, can_evaluate, can_resolve, can_see_rating, evaluation_side
from .movements import can_adjust, can_close_year, can_cover, can_give, can_open_trade, can_reverse
from .offers import can_decline, can_take_back
from .requests import (
    awaits_decision,
    can_answer,
    can_ask_question,
    can_assign,
    can_call_enough,
    can_decide_on_findings,
    can_decline_request,
    can_edit,
    can_name_person,
    can_offer,
    can_start_request,
    can_submit,
    can_triage,
    can_withdraw,
)
from .schools import can_edit_school
from .supported_person import can_see_person, can_see_who_saw, role_of_seeing
from .visits import can_cancel_visit, can_log, can_move, can_plan
from .work import (
    can_answer_variation,
    can_cancel,
    can_finish,
    can_pause,
    can_report_findings,
    can_resume,
    can_stop,
    can_vary,
)

delegable.register_all(
    {
        "ask": "Ask for support",
        "agree": "Agree to offers of support",
        "release": "Release our system leaders",
        "confirm": "Confirm visits",
        "evaluate": "Evaluate support",
    }
)

__all__ = [
    "awaits_decision",
    "can_accept",
    "can_adjust",
    "can_agree",
    "can_answer",
    "can_answer_for_leaders",
    "can_answer_variation",
    "can_ask_question",
    "can_assign",
    "can_call_enough",
    "can_cancel",
    "can_cancel_visit",
    "can_charge",
    "can_close",
    "can_close_year",
    "can_confirm",
    "can_cover",
    "can_decide_on_findings",
    "can_decline",
    "can_decline_request",
    "can_dispute",
    "can_edit",
    "can_edit_school",
    "can_evaluate",
    "can_finish",
    "can_give",
    "can_log",
    "can_move",
    "can_name_person",
    "can_offer",
    "can_open_trade",
    "can_override",
    "can_pause",
    "can_plan",
    "can_release",
    "can_report_findings",
    "can_resolve",
    "can_resume",
    "can_reverse",
    "can_see_person",
    "can_see_rating",
    "can_see_who_saw",
    "can_settle",
    "can_settle_charge",
    "can_start_request",
    "can_stop",
    "can_submit",
    "can_take_back",
    "can_triage",
    "can_vary",
    "can_withdraw",
    "coordinates_it",
    "decides_for",
    "evaluation_side",
    "finds_charges_of",
    "gives_on",
    "in_status",
    "is_its_leader",
    "right",
    "role_of_seeing",
    "sees_charges_of",
]
