"""A right as a predicate of a role and a state: the button and the view ask the same one."""

from collections.abc import Callable
from functools import reduce, wraps
from typing import Any, Protocol, cast

from django.core.exceptions import PermissionDenied

from .errors import Refused

State = Callable[[Any], object]
Role = Callable[[Any, Any], object]  # of a user and a row


class Right(Protocol):
    """What `right` makes of a role."""

    role: Role
    check: Callable[[Any, Any], None]

    def __call__(self, user: Any, row: Any) -> bool: ...


def right(state: State, gone: str, still: Role | None = None) -> Callable[[Role], Right]:
    """A predicate of a role and a state. True when both hold, which is when the button is shown.

    `still(user, row)` is the part of the state that depends on who asks: what is left for this user.
    `predicate.check(user, row)` is for the view: it raises PermissionDenied where the role is
    missing, and Refused with the sentence `gone` where only the state is.
    """

    def is_open(user: Any, row: Any) -> bool:
        return bool(state(row) and (still is None or still(user, row)))

    def decorate(role: Role) -> Right:
        @wraps(role)
        def predicate(user: Any, row: Any) -> bool:
            return bool(state(row) and role(user, row) and (still is None or still(user, row)))

        def check(user: Any, row: Any) -> None:
            if not role(user, row):
                raise PermissionDenied
            if not is_open(user, row):
                raise Refused(gone, row.get_absolute_url(), "See how it stands now", _stands(row))

        found = cast(Right, predicate)
        found.check, found.role = check, role
        return found

    return decorate


class Act(Protocol):
    """What `requires` makes of an action."""

    required: Right

    def __call__(self, *, by: Any, **facts: Any) -> Any: ...


def requires(predicate: Right, of: str) -> Callable[[Callable[..., Any]], Act]:
    """Make an action ask for the role of a predicate; `of` names what the right is on, as in "role.school".

    The state is not asked for: the action guards it where it changes. The clock (`by` is None) may do everything.
    """
    name, *path = of.split(".")

    def decorate(action: Callable[..., Any]) -> Act:
        @wraps(action)
        def act(*, by: Any, **facts: Any) -> Any:
            if by is not None and not predicate.role(by, reduce(getattr, path, facts[name])):
                raise PermissionDenied
            return action(by=by, **facts)

        found = cast(Act, act)
        found.required = predicate
        return found

    return decorate


def _stands(row: Any) -> str:
    """As in "Visit on 3 November 2026: Confirmed"; empty for what has no status."""
    return f"{row}: {row.get_status_display()}" if hasattr(row, "get_status_display") else ""


def in_status(*statuses: str) -> State:
    return lambda row: row.status in statuses


#: A predicate of a role alone, of something without a status.
at_any_time = right(lambda row: True, "")
