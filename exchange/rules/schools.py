"""Rights on a school's page and its leaders."""

from portal.rights import at_any_time
from staff import rules as people


@at_any_time
def can_edit_school(user, school):
    return people.may(user, "ask", school) or people.oversees(user, school)


@at_any_time
def can_answer_for_leaders(user, school):
    """Nominates the school's leaders and confirms their safeguarding checks."""
    return people.may(user, "release", school)
