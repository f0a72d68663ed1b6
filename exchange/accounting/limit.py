"""Where the limit of a school is in the way of what two heads are about to agree."""

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from bank.models import Account
from portal.units import Hundredths

from ..models import Commission, Leg, Variation


def stopped_by_limit(legs: QuerySet[Leg], limit: Hundredths) -> QuerySet[Leg]:
    """Those of the legs whose open offer, or proposed change, would pass the limit, and that nobody has let pass.

    Of an offer all days count, of a change those that come on top. An override of the offer is none of a
    change that is proposed later.
    """
    proposed = Variation.objects.filter(leg=OuterRef("pk"), status=Variation.Status.PROPOSED)
    return legs.annotate(
        more=Case(
            When(commission__status=Commission.Status.OFFERED, then=F("days")),
            When(
                commission__status__in=Commission.Status.running(),
                then=Subquery(proposed.values("days")[:1]) - F("days"),
            ),
        ),
        proposed_at=Subquery(proposed.values("proposed_at")[:1]),
    ).filter(
        Q(commission__status=Commission.Status.OFFERED, commission__override_by=None)
        | ~Q(commission__status=Commission.Status.OFFERED)
        & (Q(commission__override_at=None) | Q(commission__override_at__lt=F("proposed_at"))),
        more__gt=0,
        receiving_account__kind=Account.Kind.SCHOOL,
        receiving_account__posted__lt=F("more") + F("receiving_account__held") + limit,
    )
