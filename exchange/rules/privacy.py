"""Rights on what is held on people."""

from django.db.models import Q
from django.utils import timezone

from schools.models import Membership, School, current
from staff import rules as people
from staff.models import Post, Role


def may_disclose(user, person):
    """A superuser; a coordinator where every role and post, past ones too, is of the own alliances alone.

    A school that has left, or is a member of another alliance as well, is not.
    """
    if user.is_superuser:
        return True
    alliances = people.alliances_coordinated_by(user)
    running = Membership.objects.filter(current(timezone.localdate()))
    elsewhere = running.exclude(alliance__in=alliances).values("school")
    schools = School.objects.filter(memberships__in=running.filter(alliance__in=alliances)).exclude(pk__in=elsewhere)
    own = Q(school__in=schools) | Q(alliance__in=alliances)
    roles, posts = Role.objects.filter(user__person=person), Post.objects.filter(person=person)
    is_out_of_reach = person.pk == user.person_id or getattr(getattr(person, "user", None), "is_superuser", False)
    belongs = roles.filter(own).exists() or posts.filter(school__in=schools).exists()
    elsewhere = roles.exclude(own).exists() or posts.exclude(school__in=schools).exists()
    return belongs and not elsewhere and not is_out_of_reach


def may_erase(user, person):
    return user.is_superuser


def sees_retention(user):
    return people.alliances_coordinated_by(user).exists() or user.is_superuser
