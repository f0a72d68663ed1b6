"""Money for visits that were not in credits: raising a charge, and what becomes of it. Pence."""

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone

from portal import status
from portal.errors import Refused
from portal.rights import requires
from portal.words import pounds
from schools.models import Alliance
from staff import mail

from .. import notices, rules
from ..accounting import pricing
from ..models import Charge, ChargeLine
from ..status import record
from .course import lock_request_of


@transaction.atomic
@requires(rules.can_charge, of="commission")
def charge_now(*, commission, by):
    """Charge what is confirmed so far and not charged yet. Returns the charges, one for each school that pays."""
    charges = _charge(commission, by=by)
    if not charges:
        raise Refused(
            "Nothing is to be charged: every confirmed visit is in credits or on a charge already.",
            commission.get_absolute_url(),
            "Back to the commission",
        )
    return charges


@transaction.atomic
def charge_pending(commission):
    """Charge what is due, of itself: when work ends, and by the clock. Often there is nothing.

    The portal raises it and the history names nobody, whoever's act it follows.
    """
    return _charge(commission, by=None)


def _charge(commission, *, by):
    """The charges that bring what was charged for a commission in line with its visits.

    What an earlier charge had too much, after a dispute, comes back as a credit note.
    """
    if commission.tariff_id is None:
        return []
    lock_request_of(commission)
    lines = [(leg, _lines(leg, commission.day_rate)) for leg in commission.legs.all()]
    return [_raise(commission, leg, found, by) for leg, found in lines if found]


def _lines(leg, day_rate):
    """What a charge of the leg would hold now."""
    return [
        ChargeLine(
            visit=visit,
            on=visit.on,
            days=visit.counts - visit.days_before,
            day_rate=day_rate,
            amount=pricing.of_days(visit.counts, day_rate) - visit.amount_before,
        )
        for visit in leg.visits.to_charge()
    ]


def _raise(commission, leg, lines, by):
    alliance = Alliance.objects.select_for_update(no_key=True).get(pk=commission.support_request.alliance_id)
    last = alliance.charges.aggregate(last=Max("number"))["last"] or 0
    own = Q(school=leg.receiving_school)
    earlier = _charged(commission.charges.filter(own))
    others = _charged(commission.charges.exclude(own).exclude(status=Charge.Status.WAIVED))
    now = earlier.work + sum(line.amount for line in lines)
    # As a whole and not charge by charge, so that no penny is lost and a fixed brokerage is taken once.
    price = pricing.of_work(now, commission.tariff, taken=others.brokerage) - earlier
    charge = Charge.objects.create(
        alliance=alliance,
        number=last + 1,
        commission=commission,
        school=leg.receiving_school,
        home_school=leg.giving_school,
        work=price.work,
        brokerage=price.brokerage,
        home_share=price.home_share,
        vat=price.vat,
        total=price.total,
    )
    for line in lines:
        line.charge = charge
    ChargeLine.objects.bulk_create(lines)
    record(charge, "raise_charge", by=by, new=Charge.Status.DUE, reason=_named(charge, pounds(charge.total)))
    _tell(charge, "credit_note_raised" if charge.is_credit_note else "charge_raised")
    return charge


def _charged(charges):
    parts = ("work", "brokerage", "home_share", "vat")
    return pricing.Price(**charges.aggregate(**{part: Sum(part, default=0) for part in parts}))


@transaction.atomic
@requires(rules.can_settle_charge, of="charge")
def pay(*, charge, by, reason=""):
    """The money has come, or, of a credit note, has been paid back."""
    _settle(charge, Charge.Status.PAID, by=by, verb="pay_charge", reason=reason)
    _tell(charge, "charge_paid")


@transaction.atomic
@requires(rules.can_settle_charge, of="charge")
def waive(*, charge, by, reason):
    """It need not be paid. Its visits stay charged, so that nothing raises it again."""
    if not reason.strip():
        raise Refused("Say why it is waived: the school reads it.", charge.get_absolute_url(), "Back to the charge")
    _settle(charge, Charge.Status.WAIVED, by=by, verb="waive_charge", reason=reason)
    _tell(charge, "charge_waived", detail=reason)


def _settle(charge, new, *, by, verb, reason):
    lock_request_of(charge.commission)
    facts = {"settled_at": timezone.now(), "settled_by": by, "settled_reason": reason}
    status.move(charge, new, by=by, verb=verb, reason=_named(charge, reason), **facts)


def _named(charge, reason):
    return f"{charge.reference}: {reason}" if reason else charge.reference


def _tell(charge, name, **facts):
    facts |= {"ref": charge.reference, "amount": pounds(abs(charge.total)), "school": charge.school}
    facts |= {"who": charge.commission.who, "hides": charge.commission.support_request.redacted}
    mail.send(notices.people_who_may("agree", charge.school), name, charge.get_absolute_url(), **facts)
