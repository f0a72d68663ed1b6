"""Rights of a school's own people."""

from staff import rules as people

from .base import right

always = right(lambda school: True, "")


@always
def can_edit_school(user, school):
    return people.may(user, "ask", school) or people.oversees(user, school)


@always
def can_answer_for_leaders(user, school):
    """Nominates the school's leaders and confirms their safeguarding checks."""
    return people.may(user, "release", school)


@always
def can_delegate(user, school):
    return people.may_delegate(user, school)
