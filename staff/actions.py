"""What is done to leaders and delegations: keyword-only, `by` who does it, atomic, with its history.

Raises Refused with a sentence when it cannot be done now.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal import status
from portal.errors import Refused
from portal.rights import requires

from . import mail, rules, signals
from .models import CalendarFeed, Disclosure, LeaderPhase, Person, Post, Role, SystemLeader
from .models.feeds import a_year_on
from .models.invitations import digest, new_token
from .status import record

# Leaders ---------------------------------------------------------------------------------------


@transaction.atomic
@requires(rules.can_answer_for_leaders, of="school")
def nominate(*, person, by, school, alliance, type, specialisms, phases, about=""):
    """A school puts somebody who works there forward; the alliance's coordinator decides."""
    _check_works_at(person, school)
    fields = {"type": type, "about": about, "nominated_to": alliance}
    leader, is_new = SystemLeader.objects.get_or_create(person=person, defaults=fields)
    if is_new:
        record(leader, "nominate", by=by, new=SystemLeader.Status.NOMINATED)
    elif leader.status == SystemLeader.Status.ENDED:
        status.move(leader, SystemLeader.Status.NOMINATED, by=by, verb="nominate", **fields)
    else:
        raise Refused(f"{person} is a system leader already, or has been nominated.")
    leader.specialisms.set(specialisms)
    leader.phases.all().delete()
    LeaderPhase.objects.bulk_create([LeaderPhase(leader=leader, phase=phase) for phase in phases])
    signals.leader_nominated.send(SystemLeader, leader=leader, school=school)
    return leader


def _check_works_at(person, school):
    if not person.schools_on().filter(pk=school.pk).exists():
        raise Refused(f"{person} does not work at {school} today.")


@transaction.atomic
@requires(rules.can_answer_for_leaders, of="school")
def add_person(*, by, school, name, email, title):
    """Somebody who works at the school and was not known yet, with a post from today."""
    person = Person.objects.create(name=name, email=email.lower())
    Post.objects.create(person=person, school=school, title=title, starts_on=timezone.localdate())
    return person


@transaction.atomic
@requires(rules.can_decide_on_leader, of="leader")
def designate(*, leader, by, designated_on, review_on, designating_body="", reason=""):
    """Make a nominated leader, or one whose designation had ended, fit to be matched until the review."""
    if review_on <= designated_on:
        raise Refused("The review must be after the designation.")
    if leader.status not in (SystemLeader.Status.NOMINATED, SystemLeader.Status.ENDED):
        raise Refused(f"{leader.person} is designated already.")
    status.move(
        leader,
        SystemLeader.Status.ACTIVE,
        by=by,
        verb="designate",
        reason=reason,
        designated_on=designated_on,
        review_on=review_on,
        designating_body=designating_body,
    )
    signals.leader_designated.send(SystemLeader, leader=leader)


@transaction.atomic
@requires(rules.can_decide_on_leader, of="leader")
def renew_designation(*, leader, by, review_on, reason=""):
    """The review was held: the designation goes on until the next one."""
    if leader.status != SystemLeader.Status.ACTIVE or review_on <= timezone.localdate():
        raise Refused("Only an active designation is renewed, until a day to come.")
    SystemLeader.objects.filter(pk=leader.pk).update(review_on=review_on)
    leader.refresh_from_db()
    record(leader, "renew", by=by, reason=reason, old=leader.status, new=leader.status)


@transaction.atomic
@requires(rules.can_decide_on_leader, of="leader")
def suspend(*, leader, by, reason):
    """No new work until reinstated. Running work is flagged by whoever listens, never stopped."""
    if leader.status != SystemLeader.Status.ACTIVE:
        raise Refused(f"{leader.person} is {leader.get_status_display().lower()}: only an active leader is suspended.")
    status.move(leader, SystemLeader.Status.SUSPENDED, by=by, verb="suspend", reason=reason)
    signals.leader_suspended.send(SystemLeader, leader=leader, by=by)


@transaction.atomic
@requires(rules.can_decide_on_leader, of="leader")
def reinstate(*, leader, by, reason=""):
    if leader.status != SystemLeader.Status.SUSPENDED:
        raise Refused(f"{leader.person} is not suspended.")
    status.move(leader, SystemLeader.Status.ACTIVE, by=by, verb="reinstate", reason=reason)


@transaction.atomic
@requires(rules.can_decide_on_leader, of="leader")
def end_designation(*, leader, by, reason):
    """The designation ends, or, of somebody nominated, the nomination is declined."""
    if leader.status == SystemLeader.Status.NOMINATED:
        status.move(leader, SystemLeader.Status.ENDED, by=by, verb="decline_nomination", reason=reason)
        signals.nomination_declined.send(SystemLeader, leader=leader, reason=reason)
    else:
        status.move(leader, SystemLeader.Status.ENDED, by=by, verb="end", reason=reason)
        signals.designation_ended.send(SystemLeader, leader=leader, by=by)


@transaction.atomic
@requires(rules.can_answer_for_leaders, of="school")
def confirm_safeguarding(*, leader, by, school, on):
    """A home school says that the DBS and safeguarding checks were in order on a day."""
    _check_works_at(leader.person, school)
    SystemLeader.objects.filter(pk=leader.pk).update(safeguarding_confirmed_on=on, safeguarding_confirmed_by=by)
    leader.refresh_from_db()
    record(leader, "confirm_safeguarding", by=by, reason=f"Checked on {on:%-d %B %Y}")


# Delegation ------------------------------------------------------------------------------------


@transaction.atomic
@requires(rules.may_delegate, of="school")
def hand_over(*, user, by, school, rights, starts_on, ends_on=None):
    """The head hands named rights to somebody of the school."""
    delegations = Role.objects.select_for_update().filter(
        user=user, school=school, kind=Role.Kind.DELEGATE, ended_at=None
    )
    if any(role.overlaps(starts_on, ends_on) for role in delegations):
        raise Refused(f"{user} acts for {school} in that time already. End that first.")
    role = Role.objects.create(
        user=user,
        kind=Role.Kind.DELEGATE,
        school=school,
        delegated_by=by,
        starts_on=starts_on,
        ends_on=ends_on,
        rights=rights,
    )
    signals.handed_over.send(Role, role=role)
    return role


@transaction.atomic
@requires(rules.may_delegate, of="role.school")
def end_delegation(*, role, by):
    """End a delegation at once, whatever day it was to end on."""
    now = timezone.now()
    today = timezone.localdate(now)
    running = Role.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), pk=role.pk, ended_at=None)
    if not running.update(ended_at=now, ended_by=by, ends_on=max(role.starts_on, today - timedelta(days=1))):
        raise Refused("This delegation has ended already.")
    role.refresh_from_db()


# Calendars -------------------------------------------------------------------------------------


@transaction.atomic
def make_calendar_feed(*, by):
    """A new address for the user's calendar, in place of the one before; returns its token, which is not kept."""
    token = new_token()
    facts = {"token_digest": digest(token), "made_at": timezone.now(), "expires_at": a_year_on()}
    CalendarFeed.objects.update_or_create(user=by, defaults=facts)
    return token


@transaction.atomic
def revoke_calendar_feed(*, by):
    if not CalendarFeed.objects.filter(user=by).delete()[0]:
        raise Refused("Your calendar has no address: there is nothing to stop.")


# What is held on people ----------------------------------------------------------------------


@transaction.atomic
@requires(rules.may_disclose, of="person")
def disclose(*, person, by, reason):
    """Somebody is given what is held on a person, who is told if they sign in."""
    disclosure = Disclosure.objects.create(person=person, by=by, reason=reason)
    user = getattr(person, "user", None)
    if user and user.is_active:
        mail.send({user} - {by}, "disclosed", reverse("staff:my_data"), who=by, detail=reason)
    return disclosure
