from .feeds import CalendarFeed
from .invitations import Invitation
from .leaders import LeaderEvent, LeaderPhase, LeaderType, Specialism, SystemLeader, checks_hold_from
from .mail import Mail
from .people import Person, Post, User
from .rights import Disclosure, Erasure
from .roles import Role

__all__ = [
    "CalendarFeed",
    "Disclosure",
    "Erasure",
    "Invitation",
    "LeaderEvent",
    "LeaderPhase",
    "LeaderType",
    "LeaderVerb",
    "Mail",
    "Person",
    "Post",
    "Role",
    "Specialism",
    "SystemLeader",
    "User",
    "checks_hold_from",
]
