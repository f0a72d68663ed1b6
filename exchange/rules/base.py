"""Who may do what, when: one predicate for each right. The button and the view ask the same one."""

from staff import rules as people

from ..models import SupportRequest


def is_its_leader(user, commission):
    return commission.leader_id is not None and commission.leader.person_id == user.person_id


def coordinates_it(user, subject):
    support_request = subject if isinstance(subject, SupportRequest) else subject.support_request
    return people.coordinates(user, support_request.alliance)


def decides_for(user, subject, *schools):
    """A coordinator of the alliance who works at none of the schools concerned."""
    return coordinates_it(user, subject) and not any(people.has_post_at(user, school) for school in schools)


def gives_on(user, leg):
    """Does or plans the leg's work: its leader, or, peer to peer, the person or the giving school's head."""
    commission = leg.commission
    if commission.leader_id:
        return is_its_leader(user, commission)
    return leg.person_id == user.person_id or people.may(user, "release", leg.giving_school)
