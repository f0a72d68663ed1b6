"""Schools that have left an alliance, or joined it, while work for them runs; and what is then to be charged."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bank.models import Account
from portal.claims import claim, guarded
from portal.models import ClockRecord
from portal.words import pounds
from schools.models import Membership, current
from staff import mail

from .. import actions, notices
from ..accounting.membership import leaving
from ..models import Commission, Leg, Visit

LEFT = "left_"  # a kind of claim, with the school's number
PARTS = (
    "commission__support_request__school",
    "commission__support_request__alliance",
    "commission__support_request__specialism",
    "commission__home_school",
    "commission__leader__person",
    "commission__leader__type",
    "person",
    "giving_school",
    "receiving_school",
    "giving_account__alliance",
    "receiving_account__alliance",
)


def release_what_leavers_hold(day):
    """Days held for work after a school has left are released; both heads are told, once."""
    for leg in _running().filter(_has_left("receiving", day) | _has_left("giving", day)):
        with guarded(f"leaver {leg.pk}"), transaction.atomic():
            for row in [row for row in leaving(leg) if row.last_day < day.today and _claim_leave(leg, row)]:
                words = f"{row.school} left {row.alliance} on {row.last_day:%-d %B %Y}"
                actions.membership.follow(leg=leg, verb="leave_alliance", reason=words)
                _tell_of_leaver(leg, row)


def hold_for_joiners(day):
    """A school outside has joined: what is still to come is in credits, and held. Both heads are told, once."""
    outside = _running().filter(receiving_account__kind=Account.Kind.OUTSIDE)
    for leg in outside.filter(_is_member("receiving", day), _is_member("giving", day)):
        with guarded(f"joiner {leg.pk}"), transaction.atomic():
            alliance = leg.receiving_account.alliance
            _returners(leg)  # one that had left and asked from outside comes back once
            words = f"{leg.receiving_school} is a member of {alliance}"
            actions.membership.follow(leg=leg, verb="join_alliance", reason=words)
            _tell_of_joiner(leg, leg.receiving_school, alliance, day, key=f"joined:{leg.pk}:{day.today}")


def hold_for_returners(day):
    """A school that had left is back, or never left: what was released is held again. Both heads are told, once."""
    left = ClockRecord.objects.filter(kind__startswith=LEFT, subject=OuterRef("pk"))
    for leg in _running().filter(Exists(left), _is_member("receiving", day), _is_member("giving", day)):
        with guarded(f"returner {leg.pk}"), transaction.atomic():
            for school, alliance in _returners(leg):
                words = f"{school} is a member of {alliance} again"
                actions.membership.follow(leg=leg, verb="join_alliance", reason=words)
                _tell_of_joiner(leg, school, alliance, day)


def charge(day):
    """What was confirmed, or settled otherwise, after the work had ended."""
    ended = Visit.objects.to_charge().filter(
        leg__commission__status__in=[Commission.Status.DELIVERED, *Commission.Status.ended()]
    )
    for commission in Commission.objects.filter(pk__in=ended.values("leg__commission")).order_by("pk"):
        with guarded(f"charge {commission.pk}"):
            actions.charges.charge_pending(commission)


def _leaves(leg, school):
    """What the clock has done when a school left, for a leg."""
    return ClockRecord.objects.filter(kind=f"{LEFT}{school.pk}", subject=leg.pk)


def _claim_leave(leg, row):
    """True for the first to claim it. An earlier last day, corrected since, may come to count again."""
    is_first = claim(f"{LEFT}{row.school.pk}", leg, row.last_day)
    if is_first:
        _leaves(leg, row.school).exclude(on=row.last_day).delete()
    return is_first


def _returners(leg):
    """[(school, alliance)] of those that had left, for the first to ask: afterwards they can leave anew."""
    both = ((leg.receiving_school, leg.receiving_account), (leg.giving_school, leg.giving_account))
    return [(school, account.alliance) for school, account in both if _leaves(leg, school).delete()[0]]


def _running():
    return Leg.objects.filter(commission__status__in=Commission.Status.running()).select_related(*PARTS).order_by("pk")


def _memberships(side):
    return Membership.objects.filter(alliance=OuterRef(f"{side}_account__alliance"), school=OuterRef(f"{side}_school"))


def _is_member(side, day):
    return Exists(_memberships(side).filter(current(day.today)))


def _has_left(side, day):
    still = Q(ends_on=None) | Q(ends_on__gte=day.today)
    return Exists(_memberships(side).filter(ends_on__lt=day.today)) & ~Exists(_memberships(side).filter(still))


def _tell_of_leaver(leg, row):
    rate = leg.commission.day_rate
    priced = f"they are charged, at {pounds(rate)} a day." if rate else "no tariff was agreed, so none can be planned."
    facts = {"left": row.school, "alliance": row.alliance, "on": f"{row.last_day:%-d %B %Y}", "detail": priced}
    _tell(leg, "left_alliance", **facts)


def _tell_of_joiner(leg, school, alliance, day, key=None):
    _tell(leg, "joined_alliance", key=key, joined=school, alliance=alliance, on=f"{day.today:%-d %B %Y}")


def _tell(leg, name, **facts):
    commission = leg.commission
    heads = {
        *notices.people_who_may("release", leg.giving_school),
        *notices.people_who_may("agree", leg.receiving_school),
    }
    facts = {**notices.about(commission), "who": leg.person.name, "school": leg.receiving_school, **facts}
    mail.send(heads, name, commission.get_absolute_url(), **facts)
