"""What has to be settled among people before one of them is erased."""

from ..models import Role, SystemLeader, User
from ..rules import coordinators_of, heads_of
from .erasing import obstacle


@obstacle
def is_the_only_one(subject):
    """The only head of a school, coordinator of an alliance, or superuser."""
    if not subject.user:
        return
    for role in Role.objects.running().filter(user=subject.user).select_related("school", "alliance"):
        where = role.school or role.alliance
        others = {Role.Kind.HEADTEACHER: heads_of, Role.Kind.COORDINATOR: coordinators_of}.get(role.kind)
        if others and not others(where).exclude(pk=subject.user_id).exists():
            kind = role.get_kind_display().lower()
            yield f"{subject.person} is the only {kind} of {where}: give somebody the role first."
    superusers = User.objects.filter(is_superuser=True, is_active=True)
    if subject.user.is_superuser and not superusers.exclude(pk=subject.user_id).exists():
        yield f"{subject.person} is the only superuser."


@obstacle
def is_a_leader(subject):
    if subject.leader and subject.leader.status != SystemLeader.Status.ENDED:
        yield f"{subject.person} is a system leader: end the designation or the nomination first."
