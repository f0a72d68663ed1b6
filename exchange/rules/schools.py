"""Rights on a school's page."""

from portal.rights import at_any_time
from staff import rules as people


@at_any_time
def can_edit_school(user, school):
    return people.may(user, "ask", school) or people.oversees(user, school)
