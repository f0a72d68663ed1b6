from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from bank.models import Account
from portal.claims import guarded
from portal.words import days_long
from schools.models import Membership, Policy, current
from staff import mail
from staff import rules as people

from .. import notices
from ..accounting.projection import projections
from ..matching.outlook import way_out
from ..models import BandCrossing

Side = BandCrossing.Side


def tell_of_crossings(day):
    """Balance crosses a band: school and coordinator, once a crossing, with what could help.

    Agreed work that will bring it back counts as back already; where that work falls, it is told anew.
    """
    accounts = _in_question(day).select_related("alliance", "school")
    found = projections(accounts)
    for account in accounts:
        if found[account.pk].warned_side != account.stood:
            with guarded(f"band {account.pk}"):
                _cross(account.pk, day)


def _in_question(day):
    """Members' accounts that are out of their band, or were when it was last written down in `stood`."""
    memberships = Membership.objects.filter(
        current(day.today), alliance=OuterRef("alliance"), school=OuterRef("school")
    )
    policy = Policy.objects.filter(alliance=OuterRef("alliance"), starts_on__lte=day.today).order_by("-starts_on")
    latest = BandCrossing.objects.filter(account=OuterRef("pk")).order_by("-pk")
    return (
        Account.objects.filter(Exists(memberships), kind=Account.Kind.SCHOOL)
        .annotate(
            low=Subquery(policy.values("band_low")[:1]),
            high=Subquery(policy.values("band_high")[:1]),
            stood=Coalesce(Subquery(latest.values("side")[:1]), Value(int(Side.WITHIN))),
        )
        .filter(Q(posted__lt=F("low")) | Q(posted__gt=F("high")) | ~Q(stood=Side.WITHIN))
    )


@transaction.atomic
def _cross(pk, day):
    Account.objects.select_for_update().get(pk=pk)
    account = _in_question(day).select_related("alliance", "school").filter(pk=pk).first()
    if account is None:
        return
    projection = projections([account])[pk]
    if projection.warned_side == account.stood:
        return
    crossing = BandCrossing.objects.create(account=account, side=projection.warned_side, at=day.now)
    if crossing.side != Side.WITHIN:
        _warn(crossing, way_out(projection), day)


def _warn(crossing, outlook, day):
    """The school reads on its statement what would help; the coordinator, who may see the requests, goes there."""
    account = crossing.account
    statement = reverse("exchange:statement", args=[account.school_id])
    facts = {
        "key": f"band:{crossing.pk}:{day.today}",
        "school": account.school,
        "days": days_long(account.posted),
        "detail": _what_could_help(outlook),
    }
    heads, coordinators = (
        set(notices.people_who_may("ask", account.school)),
        set(people.coordinators_of(account.alliance)),
    )
    mail.send(coordinators, "band", statement, links=_for_coordinators(outlook), **facts)
    mail.send(heads - coordinators, "band", f"{statement}#way-out", links=_for_school(outlook), **facts)


def _what_could_help(outlook):
    """Other schools are not named: a request is seen by its own school and the coordinators."""
    named = ", ".join(
        f"{one.support_request.title} ({days_long(one.support_request.days_wanted)})" for one in outlook.openings
    )
    advice = f"{outlook.advice} {named}." if named else outlook.advice
    return f"{_where_it_stands(outlook)} {advice}"


def _where_it_stands(outlook):
    """What was given and received is told as figures: an opening grant or a settlement moves a balance as well."""
    account = outlook.projection.account
    figures = f"given {days_long(account.given)} and received {days_long(account.received)}"
    return f"It is {outlook.where}. So far the school has {figures}."


def _for_coordinators(outlook):
    return [
        (f"{one.support_request.reference}, {one.support_request.title}", one.support_request.get_absolute_url())
        for one in outlook.openings
    ]


def _for_school(outlook):
    school = outlook.projection.account.school_id
    if not outlook.projection.owes:
        return [
            ("Request support", reverse("exchange:start_request", args=[school])),
            ("Who could help?", reverse("exchange:directory", args=[school])),
        ]
    if not outlook.has_leaders:
        return [("Our leaders, where one is nominated", reverse("exchange:our_leaders", args=[school]))]
    return [
        (
            f"{one.leader.person}, who could help with {one.support_request.title}",
            reverse("exchange:leader_page", args=[school, one.leader.pk]),
        )
        for one in outlook.openings
    ]
