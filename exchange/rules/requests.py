"""Rights on a request."""

from portal.rights import at_any_time, in_status, right
from staff import rules as people

from ..models import Commission, SupportRequest
from .base import coordinates_it


@at_any_time
def can_start_request(user, school):
    return people.may(user, "ask", school)


@right(in_status(SupportRequest.Status.DRAFT), "This request has been sent already.")
def can_edit(user, support_request):
    return people.may(user, "ask", support_request.school)


can_submit = can_edit


@right(in_status(SupportRequest.Status.DRAFT), "This request has been sent already.")
def can_name_person(user, support_request):
    return people.is_head(user, support_request.school)


@right(
    in_status(
        SupportRequest.Status.DRAFT,
        SupportRequest.Status.SUBMITTED,
        SupportRequest.Status.CLARIFICATION,
        SupportRequest.Status.OPEN,
    ),
    "This request can no longer be withdrawn.",
)
def can_withdraw(user, support_request):
    return people.may(user, "ask", support_request.school)


@right(in_status(SupportRequest.Status.SUBMITTED), "Somebody has dealt with this request already.")
def can_triage(user, support_request):
    return coordinates_it(user, support_request)


@right(
    in_status(SupportRequest.Status.SUBMITTED), "A question can only be asked while the request waits for a first look."
)
def can_ask_question(user, support_request):
    return coordinates_it(user, support_request)


@right(in_status(SupportRequest.Status.CLARIFICATION), "The question has been answered already.")
def can_answer(user, support_request):
    return people.may(user, "ask", support_request.school)


@right(
    in_status(SupportRequest.Status.SUBMITTED, SupportRequest.Status.CLARIFICATION, SupportRequest.Status.OPEN),
    "This request can no longer be declined.",
)
def can_decline_request(user, support_request):
    return coordinates_it(user, support_request)


@right(lambda r: not r.has_ended and r.status != SupportRequest.Status.DRAFT, "This request has ended.")
def can_assign(user, support_request):
    return coordinates_it(user, support_request)


@right(in_status(SupportRequest.Status.OPEN), "This request is not looking for a leader any more.")
def can_offer(user, support_request):
    return coordinates_it(user, support_request)


@right(
    lambda r: (
        r.status == SupportRequest.Status.OPEN
        and r.commissions.filter(
            status__in=[*Commission.Status.running(), Commission.Status.DELIVERED, Commission.Status.CLOSED]
        ).exists()
    ),
    "There is no agreed work on this request that could be enough.",
)
def can_call_enough(user, support_request):
    return coordinates_it(user, support_request)


@right(
    lambda r: r.status == SupportRequest.Status.MATCHED and awaits_decision(r), "There are no findings to decide on."
)
def can_decide_on_findings(user, support_request):
    return people.may(user, "ask", support_request.school)


def awaits_decision(support_request):
    """A diagnostic was delivered, recommends further support, and no package has been asked for."""
    diagnostics = support_request.commissions.filter(
        is_diagnostic=True, no_further_support=False, status__in=[Commission.Status.DELIVERED, Commission.Status.CLOSED]
    ).exclude(findings="")
    return diagnostics.exists() and not support_request.commissions.filter(parent__isnull=False).exists()
