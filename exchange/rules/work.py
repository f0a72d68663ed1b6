"""Rights on agreed work: its visits, variations, pauses and ends."""

from portal.rights import in_status, right
from staff import rules as people

from ..models import Commission, Variation, Visit
from .base import coordinates_it, gives_on, is_its_leader


def _may_be_varied(leg):
    return leg.commission.is_running and not leg.variations.filter(status=Variation.Status.PROPOSED).exists()


@right(_may_be_varied, "Days and dates can be varied while the work is running, one change at a time.")
def can_vary(user, leg):
    return (
        gives_on(user, leg)
        or people.may(user, "release", leg.giving_school)
        or people.may(user, "agree", leg.receiving_school)
    )


def _yes_is_missing(user, variation):
    leg = variation.leg
    return (variation.home_yes_at is None and people.may(user, "release", leg.giving_school)) or (
        variation.receiving_yes_at is None and people.may(user, "agree", leg.receiving_school)
    )


@right(
    in_status(Variation.Status.PROPOSED), "You or somebody else has answered this proposal already.", _yes_is_missing
)
def can_answer_variation(user, variation):
    leg = variation.leg
    return people.may(user, "release", leg.giving_school) or people.may(user, "agree", leg.receiving_school)


def _takes_part(user, commission):
    return (
        is_its_leader(user, commission)
        or people.may(user, "release", commission.home_school)
        or people.may(user, "agree", commission.support_request.school)
        or coordinates_it(user, commission)
    )


@right(
    in_status(Commission.Status.AGREED, Commission.Status.ACTIVE), "Only agreed work or work under way can be paused."
)
def can_pause(user, commission):
    return _takes_part(user, commission)


@right(in_status(Commission.Status.PAUSED), "This work is not paused.")
def can_resume(user, commission):
    return _takes_part(user, commission)


def _has_visits(commission):
    return Visit.objects.filter(leg__commission=commission, status__in=Visit.Status.done()).exists()


@right(
    lambda c: c.status in (Commission.Status.AGREED, Commission.Status.PAUSED) and not _has_visits(c),
    "A visit has taken place: stop the work.",
)
def can_cancel(user, commission):
    return _takes_part(user, commission)


@right(
    lambda c: c.status in (Commission.Status.ACTIVE, Commission.Status.PAUSED) and _has_visits(c),
    "This work is not under way.",
)
def can_stop(user, commission):
    return _takes_part(user, commission)


@right(in_status(Commission.Status.ACTIVE), "This work is not under way.")
def can_finish(user, commission):
    return any(gives_on(user, leg) for leg in commission.legs.all())


@right(
    lambda c: c.is_diagnostic and c.status in (Commission.Status.ACTIVE, Commission.Status.DELIVERED),
    "There is no diagnostic to report on.",
)
def can_report_findings(user, commission):
    return is_its_leader(user, commission)
