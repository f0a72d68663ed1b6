from .leaders import LeaderEvent, LeaderPhase, LeaderType, Specialism, SystemLeader
from .mail import Mail
from .people import Person, Post, User
from .roles import Role

__all__ = [
    "LeaderEvent",
    "LeaderPhase",
    "LeaderType",
    "Mail",
    "Person",
    "Post",
    "Role",
    "Specialism",
    "SystemLeader",
    "User",
]
