from .leaders import LeaderPhase, LeaderType, Specialism, SystemLeader
from .mail import Mail
from .people import Person, Post, User
from .roles import Role

__all__ = [
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
