from django.db import transaction
from django.utils import timezone

from bank import posting
from portal import status
from portal.errors import Refused, SomebodyFaster
from portal.rights import requires
from portal.words import days_long
from schools import calendar
from staff import rules as people
from staff.models import SystemLeader

from .. import notices, rules
from ..matching.eligibility import FORBIDS_OFFER, FORBIDS_YES, Obstacle, has_open_offer, judge
from ..matching.heads import schools_with_the_same_head
from ..models import Commission, Leg, SupportRequest
from ..status import record
from .course import lock_request_of, lock_unchanged, update_committed_days

UNFIT = "{leader} is suspended or due for review, and cannot be offered new work."
REFUSALS = {
    Obstacle.NOT_ACTIVE: UNFIT,
    Obstacle.REVIEW_DUE: UNFIT,
    Obstacle.WORKS_THERE: "{leader} works at {school}: a leader is never deployed to the own school.",
    Obstacle.NO_BANK: "{leader} does not work at {home}, or it is a member neither of {alliance} nor of an alliance "
    "that trades with it.",
    Obstacle.SAME_HEAD: "One person heads both {school} and {home}: no offer can be made between them.",
}


@transaction.atomic
@requires(rules.can_offer, of="support_request")
def offer(*, support_request, by, leader, home_school, days, starts_on, ends_on, objectives, modes=""):
    """Offer a leader the work: asks the leader, the home head and the receiving head at once.

    `days` in hundredths of a day. The home school is a member, or one of an alliance that trades with this
    one. Raises Refused when the leader is not eligible, another offer is open, or more days would be
    promised than were asked for.
    """
    bank = _bank_of_leader(support_request, leader, home_school)
    commission = _open_offer(
        support_request,
        by,
        bank,
        [(home_school, support_request.school, leader.person, days)],
        leader=leader,
        home_school=home_school,
        starts_on=starts_on,
        ends_on=ends_on,
        objectives=objectives,
        modes=modes,
    )
    notices.notify_of_work(notices.leader_of(commission), "offer_to_leader", commission)
    return commission


@transaction.atomic
@requires(rules.can_offer, of="support_request")
def offer_peer(
    *, support_request, by, partner, person, days, return_person, return_days, starts_on, ends_on, objectives, modes=""
):
    """Offer two schools work for each other; both heads are asked. Days in hundredths of a day."""
    for school in (partner, support_request.school):
        if not support_request.alliance.has_member(school):
            raise Refused(
                f"{school} is not a member of {support_request.alliance} today, and cannot give support for it."
            )
    check_heads(support_request.school, partner)
    return _open_offer(
        support_request,
        by,
        support_request.alliance,
        [
            (partner, support_request.school, person, days),
            (support_request.school, partner, return_person, return_days),
        ],
        leader=None,
        home_school=partner,
        starts_on=starts_on,
        ends_on=ends_on,
        objectives=objectives,
        modes=modes,
    )


def _open_offer(support_request, by, bank, legs, **fields):
    lock_unchanged(support_request)
    if support_request.status != SupportRequest.Status.OPEN:
        raise SomebodyFaster(support_request)
    if has_open_offer(support_request):
        raise Refused(
            "An offer for this request is open already.", support_request.get_absolute_url(), "Back to the request"
        )
    if legs[0][3] > support_request.days_wanted:
        raise Refused(
            f"That is more than the {days_long(support_request.days_wanted)} still wanted.",
            support_request.get_absolute_url(),
            "Back to the request",
        )
    policy, shut = support_request.alliance.policy(), support_request.alliance.closed_days()
    diagnostic = _diagnostic_of(support_request)
    commission = Commission.objects.create(
        support_request=support_request,
        offered_by=by,
        parent=diagnostic,
        is_diagnostic=support_request.kind == SupportRequest.Kind.DIAGNOSTIC and diagnostic is None,
        lapses_on=calendar.add_days(timezone.localdate(), policy.offer_lapse_days, shut),
        **fields,
    )
    for giving, receiving, person, days in legs:
        Leg.objects.create(
            commission=commission,
            giving_school=giving,
            receiving_school=receiving,
            person=person,
            days=days,
            giving_account=posting.school_account(bank, giving),
            receiving_account=_receiving_account(support_request.alliance, receiving),
        )
    update_committed_days(support_request)
    record(commission, "offer", by=by, new=Commission.Status.OFFERED)
    notices.notify_of_work(notices.people_who_may("release", commission.home_school), "offer_to_home", commission)
    notices.notify_of_work(notices.people_who_may("agree", support_request.school), "offer_to_receiving", commission)
    return commission


def _receiving_account(alliance, school):
    is_member = alliance.has_member(school)
    return posting.school_account(alliance, school) if is_member else posting.outside_account(alliance)


def _diagnostic_of(support_request):
    return support_request.commissions.filter(
        is_diagnostic=True, status__in=[Commission.Status.DELIVERED, Commission.Status.CLOSED]
    ).first()


def _bank_of_leader(support_request, leader, home_school):
    """The alliance in whose bank the home school earns. Raises Refused for what forbids the offer at this moment."""
    judgement = _judgement(support_request, leader.pk).of_home(home_school)
    for obstacle in judgement.obstacles:
        if obstacle in FORBIDS_OFFER:
            facts = {
                "leader": leader,
                "school": support_request.school,
                "home": home_school,
                "alliance": support_request.alliance,
            }
            raise Refused(REFUSALS[obstacle].format(**facts))
    [home] = judgement.homes
    return home.bank


def _judgement(support_request, leader):
    """Judge one leader (id) anew: whoever calls holds objects that were read before."""
    [judgement] = judge([support_request], SystemLeader.objects.filter(pk=leader))
    return judgement


def may_say_yes(commission):
    return FORBIDS_YES.isdisjoint(_judgement(commission.support_request, commission.leader_id).obstacles)


def check_heads(school, other):
    if other.pk in schools_with_the_same_head(school):
        raise Refused(REFUSALS[Obstacle.SAME_HEAD].format(school=school, home=other))


@transaction.atomic
@requires(rules.can_decline, of="commission")
def decline(*, commission, by, reason, note=""):
    """Any of the three says no. `reason` is a DeclineReason."""
    words = Commission.DeclineReason(reason).third_person_label + (f": {note}" if note else "")
    facts = {"acting_for": acting_for(by, commission), "decline_reason": reason}
    end_offer(commission, Commission.Status.DECLINED, by=by, verb="decline", reason=words, said=note, **facts)
    notices.notify_of_work(
        notices.coordinators_of(commission.support_request), "offer_declined", commission, detail=words
    )


@transaction.atomic
def lapse(*, commission):
    """Nobody answered in time: back to the coordinator (the clock's act)."""
    end_offer(commission, Commission.Status.LAPSED, by=None, verb="lapse")
    told = [*notices.coordinators_of(commission.support_request), *notices.leader_of(commission)]
    notices.notify_of_work(told, "offer_lapsed", commission)


@transaction.atomic
@requires(rules.can_take_back, of="commission")
def withdraw(*, commission, by, reason):
    take_back(commission, by=by, reason=reason)


def take_back(commission, *, by, reason):
    """Whoever ends a request takes its open offers back, whether or not they could take back one alone."""
    end_offer(commission, Commission.Status.CANCELLED, by=by, verb="take_back", reason=reason, said=reason)
    notices.notify_of_work(everybody(commission), "offer_taken_back", commission, detail=reason)


def end_offer(commission, to, *, by, said="", **facts):
    support_request = lock_request_of(commission)
    status.move(commission, to, by=by, **ending(by, said), **facts)
    update_committed_days(support_request)


def ending(by, reason):
    """What the row of a commission says of its end."""
    return {"ended_at": timezone.now(), "ended_by": by, "end_reason": reason}


def acting_for(by, commission):
    """The head for whom a delegate of either school acts; nobody where the leader acts as leader."""
    if commission.leader_id and commission.leader.person_id == by.person_id:
        return None
    return people.acting_for(by, "release", commission.home_school) or people.acting_for(
        by, "agree", commission.support_request.school
    )


def everybody(commission):
    """The leader and both heads, each once."""
    return {
        *notices.leader_of(commission),
        *notices.people_who_may("release", commission.home_school),
        *notices.people_who_may("agree", commission.support_request.school),
    }
