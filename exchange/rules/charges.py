"""Rights on what is charged in money."""

from portal.rights import right
from staff import rules as people

from ..models import Charge, Visit
from .base import coordinates_it


@right(lambda charge: charge.is_due, "This charge has been paid or waived already.")
def can_settle_charge(user, charge):
    """Record it as paid, or waive it: a coordinator who works at neither school."""
    works_there = any(people.has_post_at(user, school) for school in (charge.school, charge.home_school))
    return people.coordinates(user, charge.alliance) and not works_there


def _has_visits_to_charge(commission):
    return Visit.objects.to_charge().filter(leg__commission=commission).exists()


@right(_has_visits_to_charge, "Nothing is to be charged: every confirmed visit is in credits or on a charge already.")
def can_charge(user, commission):
    return coordinates_it(user, commission)


def sees_charges_of(user, school):
    """The school's own people: what it owes in money is no other school's business."""
    return user.is_superuser or people.belongs_to(user, school)


def finds_charges_of(user, school):
    """Whether the user is led to them: a school without any is not."""
    return sees_charges_of(user, school) and Charge.objects.of_school(school).exists()
