from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse

from bank import posting
from schools.models import Alliance, Membership, Policy, School
from schools.signals import school_closed
from staff import mail, signals
from staff import rules as people
from staff.models import SystemLeader

from . import notices
from .models import Commission
from .models.history import Verb
from .status import record

FLAGS = {SystemLeader.Status.SUSPENDED: Verb.LEADER_SUSPENDED, SystemLeader.Status.ENDED: Verb.LEADER_ENDED}

# Each runs within the transaction of what it hears of, so that the mail goes if and only if it was done.


@receiver(post_save, sender=Membership)
@receiver(post_save, sender=Policy)
def open_accounts(instance, raw=False, **kwargs):
    if not raw:
        posting.open_accounts(instance.alliance)


@receiver(school_closed)
def tell_coordinators(school, **kwargs):
    for alliance in Alliance.objects.of_school(school):
        users = people.coordinators_of(alliance)
        mail.send(
            users,
            "school_closed",
            reverse("exchange:alliance", args=[alliance.slug]),
            school=school,
            key=f"school-closed:{alliance.pk}:{school.pk}",
        )


@receiver(signals.leader_nominated)
def tell_of_nomination(leader, school, **kwargs):
    alliance = leader.nominated_to
    url = reverse("exchange:alliance", args=[alliance.slug])
    mail.send(people.coordinators_of(alliance), "nominated", url, who=leader, school=school)


@receiver(signals.leader_designated)
def tell_of_designation(leader, **kwargs):
    _tell_home_schools(leader, "designated")


@receiver(signals.nomination_declined)
def tell_of_no_designation(leader, reason, **kwargs):
    _tell_home_schools(leader, "nomination_declined", detail=reason)


@receiver(signals.leader_suspended)
@receiver(signals.designation_ended)
def flag_work(leader, by, **kwargs):
    """The leader's work is flagged in its history and by mail, and goes on. The reason stays with the coordinator."""
    open_or_running = [Commission.Status.OFFERED, *Commission.Status.running()]
    for commission in leader.commissions.filter(status__in=open_or_running).with_parts():
        record(commission, FLAGS[leader.status], by=by)
        users = {
            *notices.coordinators_of(commission.support_request),
            *notices.people_who_may("release", commission.home_school),
            *notices.people_who_may("agree", commission.support_request.school),
        }
        facts = {**notices.about(commission), "detail": leader.get_status_display().lower()}
        mail.send(users, "leader_flagged", commission.get_absolute_url(), **facts)


@receiver(signals.handed_over)
def tell_delegate(role, **kwargs):
    until = f" until {role.ends_on:%-d %B %Y}" if role.ends_on else ""
    detail = f"{', '.join(role.rights_in_words).lower()}, from {role.starts_on:%-d %B %Y}{until}."
    url = reverse("exchange:school", args=[role.school_id])
    mail.send([role.user], "delegated", url, who=role.delegated_by, school=role.school, detail=detail)


def _tell_home_schools(leader, name, **facts):
    for school in School.objects.filter(pk__in=leader.home_schools()):
        url = reverse("exchange:our_leaders", args=[school.pk])
        mail.send(notices.people_who_may("release", school), name, url, who=leader.person, **facts)
