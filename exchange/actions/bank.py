from django.db import transaction

from .. import rules
from ..bank import posting
from ..errors import Refused
from .visits import actor


@transaction.atomic
def adjust_balance(*, debit, credit, amount, occurred_on, by, reason, key):
    """Move hundredths of a day between two accounts of one bank, as a transfer of its own with a reason.

    Raises Refused for a coordinator who works at one of the schools, LimitReached below the limit.
    """
    if not rules.may_adjust(by, debit, credit):
        raise Refused("You work at one of the schools concerned: another coordinator must make this adjustment.")
    posting.lock(debit, credit)
    return posting.adjust(
        debit=debit, credit=credit, amount=amount, occurred_on=occurred_on, by=actor(by), reason=reason, key=key
    )
