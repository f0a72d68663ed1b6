"""What a row says of its end, of a pause and of an override: the database refuses a half of it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from exchange.models import Commission, Pause, SupportRequest, Visit
from tests.exchange.cases import a_request
from tests.exchange.work_cases import agreed, logged, offered, paused

NOW = timezone.now()


@pytest.mark.parametrize(
    ("make", "model", "facts"),
    [
        (a_request, SupportRequest, {"status": "declined"}),
        (a_request, SupportRequest, {"ended_at": NOW}),
        (offered, Commission, {"status": "lapsed"}),
        (offered, Commission, {"ended_at": NOW}),
        (offered, Commission, {"status": "declined", "ended_at": NOW}),
        (offered, Commission, {"decline_reason": "dates"}),
        (offered, Commission, {"override_at": NOW}),
        (agreed, Commission, {"tariff_taken_on": NOW.date()}),
        (logged, Visit, {"status": "disputed"}),
        (logged, Visit, {"disputed_at": NOW}),
    ],
)
def test_half_of_it_is_refused(cast, make, model, facts):
    make(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**facts)


def test_a_commission_has_one_open_pause(cast):
    commission = paused(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(commission=commission, reason="Once more", by=cast.head)
