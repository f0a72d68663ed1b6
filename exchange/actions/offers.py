from django.db import transaction
from django.utils import timezone

from schools import calendar
from schools.models import Alliance
from schools.templatetags.portal import days_long
from staff import rules as people
from staff.models import SystemLeader

from .. import capacity, notices, quotes
from ..bank import posting
from ..errors import Refused, SomebodyFaster
from ..membership import in_credits
from ..models import Commission, Leg, SupportRequest, Trade
from ..status import move, record
from .holds import hold_or_refuse, legs_to_hold
from .requests import follow, lock, recount, take

R, C = SupportRequest.Status, Commission.Status


@transaction.atomic
def offer(*, request, by, leader, home_school, days, starts_on, ends_on, objectives, modes=""):
    """Offer a leader the work: asks the leader, the home head and the receiving head at once.

    `days` in hundredths of a day. The home school is a member, or one of an alliance that trades with this
    one. Raises Refused when the leader is not eligible, another offer is open, or more days would be
    promised than were asked for.
    """
    _check_leader(request, leader, home_school)
    commission = _open_offer(
        request,
        by,
        [(home_school, request.school, leader.person, days)],
        leader=leader,
        home_school=home_school,
        starts_on=starts_on,
        ends_on=ends_on,
        objectives=objectives,
        modes=modes,
    )
    _tell(notices.leader_of(commission), "offer_to_leader", commission)
    return commission


@transaction.atomic
def offer_peer(
    *, request, by, partner, person, days, return_person, return_days, starts_on, ends_on, objectives, modes=""
):
    """Offer two schools work for each other; both heads are asked. Days in hundredths of a day."""
    for school in (partner, request.school):
        if not request.alliance.has_member(school):
            raise Refused(f"{school} is not a member of {request.alliance} today, and cannot give support for it.")
    _check_heads(request.school, partner)
    return _open_offer(
        request,
        by,
        [(partner, request.school, person, days), (request.school, partner, return_person, return_days)],
        leader=None,
        home_school=partner,
        starts_on=starts_on,
        ends_on=ends_on,
        objectives=objectives,
        modes=modes,
    )


def _open_offer(request, by, legs, **fields):
    lock(request)
    if request.status != R.OPEN:
        raise SomebodyFaster(request)
    if not request.may_split and request.commissions.filter(status=C.OFFERED).exists():
        raise Refused("An offer for this request is open already.", request.get_absolute_url(), "Back to the request")
    if legs[0][3] > request.days_wanted:
        raise Refused(
            f"That is more than the {days_long(request.days_wanted)} still wanted.",
            request.get_absolute_url(),
            "Back to the request",
        )
    policy, shut = request.alliance.policy(), request.alliance.closed_days()
    fields |= {name: request.redacted(fields[name]) for name in ("objectives", "modes")}
    diagnostic = _diagnostic_of(request)
    commission = Commission.objects.create(
        request=request,
        offered_by=by,
        parent=diagnostic,
        is_diagnostic=request.kind == SupportRequest.Kind.DIAGNOSTIC and diagnostic is None,
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
            giving_account=posting.school_account(_bank_of_giver(request.alliance, giving), giving),
            receiving_account=_receiving_account(request.alliance, receiving),
        )
    recount(request)
    record(commission, "offer", by=by, new=C.OFFERED)
    _tell(notices.heads_of(commission.home_school, "release"), "offer_to_home", commission)
    _tell(notices.heads_of(request.school, "agree"), "offer_to_receiving", commission)
    return commission


def _bank_of_giver(alliance, school):
    """The alliance if the school is its member, else one that trades with it, or None."""
    if alliance.has_member(school):
        return alliance
    partners = Alliance.objects.of_school(school).filter(pk__in=Trade.objects.partners_of(alliance))
    return partners.order_by("name").first()


def _receiving_account(alliance, school):
    is_member = alliance.has_member(school)
    return posting.school_account(alliance, school) if is_member else posting.outside_account(alliance)


def _diagnostic_of(request):
    return request.commissions.filter(is_diagnostic=True, status__in=[C.DELIVERED, C.CLOSED]).first()


def _check_leader(request, leader, home_school):
    if not leader.is_fit:
        raise Refused(f"{leader} is suspended or due for review, and cannot be offered new work.")
    schools = list(leader.home_schools())
    if request.school in schools:
        raise Refused(f"{leader} works at {request.school}: a leader is never deployed to the own school.")
    if home_school not in schools or _bank_of_giver(request.alliance, home_school) is None:
        raise Refused(
            f"{leader} does not work at {home_school}, or it is a member neither of {request.alliance} nor of an "
            "alliance that trades with it."
        )
    _check_heads(request.school, home_school)


def _check_heads(school, other):
    both = set(notices.heads_of(school, "agree")) & set(notices.heads_of(other, "release"))
    if any(people.is_head(user, school) and people.is_head(user, other) for user in both):
        raise Refused(f"One person heads both {school} and {other}: no offer can be made between them.")


@transaction.atomic
def accept(*, commission, by):
    """The leader's yes. Where the leader heads the home school it is the release as well."""
    _check_fit(commission)
    _say_yes(commission, "leader_yes", by=by, verb="accept")
    if commission.home_yes_at is None and people.is_head(by, commission.home_school):
        _say_yes(commission, "home_yes", by=by, verb="release", reason="Governors informed")
    _agree_if_all_said_yes(commission, by)


@transaction.atomic
def release(*, commission, by, backfill_cost=None, travel_payer=""):
    """The home head's yes: what the backfill costs a day (pence), and who pays the travel."""
    terms = {"backfill_cost": backfill_cost, "travel_payer": travel_payer}
    is_the_leader = commission.leader_id and commission.leader.person_id == by.person_id
    if is_the_leader and commission.leader_yes_at is None:
        _check_fit(commission)
        _say_yes(commission, "leader_yes", by=by, verb="accept")
    reason = "Governors informed" if is_the_leader else ""
    _say_yes(
        commission,
        "home_yes",
        by=by,
        verb="release",
        right="release",
        school=commission.home_school,
        reason=reason,
        **terms,
    )
    _agree_if_all_said_yes(commission, by)


@transaction.atomic
def agree(*, commission, by, exit_plan=""):
    """The receiving head's yes to objectives, days and dates, and how the school carries on after."""
    _say_yes(
        commission,
        "receiving_yes",
        by=by,
        verb="agree",
        right="agree",
        school=commission.request.school,
        exit_plan=commission.request.redacted(exit_plan),
    )
    _agree_if_all_said_yes(commission, by)


def _check_fit(commission):
    if not commission.leader.is_fit:
        raise Refused(
            "Your designation is suspended or due for review. Please talk to your coordinator first.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


def _say_yes(commission, which, *, by, verb, right=None, school=None, reason="", **terms):
    take(commission)
    # One conditional statement: of two at the same moment one finds the yes given, or the offer gone.
    claimed = Commission.objects.filter(pk=commission.pk, status=C.OFFERED, **{f"{which}_at": None}).update(
        **{f"{which}_by": by, f"{which}_at": timezone.now()}, **terms
    )
    if not claimed:
        raise SomebodyFaster(commission)
    commission.refresh_from_db()
    delegating = people.acting_for(by, right, school) if right else None
    record(commission, verb, by=by, reason=reason, acting_for=delegating)


def _agree_if_all_said_yes(commission, by):
    if not commission.has_every_yes:
        return
    request = take(commission)
    _check_still_eligible(commission)
    tariff, day_rate = quotes.tariff_for(request.alliance, commission.leader)
    _check_price(commission, tariff)
    move(commission, C.AGREED, by=by, verb="all_agreed", tariff=tariff, day_rate=day_rate)
    for leg in legs_to_hold(commission):
        hold_or_refuse(leg, override=_override(commission))
    capacity.rebook(commission)
    follow(request, by=by)
    travel = f" {commission.get_travel_payer_display()} pays the travel." if commission.travel_payer else ""
    _tell(everybody(commission), "agreed", commission, travel=travel)


def _check_still_eligible(commission):
    """Days go by between the first yes and the last: what the offer was checked for must still be so."""
    if commission.leader_id:
        leader = SystemLeader.objects.select_related("person", "type").get(pk=commission.leader_id)
        if not leader.is_fit:
            raise Refused(
                f"{leader} has been suspended or is due for review: this can no longer be agreed.",
                commission.get_absolute_url(),
                "Back to the commission",
            )
    _check_heads(commission.request.school, commission.home_school)


def _check_price(commission, tariff):
    """Days that would not be in credits need a price: without a tariff there is none."""
    outside = [leg for leg in commission.legs.all() if not in_credits(leg, timezone.localdate())]
    if outside and tariff is None:
        alliance = commission.request.alliance
        raise Refused(
            f"{outside[0].receiving_school} and {outside[0].giving_school} are not both members today, and {alliance} "
            "has no tariff for schools outside it. The coordinator can add one, or take the offer back.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


def _override(commission):
    """Who lets the offer pass the limit, and why; None unless a coordinator has overridden it."""
    if commission.override_by_id is None:
        return None
    return f"user:{commission.override_by_id}", commission.override_reason


@transaction.atomic
def decline_offer(*, commission, by, reason, note=""):
    """Any of the three says no. `reason` is a DeclineReason."""
    words = Commission.DeclineReason(reason).told + (f": {note}" if note else "")
    _fall(commission, C.DECLINED, by=by, verb="decline", reason=words, acting_for=acting_for(by, commission))
    _tell(notices.coordinators_of(commission.request), "offer_declined", commission, detail=words)


@transaction.atomic
def lapse(*, commission):
    """Nobody answered in time: back to the coordinator (the clock's act)."""
    _fall(commission, C.LAPSED, by=None, verb="lapse")
    told = [*notices.coordinators_of(commission.request), *notices.leader_of(commission)]
    _tell(told, "offer_lapsed", commission)


@transaction.atomic
def take_back(*, commission, by, reason):
    _fall(commission, C.CANCELLED, by=by, verb="take_back", reason=reason)
    _tell(everybody(commission), "offer_taken_back", commission, detail=reason)


def _fall(commission, to, **facts):
    request = take(commission)
    move(commission, to, **facts)
    recount(request)


@transaction.atomic
def override_limit(*, commission, by, reason):
    """Let this offer, or the change proposed to this work, be agreed below the receiving school's limit."""
    claimed = Commission.objects.filter(pk=commission.pk, status__in=[C.OFFERED, *C.running()]).update(
        override_by=by, override_reason=commission.request.redacted(reason)
    )
    if not claimed:
        raise SomebodyFaster(commission)
    commission.refresh_from_db()
    record(commission, "override_limit", by=by, reason=reason)


def acting_for(by, commission):
    """The head for whom a delegate of either school acts; nobody where the leader acts as leader."""
    if commission.leader_id and commission.leader.person_id == by.person_id:
        return None
    return people.acting_for(by, "release", commission.home_school) or people.acting_for(
        by, "agree", commission.request.school
    )


def everybody(commission):
    """The leader and both heads, each once."""
    return {
        *notices.leader_of(commission),
        *notices.heads_of(commission.home_school, "release"),
        *notices.heads_of(commission.request.school, "agree"),
    }


def _tell(users, name, commission, **facts):
    notices.send(users, name, commission.get_absolute_url(), **{**notices.about(commission), **facts})
