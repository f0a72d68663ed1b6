"""The three yeses that make an offer agreed work, and the days held for it."""

from django.db import transaction
from django.utils import timezone

from portal import status
from portal.errors import Refused, SomebodyFaster
from portal.rights import requires
from staff import rules as people

from .. import notices, rules
from ..accounting import capacity, quotes
from ..accounting.holds import hold_or_refuse, legs_to_hold
from ..accounting.membership import in_credits
from ..models import Commission
from ..status import record
from .course import lock_request_of, update_request_status
from .offers import check_heads, everybody, may_say_yes


@transaction.atomic
@requires(rules.can_accept, of="commission")
def accept(*, commission, by):
    """The leader's yes. Where the leader heads the home school it is the release as well."""
    _check_fit(commission)
    _say_yes(commission, "leader_yes", by=by, verb="accept")
    if commission.home_yes_at is None and people.is_head(by, commission.home_school):
        _say_yes(commission, "home_yes", by=by, verb="release", governors_informed=True)
    _agree_if_all_said_yes(commission, by)


@transaction.atomic
@requires(rules.can_release, of="commission")
def release(*, commission, by, backfill_cost=None, travel_payer=""):
    """The home head's yes: what the backfill costs a day (pence), and who pays the travel."""
    terms = {"backfill_cost": backfill_cost, "travel_payer": travel_payer}
    is_the_leader = commission.leader_id and commission.leader.person_id == by.person_id
    if is_the_leader and commission.leader_yes_at is None:
        _check_fit(commission)
        _say_yes(commission, "leader_yes", by=by, verb="accept")
    _say_yes(
        commission,
        "home_yes",
        by=by,
        verb="release",
        right="release",
        school=commission.home_school,
        governors_informed=bool(is_the_leader),
        **terms,
    )
    _agree_if_all_said_yes(commission, by)


@transaction.atomic
@requires(rules.can_agree, of="commission")
def agree(*, commission, by, exit_plan=""):
    """The receiving head's yes to objectives, days and dates, and how the school carries on after."""
    _say_yes(
        commission,
        "receiving_yes",
        by=by,
        verb="agree",
        right="agree",
        school=commission.support_request.school,
        exit_plan=exit_plan,
    )
    _agree_if_all_said_yes(commission, by)


def _check_fit(commission):
    if not may_say_yes(commission):
        raise Refused(
            "Your designation is suspended or due for review. Please talk to your coordinator first.",
            commission.get_absolute_url(),
            "Back to the commission",
        )


def _say_yes(commission, which, *, by, verb, right=None, school=None, **terms):
    lock_request_of(commission)
    delegating = people.acting_for(by, right, school) if right else None
    if delegating:
        terms[f"{which}_for"] = delegating
    # One conditional statement: of two at the same moment one finds the yes given, or the offer gone.
    claimed = Commission.objects.filter(
        pk=commission.pk, status=Commission.Status.OFFERED, **{f"{which}_at": None}
    ).update(**{f"{which}_by": by, f"{which}_at": timezone.now()}, **terms)
    if not claimed:
        raise SomebodyFaster(commission)
    commission.refresh_from_db()
    reason = "Governors informed" if terms.get("governors_informed") else ""
    record(commission, verb, by=by, reason=reason, acting_for=delegating)


def _agree_if_all_said_yes(commission, by):
    if not commission.has_every_yes:
        return
    support_request = lock_request_of(commission)
    _check_still_eligible(commission)
    tariff, day_rate = quotes.tariff_for(support_request.alliance, commission.leader)
    _check_price(commission, tariff)
    status.move(commission, Commission.Status.AGREED, by=by, verb="all_agreed", tariff=tariff, day_rate=day_rate)
    for leg in legs_to_hold(commission):
        hold_or_refuse(leg, override=_override(commission))
    capacity.rebook(commission)
    update_request_status(support_request, by=by)
    travel = f" {commission.get_travel_payer_display()} pays the travel." if commission.travel_payer else ""
    notices.notify_of_work(everybody(commission), "agreed", commission, travel=travel)


def _check_still_eligible(commission):
    """Days go by between the first yes and the last: what the offer was checked for must still be so."""
    if commission.leader_id and not may_say_yes(commission):
        raise Refused(
            f"{commission.leader} has been suspended or is due for review: this can no longer be agreed.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    check_heads(commission.support_request.school, commission.home_school)


def _check_price(commission, tariff):
    """Days that would not be in credits need a price: without a tariff there is none."""
    outside = [leg for leg in commission.legs.all() if not in_credits(leg, timezone.localdate())]
    if outside and tariff is None:
        alliance = commission.support_request.alliance
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
@requires(rules.can_override, of="commission")
def override_limit(*, commission, by, reason):
    """Let this offer, or the change proposed to this work, be agreed below the receiving school's limit."""
    claimed = Commission.objects.filter(
        pk=commission.pk, status__in=[Commission.Status.OFFERED, *Commission.Status.running()]
    ).update(override_by=by, override_at=timezone.now(), override_reason=reason)
    if not claimed:
        raise SomebodyFaster(commission)
    commission.refresh_from_db()
    record(commission, "override_limit", by=by, reason=reason)
