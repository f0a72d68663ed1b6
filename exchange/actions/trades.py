from django.db import transaction

from bank import posting
from bank.errors import LimitReached
from bank.posting import actor
from portal.errors import Refused
from portal.rights import requires
from portal.words import days_long

from .. import rules


@transaction.atomic
@requires(rules.can_open_trade, of="first")
def open_trade(*, first, second, cap, by, reason):
    """Let two alliances trade, or change the cap of their trade (hundredths of a day, for each direction).

    Raises Refused when one of them owes more than that already, days held for agreed work included, and for
    what cannot be: an alliance with itself, a cap below 0, no reason.
    """
    if first == second:
        raise Refused("An alliance does not trade with itself: choose two.")
    if cap < 0 or not reason.strip():
        raise Refused("A trade has a cap of 0 days or more, and a reason.")
    try:
        posting.open_trade(first, second, cap, by=actor(by), reason=reason)
    except LimitReached as error:
        account = error.account
        owed = days_long(account.held - account.posted)
        raise Refused(f"{account.partner} owes {account.alliance} {owed} already: the cap cannot be lower.") from error
