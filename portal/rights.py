"""A right as a predicate of a role and a state: the button and the view ask the same one."""

from collections.abc import Callable
from functools import reduce, wraps
from typing import Any

from django.core.exceptions import PermissionDenied

from .errors import Refused


def right(state, gone, still=None):
    """A predicate of a role and a state. True when both hold, which is when the button is shown.

    `still(user, thing)` is the part of the state that depends on who asks: what is left for this user.
    `predicate.check(user, thing)` is for the view: it raises PermissionDenied where the role is
    missing, and Refused with the sentence `gone` where only the state is.
    """

    def is_open(user, thing):
        return state(thing) and (still is None or still(user, thing))

    def decorate(role):
        @wraps(role)
        def predicate(user, thing):
            return bool(state(thing) and role(user, thing) and (still is None or still(user, thing)))

        def check(user, thing):
            if not role(user, thing):
                raise PermissionDenied
            if not is_open(user, thing):
                raise Refused(gone, thing.get_absolute_url(), "See how it stands now", _stands(thing))

        predicate.check, predicate.role = check, role
        return predicate

    return decorate


def requires(predicate: Any, of: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an action ask for the role of a predicate; `of` names what the right is on, as in "role.school".

    The state is not asked for: the action guards it where it changes. The clock (`by` is None) may do everything.
    """
    name, *path = of.split(".")

    def decorate(action: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(action)
        def act(*, by: Any, **facts: Any) -> Any:
            if by is not None and not predicate.role(by, reduce(getattr, path, facts[name])):
                raise PermissionDenied
            return action(by=by, **facts)

        act.required = predicate
        return act

    return decorate


def _stands(thing):
    """As in "Visit on 3 November 2026: Confirmed"; empty for what has no status."""
    return f"{thing}: {thing.get_status_display()}" if hasattr(thing, "get_status_display") else ""


def in_status(*statuses):
    return lambda thing: thing.status in statuses


#: A predicate of a role alone, of something without a status.
at_any_time = right(lambda thing: True, "")
