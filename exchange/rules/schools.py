"""Rights of a school's own people, and on the bank."""

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


def may_adjust(user, *accounts):
    """A coordinator of the bank's alliance who works at none of the accounts' schools."""
    schools = [account.school for account in accounts if account.school_id]
    return people.coordinates(user, accounts[0].alliance) and not any(
        people.has_post_at(user, school) for school in schools
    )
