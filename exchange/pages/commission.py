"""What the page of a commission shows to a user. Its buttons ask the rules that the views ask."""

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from staff import rules as people
from staff.models import User

from .. import rules
from ..accounting import quotes
from ..models import Charge, Commission, Evaluation, SupportRequest, Variation, Visit
from ..models.history import in_whose_name
from .supported_person import person_row
from .timeline import timeline

MAIN = (
    (rules.can_accept, "accept", "Accept"),
    (rules.can_release, "release", "Release"),
    (rules.can_agree, "agree", "Agree"),
    (rules.can_decline, "decline_offer", "Decline"),
    (rules.can_resume, "resume_work", "Go on with the work"),
    (rules.can_evaluate, "evaluate", "Evaluate"),
    (rules.can_report_findings, "report_findings", "Report findings"),
)
OTHER = (
    (rules.can_take_back, "take_back", "Take the offer back"),
    (rules.can_override, "override_limit", "Override the limit"),
    (rules.can_finish, "finish_work", "Finish early"),
    (rules.can_pause, "pause_work", "Pause the work"),
    (rules.can_cancel, "cancel_work", "Cancel the work"),
    (rules.can_stop, "stop_work", "Stop the work"),
    (rules.can_close, "close_work", "Close without waiting for evaluations"),
    (rules.can_charge, "charge_now", "Charge now"),
)
CONFIRM = ((rules.can_confirm, "confirm_visit", "Confirm the visit of {on:%-d %B}"),)
OF_LEG = ((rules.can_plan, "plan_visit", "Plan a visit"), (rules.can_vary, "propose_variation", "Propose a variation"))
OF_VISIT = (
    (rules.can_log, "log_visit", "Log"),
    (rules.can_confirm, "confirm_visit", "Confirm"),
    (rules.can_dispute, "dispute_visit", "Something is wrong"),
    (rules.can_settle, "settle_dispute", "Settle"),
    (rules.can_cover, "cover_urgent", "Cover from the fund"),
    (rules.can_move, "move_visit", "Move"),
    (rules.can_cancel_visit, "cancel_visit", "Cancel"),
)
QUIET = ("decline_offer", "propose_variation")
BEFORE_THE_END = [Commission.Status.OFFERED, *Commission.Status.running()]


def context_of(commission, user):
    people.remember(user)
    _fetch_parts(commission)
    sees_rating = rules.can_see_rating(user, commission)
    others = Commission.objects.visible_to(user).with_parts()
    requests = SupportRequest.objects.visible_to(user).filter(pk=commission.support_request_id)
    return {
        "commission": commission,
        "warns_of_safeguarding": commission.awaits_safeguarding and commission.status in BEFORE_THE_END,
        "open_concerns": _open_concerns(commission, user),
        "main_buttons": _main_buttons(user, commission),
        "other_buttons": _buttons(user, commission, OTHER),
        "person": person_row(user, commission.support_request, only_if_seen=True),
        "sees_request": requests.exists(),
        "yeses": _yeses(commission),
        "legs": [_leg(user, leg) for leg in commission.legs.all()],
        "outcomes": _outcomes(commission),
        "evaluations": _evaluations(commission, sees_rating),
        "parent": others.filter(pk=commission.parent_id).first() if commission.parent_id else None,
        "package": list(others.filter(parent=commission)) if commission.is_diagnostic else [],
        "standings": quotes.terms_of(commission) if commission.status in BEFORE_THE_END else [],
        "charges": Charge.objects.visible_to(user).filter(commission=commission).select_related("alliance"),
        "events": _events(commission, user, sees_rating),
        "pause": commission.pauses.filter(ended_at=None).first()
        if commission.status == Commission.Status.PAUSED
        else None,
    }


def _fetch_parts(commission):
    prefetch_related_objects(
        [commission],
        Prefetch("legs__visits", Visit.objects.select_related("moved_to", "confirmed_by__person")),
        Prefetch("legs__variations", Variation.objects.select_related("proposed_by__person")),
        Prefetch("evaluations", Evaluation.objects.select_related("by__person").prefetch_related("scores")),
        "support_request__outcomes",
    )


def _buttons(user, subject, table):
    return [
        {"url": reverse(f"exchange:{name}", args=[subject.pk]), "label": label, "quiet": name in QUIET}
        for predicate, name, label in table
        if predicate(user, subject)
    ]


def _main_buttons(user, commission):
    """Where the leader is the home head, accepting and releasing are one act, with the terms of the release."""
    buttons = _buttons(user, commission, MAIN)
    if rules.can_accept(user, commission) and rules.can_release(user, commission):
        buttons[:2] = [buttons[1] | {"label": "Accept and release"}]
    return _to_confirm(user, commission) + buttons


def _to_confirm(user, commission):
    """The mail that asks for it leads to this page."""
    visits = [visit for leg in commission.legs.all() for visit in leg.visits.all()]
    return [
        button | {"label": button["label"].format(on=visit.on)}
        for visit in visits
        for button in _buttons(user, visit, CONFIRM)
    ]


def _yeses(commission):
    """The yeses of an offer, each with who said it, for whom and when; two where the work is peer to peer."""
    users = _who_said_yes(commission)
    asked = [
        (f"The head of {commission.home_school}", "home_yes", commission.home_yes_for_id),
        (f"The head of {commission.support_request.school}", "receiving_yes", commission.receiving_yes_for_id),
    ]
    if commission.leader_id:
        asked.insert(0, (f"The leader, {commission.leader.person}", "leader_yes", None))
    return [
        {
            "of": words,
            "at": getattr(commission, f"{which}_at"),
            "who": in_whose_name(users.get(getattr(commission, f"{which}_by_id")), users.get(acting_for)),
            "note": "governors informed" if which == "home_yes" and commission.governors_informed else "",
            "may_wait": commission.is_offered,
        }
        for words, which, acting_for in asked
    ]


def _who_said_yes(commission):
    names = ("leader_yes_by", "home_yes_by", "home_yes_for", "receiving_yes_by", "receiving_yes_for")
    ids = {getattr(commission, f"{name}_id") for name in names} - {None}
    return User.objects.select_related("person").in_bulk(ids)


def _leg(user, leg):
    visits = list(leg.visits.all())
    return {
        "leg": leg,
        "left": leg.left_to_plan,
        "confirmed": sum(visit.days for visit in visits if visit.status == Visit.Status.CONFIRMED),
        "buttons": _buttons(user, leg, OF_LEG),
        "about": f"to {leg.receiving_school}" if leg.commission.is_peer else "",
        "visits": [
            {
                "visit": visit,
                "buttons": _buttons(user, visit, OF_VISIT),
                "is_planned": visit.status == Visit.Status.PLANNED,
            }
            for visit in visits
        ],
        "variations": [
            {"variation": variation, "may_answer": rules.can_answer_variation(user, variation)}
            for variation in leg.variations.all()
        ],
    }


def _outcomes(commission):
    """Each outcome with where it stood at the start and where each side sees it at the end."""
    scores = {
        (score.outcome_id, evaluation.side): score.score
        for evaluation in commission.evaluations.all()
        for score in evaluation.scores.all()
    }
    sides = Evaluation.Side
    return [
        {
            "outcome": outcome,
            "receiving": scores.get((outcome.pk, sides.RECEIVING)),
            "giving": scores.get((outcome.pk, sides.GIVING)),
        }
        for outcome in commission.support_request.outcomes.all()
    ]


def _evaluations(commission, sees_rating):
    """What each side wrote. The receiving school's rating of the leader only for those who may see it."""
    return [
        {"evaluation": evaluation, "rating_shown": sees_rating or evaluation.side == Evaluation.Side.GIVING}
        for evaluation in commission.evaluations.all()
    ]


def _events(commission, user, sees_rating):
    about_no_concern = {} if sees_rating else {"concern": None}  # a concern would tell the rating
    return timeline(commission.events.filter(**about_no_concern), user)


def _open_concerns(commission, user):
    """For the coordinators, who resolve them: nobody else knows of a concern."""
    if not rules.coordinates_it(user, commission):
        return []
    return list(commission.concerns.filter(resolved_at=None).select_related("evaluation__by__person"))
