"""The table of a leader's status, and the history of a designation."""

from portal import status

from .models import LeaderEvent, SystemLeader
from .models.leaders import LeaderVerb

TRANSITIONS = {
    SystemLeader.Status.NOMINATED: [SystemLeader.Status.ACTIVE, SystemLeader.Status.ENDED],
    SystemLeader.Status.ACTIVE: [SystemLeader.Status.SUSPENDED, SystemLeader.Status.ENDED],
    SystemLeader.Status.SUSPENDED: [SystemLeader.Status.ACTIVE, SystemLeader.Status.ENDED],
    SystemLeader.Status.ENDED: [SystemLeader.Status.NOMINATED, SystemLeader.Status.ACTIVE],
}


def record(leader, verb, *, by, reason="", old="", new=""):
    """Write the history of a designation. Raises ValueError for a verb that is none."""
    return LeaderEvent.objects.create(leader=leader, verb=LeaderVerb(verb), by=by, reason=reason, old=old, new=new)


status.register(SystemLeader, TRANSITIONS, record)
