"""What people do, one public function a verb: keyword-only, `by` who does it (None: the clock).

Each is atomic: the status, its history, the bank and the mail are written together or not at all.
Raises Refused with a sentence when it cannot be done now.
"""

from .agreements import accept, agree, override_limit, release
from .charges import charge_now, charge_what_is_pending, pay_charge, waive_charge
from .confirmations import confirm_visit, dispute_visit, settle_dispute
from .evaluations import close_work, evaluate, resolve_concern
from .membership import follow_membership
from .movements import (
    adjust_balance,
    cover_urgent,
    credit_hosting,
    give,
    grant_opening,
    pay_service,
    reverse_movement,
    settle_leaver,
)
from .offers import decline_offer, lapse, offer, offer_peer, take_back
from .requests import (
    answer,
    ask_package,
    ask_question,
    assign,
    call_enough,
    close_request,
    decline_request,
    save_draft,
    start_draft,
    submit,
    triage,
    withdraw,
)
from .supported_person import show_person
from .trades import open_trade
from .visits import cancel_visit, log_visit, move_visit, plan_visit
from .work import (
    answer_variation,
    cancel_work,
    finish_work,
    pause_work,
    propose_variation,
    report_findings,
    resume_work,
    stop_work,
)
from .years import close_year

__all__ = [
    "accept", "adjust_balance", "agree", "answer", "answer_variation", "ask_package", "ask_question", "assign",
    "call_enough", "cancel_visit", "cancel_work", "charge_now", "charge_what_is_pending", "close_request",
    "close_work", "close_year", "confirm_visit", "cover_urgent", "credit_hosting", "decline_offer",
    "decline_request", "dispute_visit", "evaluate", "finish_work", "follow_membership", "give",
    "grant_opening", "lapse", "log_visit", "move_visit", "offer", "offer_peer", "open_trade", "override_limit",
    "pause_work",
    "pay_charge", "pay_service", "plan_visit", "propose_variation", "release", "report_findings", "resolve_concern",
    "resume_work", "reverse_movement", "save_draft", "settle_dispute", "settle_leaver", "show_person", "start_draft",
    "stop_work", "submit", "take_back", "triage", "waive_charge", "withdraw",
]  # fmt: skip
