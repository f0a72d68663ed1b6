"""The things of a commission, as far as the user may see them: what one may not see is not there."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from portal.errors import Refused
from staff import rules as people

from ..models import Commission, Leg, SupportRequest, Variation, Visit

PARTS = (
    "commission__support_request__school",
    "commission__support_request__alliance",
    "commission__support_request__specialism",
    "commission__home_school",
    "commission__leader__person",
    "commission__leader__type",
    "giving_school",
    "receiving_school",
    "person",
)


def commission_or_404(user, pk):
    """With its legs, and their schools and persons."""
    legs = Prefetch("legs", Leg.objects.select_related("giving_school", "receiving_school", "person"))
    rows = Commission.objects.visible_to(user).with_parts().prefetch_related(None).prefetch_related(legs)
    return get_object_or_404(rows, pk=pk)


def leg_or_404(user, pk):
    rows = Leg.objects.filter(commission__in=Commission.objects.visible_to(user)).select_related(*PARTS)
    return get_object_or_404(rows, pk=pk)


def visit_or_404(user, pk):
    return get_object_or_404(_of_leg(Visit, user), pk=pk)


def variation_or_404(user, pk):
    return get_object_or_404(_of_leg(Variation, user), pk=pk)


def _of_leg(model, user):
    rows = model.objects.filter(leg__commission__in=Commission.objects.visible_to(user))
    return rows.select_related(*[f"leg__{part}" for part in PARTS])


def refuse_own_school(user, alliance, subject, *schools):
    """A coordinator who works at a school concerned is told that a colleague has to decide."""
    if not people.coordinates(user, alliance):
        return
    for school in schools:
        if people.has_post_at(user, school):
            raise Refused(
                f"You work at {school}: another coordinator has to decide this.", subject.get_absolute_url(), "Go back"
            )


def fetch(request, pk):
    visible = SupportRequest.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("alliance", "school", "specialism"), pk=pk)
