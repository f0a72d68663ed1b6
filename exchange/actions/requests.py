from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import status
from portal.errors import Refused
from portal.rights import requires
from portal.words import days_long
from staff import rules as people
from staff.models import User

from .. import notices, rules
from ..accounting.membership import may_ask
from ..models import Clarification, Commission, Outcome, SupportRequest
from ..status import record
from . import offers
from .course import lock_unchanged, update_request_status


@transaction.atomic
@requires(rules.can_start_request, of="school")
def start_draft(*, by, school, alliance):
    """A new draft, or the one that the same person has begun and not answered a question of."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one start after the other
    untouched = SupportRequest.objects.filter(
        status=SupportRequest.Status.DRAFT, kind="", alliance=alliance, school=school, asked_by=by
    )
    if draft := untouched.order_by("pk").first():
        return draft
    return SupportRequest.objects.create(alliance=alliance, school=school, asked_by=by, phase=school.phase)


@transaction.atomic
def save_draft(*, support_request, outcomes=None, **answers):
    """Save answers of a draft. `outcomes` are pairs of text and baseline; they replace those there were."""
    lock_unchanged(support_request)
    for name, value in answers.items():
        setattr(support_request, name, value)
    support_request.save(update_fields=list(answers))
    if outcomes is not None:
        support_request.outcomes.all().delete()
        Outcome.objects.bulk_create(
            [Outcome(support_request=support_request, text=text, baseline=baseline) for text, baseline in outcomes]
        )


@transaction.atomic
@requires(rules.can_submit, of="support_request")
def submit(*, support_request, by):
    _check_may_ask(support_request)
    _check_nobody_is_named(support_request)
    acting_for = people.acting_for(by, "ask", support_request.school)
    status.move(
        support_request,
        SupportRequest.Status.SUBMITTED,
        by=by,
        verb="submit",
        acting_for=acting_for,
        submitted_at=timezone.now(),
    )
    urgent = (
        support_request.urgency == SupportRequest.Urgency.URGENT or support_request.kind == SupportRequest.Kind.URGENT
    )
    notices.notify_of_request(
        people.coordinators_of(support_request.alliance),
        "urgent_request" if urgent else "request_sent",
        support_request,
    )


def _check_nobody_is_named(support_request):
    """The supported person's name is for few: in the texts that everybody reads it has no place."""
    texts = [
        support_request.need,
        support_request.goal,
        support_request.plan,
        *support_request.outcomes.values_list("text", flat=True),
    ]
    if any(support_request.redacted(text) != text for text in texts):
        raise Refused(
            "The name of the person to be supported stands in another answer too, where everybody who sees the "
            "request would read it. Write \u201ca member of staff\u201d there instead.",
            reverse("exchange:check_request", args=[support_request.pk]),
            "Back to your answers",
        )


def _check_may_ask(support_request):
    alliance, school = support_request.alliance, support_request.school
    if alliance.has_member(school):
        return
    if not may_ask(school, alliance):
        raise Refused(f"{school} is not a member of {alliance} today.")
    if support_request.is_peer:
        raise Refused(
            f"{school} is not a member of {alliance}, and support for each other is for members.",
            support_request.get_absolute_url(),
            "Back to the request",
        )


@transaction.atomic
@requires(rules.can_triage, of="support_request")
def triage(*, support_request, by, assigned_to=None):
    """The coordinator takes the request in and looks for a leader."""
    status.move(
        support_request,
        SupportRequest.Status.OPEN,
        by=by,
        verb="triage",
        opened_at=timezone.now(),
        assigned_to=assigned_to or by,
    )
    _record_assignment(support_request, by)
    notices.notify_of_request({support_request.assigned_to} - {by}, "assigned", support_request)


@transaction.atomic
@requires(rules.can_ask_question, of="support_request")
def ask_question(*, support_request, by, question):
    was_assigned = support_request.assigned_to_id is not None
    status.move(
        support_request,
        SupportRequest.Status.CLARIFICATION,
        by=by,
        verb="ask_question",
        reason=question,
        assigned_to=support_request.assigned_to or by,
    )
    if not was_assigned:
        _record_assignment(support_request, by)
    Clarification.objects.create(support_request=support_request, question=question, asked_by=by)
    notices.notify_of_request(
        notices.people_who_may("ask", support_request.school), "question", support_request, detail=question
    )


@transaction.atomic
@requires(rules.can_answer, of="support_request")
def answer(*, support_request, by, answer):
    acting_for = people.acting_for(by, "ask", support_request.school)
    status.move(
        support_request, SupportRequest.Status.SUBMITTED, by=by, verb="answer", reason=answer, acting_for=acting_for
    )
    support_request.clarifications.filter(answered_at=None).update(
        answer=answer, answered_by=by, answered_at=timezone.now()
    )
    notices.notify_of_request(notices.coordinators_of(support_request), "answer", support_request, detail=answer)


@transaction.atomic
@requires(rules.can_decline_request, of="support_request")
def decline(*, support_request, by, reason):
    """Declined with a reason, or answered by a place on a programme. Open offers fall with it."""
    lock_unchanged(support_request)
    _refuse_running_work(support_request)
    status.move(
        support_request,
        SupportRequest.Status.DECLINED,
        by=by,
        verb="decline_request",
        reason=reason,
        ended_at=timezone.now(),
    )
    _take_offers_back(support_request, by, reason)
    notices.notify_of_request(
        notices.people_who_may("ask", support_request.school), "request_declined", support_request, detail=reason
    )


@transaction.atomic
@requires(rules.can_withdraw, of="support_request")
def withdraw(*, support_request, by, reason=""):
    lock_unchanged(support_request)
    _refuse_running_work(support_request)
    was_draft = support_request.status == SupportRequest.Status.DRAFT
    acting_for = people.acting_for(by, "ask", support_request.school)
    facts = {"acting_for": acting_for, "ended_at": timezone.now()}
    status.move(support_request, SupportRequest.Status.WITHDRAWN, by=by, verb="withdraw", reason=reason, **facts)
    _take_offers_back(support_request, by, reason or "The school no longer needs the support")
    if not was_draft:
        notices.notify_of_request(notices.coordinators_of(support_request), "request_withdrawn", support_request)


def _refuse_running_work(support_request):
    if support_request.commissions.filter(
        status__in=[*Commission.Status.running(), Commission.Status.DELIVERED]
    ).exists():
        raise Refused(
            "There is agreed work on this request. It has to be cancelled or finished first.",
            support_request.get_absolute_url(),
            "Back to the request",
        )


def _take_offers_back(support_request, by, reason):
    for commission in support_request.commissions.filter(status=Commission.Status.OFFERED):
        offers.take_back(commission, by=by, reason=reason)


@transaction.atomic
@requires(rules.can_assign, of="support_request")
def assign(*, support_request, by, to):
    SupportRequest.objects.filter(pk=support_request.pk).update(assigned_to=to)
    support_request.refresh_from_db()
    _record_assignment(support_request, by)
    notices.notify_of_request({to} - {by}, "assigned", support_request)


def _record_assignment(support_request, by):
    """Whoever looks after a request may be shown its supported person: taking it oneself stands in the history too."""
    to = support_request.assigned_to
    record(support_request, "assign", by=by, reason="To themselves" if to == by else f"To {to}")


@transaction.atomic
@requires(rules.can_call_enough, of="support_request")
def accept_shortfall(*, support_request, by, reason):
    """The agreed days are enough, although fewer than were asked for."""
    lock_unchanged(support_request)
    if support_request.commissions.filter(status=Commission.Status.OFFERED).exists():
        raise Refused(
            "An offer is still open. Take it back, or wait for its answer.",
            support_request.get_absolute_url(),
            "Back to the request",
        )
    status.move(support_request, SupportRequest.Status.MATCHED, by=by, verb="call_enough", reason=reason)
    update_request_status(support_request, by=by)


@transaction.atomic
@requires(rules.can_decide_on_findings, of="support_request")
def ask_package(*, support_request, by, days):
    """After a diagnostic: the school asks for so many further days, and the request is open again."""
    acting_for = people.acting_for(by, "ask", support_request.school)
    lock_unchanged(support_request)
    facts = {"opened_at": timezone.now(), "days": support_request.committed + days}
    status.move(support_request, SupportRequest.Status.OPEN, by=by, verb="ask_package", acting_for=acting_for, **facts)
    notices.notify_of_request(
        notices.coordinators_of(support_request), "package_asked", support_request, days=days_long(days)
    )


@transaction.atomic
@requires(rules.can_decide_on_findings, of="support_request")
def close(*, support_request, by, reason):
    """After a diagnostic: the school wants no further support."""
    lock_unchanged(support_request)
    if support_request.commissions.filter(
        status__in=[Commission.Status.OFFERED, *Commission.Status.running(), Commission.Status.DELIVERED]
    ).exists():
        raise Refused(
            "The diagnostic is not evaluated yet. The request closes after that.",
            support_request.get_absolute_url(),
            "Back to the request",
        )
    acting_for = people.acting_for(by, "ask", support_request.school)
    facts = {"acting_for": acting_for, "ended_at": timezone.now()}
    status.move(support_request, SupportRequest.Status.CLOSED, by=by, verb="close_request", reason=reason, **facts)
