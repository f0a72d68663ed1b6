"""An alliance's ledger as a journal that another program can check: hledger's own format, or CSV.

Days are the commodity DAY, money is £; amounts are hundredths of a day and pence. A transfer is an entry of
two postings, a charge one in money: outside pays its total, the home school, the fund and fund:vat get theirs.
A charge that was waived has a second entry that takes it back. Entries come one by one, so that the longest
ledger needs no more memory than the shortest.
"""

import csv
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.utils import timezone

from bank.models import Account, Transfer
from portal import spreadsheet

from ..models import Charge

DAY, POUND = "DAY", "£"
TAX = "fund:vat"
KINDS = dict(Transfer.Kind.choices)
FIELDS = ("id", "debit", "credit", "amount", "kind", "occurred_on", "cause_kind", "cause_id", "reason", "reverses")


class Entry(NamedTuple):
    code: str
    on: date
    what: str
    reason: str
    tags: str
    commodity: str
    postings: tuple  # of (account's name, amount); they sum to zero


def plain(text):
    """On one line with single spaces: two of them end an account's name, as a semicolon begins a comment."""
    words = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(words.replace(";", ",").split())


def school_name(school):
    """school:117697 Name. A colon in the name would make it an account within another."""
    return f"school:{school.pk} {plain(school.name.replace(':', ' -'))}".rstrip()


def account_name(account):
    if account.kind == Account.Kind.SCHOOL:
        return school_name(account.school)
    if account.kind == Account.Kind.CLEARING:
        return f"clearing:{account.partner.slug}"
    return account.kind


def names(alliance):
    """{account id: its name} of an alliance's bank."""
    accounts = Account.objects.filter(alliance=alliance).select_related("school", "partner").order_by("kind", "pk")
    return {account.pk: account_name(account) for account in accounts}


def charges(alliance):
    """All of them by number, so that an auditor misses none."""
    raised = Charge.objects.filter(alliance=alliance)
    return raised.select_related("alliance", "school", "home_school").order_by("number")


def length(alliance):
    """How many entries there are."""
    waived = charges(alliance).filter(status=Charge.Status.WAIVED).count()
    return Transfer.objects.filter(debit__alliance=alliance).count() + charges(alliance).count() + waived


def entries(alliance):
    """Transfers by the day they count on, then charges by their number. Call in one moment of the ledger."""
    return chain(_in_days(alliance), _in_money(alliance))


def _in_days(alliance):
    of = names(alliance)
    rows = Transfer.objects.filter(debit__alliance=alliance).order_by("occurred_on", "pk").values_list(*FIELDS)
    for pk, debit, credit, amount, kind, on, cause_kind, cause_id, reason, reverses in rows.iterator():
        tags = f"kind:{kind}, cause:{plain(f'{cause_kind} {cause_id}')}"
        if reverses:
            tags = f"{tags}, reverses:{reverses}"
        postings = ((of[debit], -amount), (of[credit], amount))
        yield Entry(str(pk), on, KINDS[kind], plain(reason) if reason else "", tags, DAY, postings)


def _in_money(alliance):
    for charge in charges(alliance).iterator():
        whom, on = f"{charge.school_id} {plain(charge.school.name)}", timezone.localdate(charge.raised_at)
        yield _of_charge(charge, on, "Credit note" if charge.is_credit_note else "Charge", f"for {whom}", 1)
        if charge.status == Charge.Status.WAIVED:
            day, why = timezone.localdate(charge.settled_at), plain(charge.settled_reason)
            yield _of_charge(charge, day, "Waived", f"for {whom}, {why}", -1)


def _of_charge(charge, on, what, reason, sign):
    """An entry of a charge's four parts, or with -1 what takes them back."""
    parts = (
        ("outside", -charge.total),
        (school_name(charge.home_school), charge.home_share),
        ("fund", charge.brokerage),
        (TAX, charge.vat),
    )
    tags = f"kind:charge, cause:commission {charge.commission_id}, status:{charge.status}"
    postings = tuple((name, sign * amount) for name, amount in parts if amount)
    return Entry(charge.reference, on, what, reason, tags, POUND, postings)


def as_hledger(alliance):
    """Pieces of text, an entry each after the first, which declares everything for `hledger check --strict`."""
    homes = {school_name(charge.home_school) for charge in charges(alliance)}
    accounts = dict.fromkeys([*names(alliance).values(), "fund", "outside", TAX, *sorted(homes)])
    declared = "".join(f"account {name}\n" for name in accounts)
    yield f"; The bank of {plain(alliance.name)}\ncommodity 1000.00 {DAY}\ncommodity {POUND}1000.00\n{declared}"
    for entry in entries(alliance):
        what = f"{entry.what} | {entry.reason}" if entry.reason else entry.what
        lines = "".join(f"    {name}  {_amount(amount, entry.commodity)}\n" for name, amount in entry.postings)
        yield f"\n{entry.on} ({entry.code}) {what}  ; {entry.tags}\n{lines}"


def _amount(amount, commodity):
    number = spreadsheet.hundredths(amount)
    return f"{POUND}{number}" if commodity == POUND else f"{number} {commodity}"


def as_csv(alliance):
    """Pieces of text, an entry each after the first: a line for each posting."""
    line = csv.writer(_Returning(), lineterminator="\n").writerow
    yield line(["code", "date", "what", "reason", "tags", "account", "amount", "commodity"])
    for entry in entries(alliance):
        about = [entry.code, entry.on, entry.what, spreadsheet.text(entry.reason), entry.tags]
        sides = ([name, spreadsheet.hundredths(amount), entry.commodity] for name, amount in entry.postings)
        yield "".join(line([*about, *side]) for side in sides)


class _Returning:
    """For csv.writer, whose writerow gives back what its file's write does."""

    def write(self, text):
        return text
