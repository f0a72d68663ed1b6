"""What follows when a school of running work leaves or joins its alliance."""

from django.db import transaction
from django.utils import timezone

from ..accounting.holds import AGREED_BEFORE, sync_hold, use_own_account
from ..accounting.membership import in_credits
from ..models import Leg
from ..status import record
from .course import lock_request_of


@transaction.atomic
def follow(*, leg, verb, reason):
    """A school has left or joined: the holds follow, and the history says so (the clock's act)."""
    lock_request_of(leg.commission)
    parts = (
        "commission__support_request",
        "receiving_account__alliance",
        "giving_account__alliance",
        "receiving_school",
    )
    leg = Leg.objects.select_related(*parts).get(pk=leg.pk)
    if in_credits(leg, timezone.localdate()):
        use_own_account(leg)
    sync_hold(leg, override=("clock", AGREED_BEFORE))
    record(leg.commission, verb, by=None, reason=reason)
