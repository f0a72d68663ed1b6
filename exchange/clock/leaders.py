from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from portal.claims import claim, guarded, unclaimed
from schools.models import Alliance
from staff import mail
from staff import rules as people
from staff.models import SystemLeader

from .. import notices

# Kind, and how many days ahead the review lies: a review known late is told once, by the later of the two.
STAGES = (("review_90", 31, 90), ("review_30", 0, 30))


def remind_of_reviews(day):
    """Designation review in 90 and 30 days: leader, home head, coordinator."""
    for kind, nearest, furthest in STAGES:
        rows = SystemLeader.objects.filter(
            status=SystemLeader.Status.ACTIVE,
            review_on__gte=day.today + timedelta(days=nearest),
            review_on__lte=day.today + timedelta(days=furthest),
        )
        for leader in unclaimed(rows, kind, on="review_on").select_related("person__user"):
            with guarded(f"{kind} {leader.pk}"):
                _tell(kind, leader, day)


@transaction.atomic
def _tell(kind, leader, day):
    on = leader.review_on
    if claim(kind, leader, on):
        facts = {"who": leader.person, "on": f"{on:%-d %B %Y}"}
        for url, users in _concerned(leader, day):
            mail.send(users, "review", url, key=f"{kind}:{leader.pk}:{on}", **facts)


def _concerned(leader, day):
    """Who is told, each with the page where they see to it; a second one's mail has the key of the first."""
    user = getattr(leader.person, "user", None)
    if user and user.is_active:
        yield reverse("exchange:leader_profile"), [user]
    for school in leader.home_schools(day.today):
        yield reverse("exchange:our_leaders", args=[school.pk]), notices.people_who_may("release", school)
        for alliance in Alliance.objects.of_school(school, day.today):
            yield reverse("exchange:alliance", args=[alliance.slug]), people.coordinators_of(alliance)
