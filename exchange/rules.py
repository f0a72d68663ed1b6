"""Who may do what, when: one predicate for each right. The button and the view ask the same one."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from staff import rules as people

from .errors import Refused
from .models import Commission, Evaluation, SupportRequest, Variation, Visit

R, C, V = SupportRequest.Status, Commission.Status, Visit.Status


def right(state, gone, still=None):
    """A predicate of a role and a state. True when both hold, which is when the button is shown.

    `still(user, thing)` is the part of the state that depends on who asks: what is left for this user.
    `predicate.check(user, thing)` is for the view: it raises PermissionDenied where the role is
    missing, and Refused with the sentence `gone` where only the state is.
    """

    def is_open(user, thing):
        return state(thing) and (still is None or still(user, thing))

    def decorate(role):
        @wraps(role)
        def predicate(user, thing):
            return bool(state(thing) and role(user, thing) and is_open(user, thing))

        def check(user, thing):
            if not role(user, thing):
                raise PermissionDenied
            if not is_open(user, thing):
                raise Refused(gone, thing.get_absolute_url(), "See how it stands now")

        predicate.check, predicate.role = check, role
        return predicate

    return decorate


def in_status(*statuses):
    return lambda thing: thing.status in statuses


# Who somebody is to a commission ---------------------------------------------------------------


def is_its_leader(user, commission):
    return commission.leader_id is not None and commission.leader.person_id == user.person_id


def coordinates_it(user, thing):
    request = thing if isinstance(thing, SupportRequest) else thing.request
    return people.coordinates(user, request.alliance)


def decides_for(user, thing, *schools):
    """A coordinator of the alliance who works at none of the schools concerned."""
    return coordinates_it(user, thing) and not any(people.has_post_at(user, school) for school in schools)


def gives_on(user, leg):
    """Does or plans the leg's work: its leader, or, peer to peer, the person or the giving school's head."""
    commission = leg.commission
    if commission.leader_id:
        return is_its_leader(user, commission)
    return leg.person_id == user.person_id or people.may(user, "release", leg.giving_school)


# Requests --------------------------------------------------------------------------------------


@right(in_status(R.DRAFT), "This request has been sent already.")
def can_edit(user, request):
    return people.may(user, "ask", request.school)


can_submit = can_edit


@right(in_status(R.DRAFT), "This request has been sent already.")
def can_name_person(user, request):
    return people.is_head(user, request.school)


@right(in_status(R.DRAFT, R.SUBMITTED, R.CLARIFICATION, R.OPEN), "This request can no longer be withdrawn.")
def can_withdraw(user, request):
    return people.may(user, "ask", request.school)


@right(in_status(R.SUBMITTED), "Somebody has dealt with this request already.")
def can_triage(user, request):
    return coordinates_it(user, request)


@right(in_status(R.SUBMITTED), "A question can only be asked while the request waits for a first look.")
def can_ask_question(user, request):
    return coordinates_it(user, request)


@right(in_status(R.CLARIFICATION), "The question has been answered already.")
def can_answer(user, request):
    return people.may(user, "ask", request.school)


@right(in_status(R.SUBMITTED, R.CLARIFICATION, R.OPEN), "This request can no longer be declined.")
def can_decline_request(user, request):
    return coordinates_it(user, request)


@right(lambda r: not r.has_ended and r.status != R.DRAFT, "This request has ended.")
def can_assign(user, request):
    return coordinates_it(user, request)


@right(in_status(R.OPEN), "This request is not looking for a leader any more.")
def can_offer(user, request):
    return coordinates_it(user, request)


@right(
    lambda r: r.status == R.OPEN and r.commissions.filter(status__in=[*C.running(), C.DELIVERED, C.CLOSED]).exists(),
    "There is no agreed work on this request that could be enough.",
)
def can_call_enough(user, request):
    return coordinates_it(user, request)


@right(lambda r: r.status == R.MATCHED and awaits_decision(r), "There are no findings to decide on.")
def can_decide_on_findings(user, request):
    return people.may(user, "ask", request.school)


def awaits_decision(request):
    """A diagnostic was delivered, recommends further support, and no package has been asked for."""
    diagnostics = request.commissions.filter(
        is_diagnostic=True, no_further_support=False, status__in=[C.DELIVERED, C.CLOSED]
    ).exclude(findings="")
    return diagnostics.exists() and not request.commissions.filter(parent__isnull=False).exists()


# Offers ----------------------------------------------------------------------------------------


@right(lambda c: c.is_offered and c.leader_yes_at is None, "This offer has been answered, or has lapsed.")
def can_accept(user, commission):
    return is_its_leader(user, commission)


@right(lambda c: c.is_offered and c.home_yes_at is None, "This offer has been answered, or has lapsed.")
def can_release(user, commission):
    return people.may(user, "release", commission.home_school)


@right(lambda c: c.is_offered and c.receiving_yes_at is None, "This offer has been answered, or has lapsed.")
def can_agree(user, commission):
    return people.may(user, "agree", commission.request.school)


@right(lambda c: c.is_offered, "This offer has been answered, or has lapsed.")
def can_decline(user, commission):
    return (
        is_its_leader(user, commission)
        or people.may(user, "release", commission.home_school)
        or people.may(user, "agree", commission.request.school)
    )


@right(lambda c: c.is_offered, "This offer has been answered, or has lapsed.")
def can_take_back(user, commission):
    return coordinates_it(user, commission)


def _limit_matters(commission):
    proposed = Variation.objects.filter(leg__commission=commission, status=Variation.Status.PROPOSED)
    return commission.is_offered or (commission.is_running and proposed.exists())


@right(_limit_matters, "The limit matters only while an offer or a proposed change is open.")
def can_override(user, commission):
    legs = commission.legs.all()
    return decides_for(user, commission, *[leg.receiving_school for leg in legs])


# Work ------------------------------------------------------------------------------------------


@right(
    lambda leg: leg.commission.status in (C.AGREED, C.ACTIVE) and not leg.commission.awaits_safeguarding,
    "Visits can be planned only while the work is agreed or under way, and once the home school has confirmed "
    "the leader's DBS and safeguarding checks.",
)
def can_plan(user, leg):
    return gives_on(user, leg)


def _runs(visit):
    return visit.leg.commission.status in (C.AGREED, C.ACTIVE)


@right(
    lambda v: v.status == V.PLANNED and _runs(v) and v.on <= timezone.localdate(),
    "This visit lies ahead, or has been logged, moved or cancelled already.",
)
def can_log(user, visit):
    return gives_on(user, visit.leg)


@right(lambda v: v.status == V.PLANNED and _runs(v), "This visit has been logged, moved or cancelled already.")
def can_move(user, visit):
    return gives_on(user, visit.leg) or people.may(user, "confirm", visit.leg.receiving_school)


can_cancel_visit = can_move


@right(in_status(V.LOGGED), "This visit has been confirmed or disputed already.")
def can_confirm(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


def _may_be_disputed(visit):
    in_time = visit.dispute_until is None or timezone.localdate() <= visit.dispute_until
    return visit.status == V.LOGGED or (visit.status == V.CONFIRMED and in_time)


@right(_may_be_disputed, "The time in which this visit could be disputed is over.")
def can_dispute(user, visit):
    return people.may(user, "confirm", visit.leg.receiving_school)


@right(in_status(V.DISPUTED), "This dispute has been settled already.")
def can_settle(user, visit):
    leg = visit.leg
    return decides_for(user, leg.commission, leg.giving_school, leg.receiving_school)


def _may_be_varied(leg):
    return leg.commission.is_running and not leg.variations.filter(status=Variation.Status.PROPOSED).exists()


@right(_may_be_varied, "Days and dates can be varied while the work is running, one change at a time.")
def can_vary(user, leg):
    return (
        gives_on(user, leg)
        or people.may(user, "release", leg.giving_school)
        or people.may(user, "agree", leg.receiving_school)
    )


def _yes_is_missing(user, variation):
    leg = variation.leg
    return (variation.home_yes_at is None and people.may(user, "release", leg.giving_school)) or (
        variation.receiving_yes_at is None and people.may(user, "agree", leg.receiving_school)
    )


@right(
    in_status(Variation.Status.PROPOSED), "You or somebody else has answered this proposal already.", _yes_is_missing
)
def can_answer_variation(user, variation):
    leg = variation.leg
    return people.may(user, "release", leg.giving_school) or people.may(user, "agree", leg.receiving_school)


def _takes_part(user, commission):
    return (
        is_its_leader(user, commission)
        or people.may(user, "release", commission.home_school)
        or people.may(user, "agree", commission.request.school)
        or coordinates_it(user, commission)
    )


@right(in_status(C.AGREED, C.ACTIVE), "Only agreed work or work under way can be paused.")
def can_pause(user, commission):
    return _takes_part(user, commission)


@right(in_status(C.PAUSED), "This work is not paused.")
def can_resume(user, commission):
    return _takes_part(user, commission)


def _has_visits(commission):
    return Visit.objects.filter(leg__commission=commission, status__in=V.done()).exists()


@right(lambda c: c.status in (C.AGREED, C.PAUSED) and not _has_visits(c), "A visit has taken place: stop the work.")
def can_cancel(user, commission):
    return _takes_part(user, commission)


@right(lambda c: c.status in (C.ACTIVE, C.PAUSED) and _has_visits(c), "This work is not under way.")
def can_stop(user, commission):
    return _takes_part(user, commission)


@right(in_status(C.ACTIVE), "This work is not under way.")
def can_finish(user, commission):
    return any(gives_on(user, leg) for leg in commission.legs.all())


@right(lambda c: c.is_diagnostic and c.status in (C.ACTIVE, C.DELIVERED), "There is no diagnostic to report on.")
def can_report_findings(user, commission):
    return is_its_leader(user, commission)


# Evaluation ------------------------------------------------------------------------------------


def _sides_of(user, commission):
    """The sides a user may evaluate for."""
    gives = is_its_leader(user, commission) or (
        commission.leader_id is None and people.may(user, "evaluate", commission.home_school)
    )
    receives = people.may(user, "evaluate", commission.request.school)
    return [Evaluation.Side.RECEIVING] * receives + [Evaluation.Side.GIVING] * gives


def evaluation_side(user, commission):
    """The side a user evaluates for and has not evaluated yet, or None."""
    done = set(commission.evaluations.values_list("side", flat=True))
    return next((side for side in _sides_of(user, commission) if side not in done), None)


@right(
    in_status(C.DELIVERED),
    "This work has been evaluated already, or is not delivered yet.",
    lambda user, commission: evaluation_side(user, commission) is not None,
)
def can_evaluate(user, commission):
    return bool(_sides_of(user, commission))


@right(in_status(C.DELIVERED), "Only delivered work can be closed.")
def can_close(user, commission):
    return coordinates_it(user, commission)


@right(lambda concern: concern.resolved_at is None, "This concern has been resolved already.")
def can_resolve(user, concern):
    return coordinates_it(user, concern.commission)


def can_see_rating(user, commission):
    """What the receiving school says of a leader is for both heads and the coordinator, not for the leader."""
    if is_its_leader(user, commission) and not people.is_head(user, commission.home_school):
        return False
    return (
        coordinates_it(user, commission)
        or people.may(user, "evaluate", commission.request.school)
        or people.may(user, "evaluate", commission.home_school)
    )


# Schools ---------------------------------------------------------------------------------------

always = right(lambda school: True, "")


@always
def can_edit_school(user, school):
    return people.may(user, "ask", school) or people.oversees(user, school)


@always
def can_answer_for_leaders(user, school):
    """Nominates the school's leaders and confirms their safeguarding checks."""
    return people.may(user, "release", school)


@always
def can_delegate(user, school):
    return people.may_delegate(user, school)


# The bank --------------------------------------------------------------------------------------


def may_adjust(user, *accounts):
    """A coordinator of the bank's alliance who works at none of the accounts' schools."""
    schools = [account.school for account in accounts if account.school_id]
    return people.coordinates(user, accounts[0].alliance) and not any(
        people.has_post_at(user, school) for school in schools
    )


# The supported person --------------------------------------------------------------------------


def can_see_person(user, request, commission=None):
    """The receiving head, a delegate where the head ticked it, the assigned coordinator, and the
    leaders of its work from agreement on. Nobody else, whoever they are."""
    if not request.supported_person:
        return False
    if people.is_head(user, request.school):
        return True
    if request.assigned_to_id == user.pk and coordinates_it(user, request):
        return True
    if request.delegates_see_person and people.is_delegate(user, request.school):
        return True
    agreed = [*C.running(), C.DELIVERED]
    return request.commissions.filter(leader__person=user.person_id, status__in=agreed).exists()
