"""The movements of an account as people read them, with a running balance. Hundredths of a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, ExpressionWrapper, F

from bank.models import Account, Transfer

from ..models import Commission, Visit

WORDS = {Transfer.Kind.CARRY_OVER: "Days above the carry-over cap", Transfer.Kind.WRITE_OFF: "Days written off"}
PARTS = (
    "debit__school",
    "debit__alliance",
    "debit__partner",
    "credit__school",
    "credit__alliance",
    "credit__partner",
    "reverses",
)


def movements(account, period):
    """(day, id, signed hundredths of a day) of the period's transfers, oldest first.

    Each side is read by its own index; an OR over both columns makes a planner read the whole ledger.
    """
    if account is None:
        return Transfer.objects.none().values_list("occurred_on", "pk", "amount")
    sides = _side(account, period, debit=account, sign=-1), _side(account, period, credit=account, sign=1)
    return sides[0].union(sides[1], all=True).order_by("occurred_on", "pk")


def _side(account, period, *, sign, **side):
    rows = period.of(Transfer.objects.filter(**side), "occurred_on").order_by()
    signed = ExpressionWrapper(F("amount") * sign, output_field=BigIntegerField())
    return rows.values_list("occurred_on", "pk", signed)


@dataclass(frozen=True)
class Line:
    """A movement as people read it. `commission` is None where there is none, or none the reader may see.

    `specialism` is that of the work behind it, "" where there is none.
    """

    on: date
    what: str
    partner: str
    commission: Commission | None
    specialism: str
    days: int
    balance: int


def lines(found, account, balance, user):
    """Lines of (day, id, signed) as `movements` finds them; `balance` is what the first of them starts from."""
    found = list(found)
    rows = Transfer.objects.select_related(*PARTS).in_bulk([pk for _, pk, _ in found])
    visits = _visits(rows.values())
    visible = Commission.objects.visible_to(user).in_bulk({visit.leg.commission_id for visit in visits.values()})
    made = []
    for on, pk, signed in found:
        row, visit = rows[pk], visits.get(_cause(rows[pk]))
        balance += signed
        commission = visit.leg.commission if visit and visit.leg.commission_id in visible else None
        specialism = visit and visit.leg.commission.support_request.specialism
        partner = _partner(row, account, visit)
        made.append(Line(on, what(row, visit), partner, commission, str(specialism or ""), signed, balance))
    return made


def what(row, visit=None):
    """The kind of a movement and its reason, in words; and the day it is about, where its year was closed by then."""
    words = kind_in_words(row.kind)
    if row.reverses_id:
        words = f"{words} of {kind_in_words(row.reverses.kind).lower()}"
        about = row.reverses.occurred_on
    else:
        about = visit.on if visit and row.kind == Transfer.Kind.URGENT else row.occurred_on
    if about != row.occurred_on:
        words = f"{words} of {about:%-d %B %Y}"
    if not row.reason or row.reason.startswith(f"{words} "):
        return row.reason or words
    return f"{words}: {row.reason}"


def kind_in_words(kind):
    return WORDS.get(kind, Transfer.Kind(kind).label)


def _cause(row):
    """The id of the visit that caused a movement, or None."""
    return int(row.cause_id) if row.cause_kind == "visit" and row.cause_id.isdecimal() else None


def _visits(rows):
    """{id: visit} of the visits behind movements."""
    ids = {_cause(row) for row in rows} - {None}
    parts = ("leg__commission__support_request__specialism", "leg__giving_school", "leg__receiving_school")
    return Visit.objects.select_related(*parts).in_bulk(ids)


def _partner(row, account, visit):
    """Who is at the other end: of a visit between two alliances the school, not the clearing account."""
    other = row.credit if row.debit_id == account.pk else row.debit
    if other.kind != Account.Kind.CLEARING:
        return str(other)
    if visit is None:
        return str(other.partner)
    giver, receiver = visit.leg.giving_school, visit.leg.receiving_school
    return str(receiver if giver.pk == account.school_id else giver)
