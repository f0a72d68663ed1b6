"""What a period's days were about and worth: by specialism and partner, in money, what came back, what all shared."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q, Sum

from bank.models import Account, Transfer
from portal.words import days_long, pounds

from ..accounting import pricing
from ..models import Charge, Evaluation, Tariff, Visit

OF_VISITS = Q(kind=Transfer.Kind.VISIT) | Q(kind=Transfer.Kind.REVERSAL, reverses__kind=Transfer.Kind.VISIT)
FACTS = {
    "specialism": F("leg__commission__support_request__specialism__name"),
    "giver": F("leg__giving_school__name"),
    "receiver": F("leg__receiving_school__name"),
    "day_rate": F("leg__commission__day_rate"),
    "leader_type": F("leg__commission__leader__type"),
}
UNKNOWN = dict.fromkeys(FACTS)
NOT_RECORDED = "Not recorded"


@dataclass
class Share:
    """The part of the days given and received that one specialism or partner has."""

    name: str
    given: int = 0
    received: int = 0


@dataclass
class Money:
    """Pence for so many days; `without` are the days whose price nobody knows."""

    pence: int = 0
    days: int = 0
    without: int = 0

    def add(self, rate, days):
        if rate is None:
            self.without += days
        else:
            self.pence += pricing.of_days(days, rate)
            self.days += days


@dataclass
class Value:
    specialisms: list[Share] = field(default_factory=list)
    partners: list[Share] = field(default_factory=list)
    backfill: Money = field(default_factory=Money)
    avoided: Money = field(default_factory=Money)
    gained: list[Evaluation] = field(default_factory=list)
    charges: list[dict] = field(default_factory=list)  # what the school pays: status, how many, total in pence
    home_share: int = 0  # pence owed to it out of what others pay
    services: list[tuple[str, int]] = field(default_factory=list)  # what the fund paid for all: name, days


def value_of(account, period):
    """All of it for one account and period; empty where the school has no account yet."""
    if account is None:
        return Value()
    moved = _moved(account, period)
    charges = period.of(Charge.objects.all(), "raised_at__date")
    return Value(
        specialisms=_shares((one.facts["specialism"] or NOT_RECORDED, one) for one in moved),
        partners=_shares((one.partner, one) for one in moved),
        backfill=_backfill(account, period),
        avoided=_avoided(moved, account.alliance),
        gained=list(_gained(account, period)),
        charges=_charges(charges.filter(school=account.school_id, alliance=account.alliance_id)),
        home_share=_home_share(charges, account),
        services=_services(account.alliance, period),
    )


@dataclass(frozen=True)
class Moved:
    """Days that one transfer gave or received, below zero where it took them back."""

    on: date
    given: int
    received: int
    partner: str
    cause: tuple
    facts: dict


def _moved(account, period):
    """The transfers behind the given and received of the bank, so that the parts add up to them."""
    rows = [*_side(account, period, "debit", "credit"), *_side(account, period, "credit", "debit")]
    ids = {int(row["cause_id"]) for row in rows if row["cause_kind"] == "visit" and row["cause_id"].isdecimal()}
    visits = {str(row.pop("pk")): row for row in Visit.objects.filter(pk__in=ids).values("pk", **FACTS)}
    return [_one(row, visits.get(row["cause_id"], UNKNOWN)) for row in rows]


def _side(account, period, side, other):
    rows = period.of(Transfer.objects.filter(OF_VISITS, **{side: account}), "occurred_on").order_by()
    found = rows.values(
        "occurred_on",
        "amount",
        "kind",
        "cause_kind",
        "cause_id",
        other_kind=F(f"{other}__kind"),
        school=F(f"{other}__school__name"),
        alliance=F(f"{other}__partner__name"),
    )
    return [{**row, "side": side} for row in found]


def _one(row, facts):
    is_reversal = row["kind"] == Transfer.Kind.REVERSAL
    gives = (row["side"] == "credit") != is_reversal  # a visit credits its giver, and a reversal debits it
    amount = -row["amount"] if is_reversal else row["amount"]
    partner = row["school"]
    if row["other_kind"] == Account.Kind.CLEARING:
        partner = facts["receiver" if gives else "giver"] or row["alliance"]
    return Moved(
        on=row["occurred_on"],
        given=amount if gives else 0,
        received=0 if gives else amount,
        partner=partner or Account.Kind(row["other_kind"]).label,
        cause=(row["cause_kind"], row["cause_id"]),
        facts=facts,
    )


def _shares(named):
    found = defaultdict(lambda: Share(""))
    for name, one in named:
        share = found[name]
        share.name, share.given, share.received = name, share.given + one.given, share.received + one.received
    standing = (share for share in found.values() if share.given or share.received)
    return sorted(standing, key=lambda share: (-share.given - share.received, share.name))


def _backfill(account, period):
    """What the school paid for cover, visit by visit, where it was named as the home school."""
    visits = Visit.objects.filter(
        leg__giving_account=account,
        leg__commission__home_school=F("leg__giving_school"),
        status__in=[Visit.Status.CONFIRMED, Visit.Status.DISPUTED],
        confirmed_at__isnull=False,
    )
    found = Money()
    for days, cost in period.of(visits, "on").values_list("days", "leg__commission__backfill_cost"):
        found.add(cost, days)
    return found


def _avoided(moved, alliance):
    """What the days received in credits would have cost by the tariff, without brokerage and VAT.

    The rate is the one stored at the agreement; work agreed before that was stored has the rate of the
    version of its day.
    """
    tariffs = list(Tariff.objects.filter(alliance=alliance).order_by("-starts_on").prefetch_related("rates"))
    by_cause = defaultdict(list)
    for one in moved:
        by_cause[one.cause].append(one)
    found = Money()
    for first, *others in by_cause.values():
        rate = first.facts["day_rate"] or _rate(tariffs, first.on, first.facts["leader_type"])
        found.add(rate, sum(one.received for one in (first, *others)))
    return found


def _rate(tariffs, on, leader_type):
    """Pence a day by the version in force on a day, or None where there is none."""
    version = next((tariff for tariff in tariffs if tariff.starts_on <= on), None)
    if version is None:
        return None
    own = (rate.day_rate for rate in version.rates.all() if rate.leader_type_id == leader_type)
    return next(own, version.day_rate)


def _gained(account, period):
    """Evaluations that say what the school gained by the work of its own people elsewhere."""
    said = Evaluation.objects.filter(
        commission__home_school=account.school_id, commission__legs__giving_account=account
    ).exclude(gained="")
    said = said.select_related("commission__support_request__specialism", "commission__support_request__school")
    return period.of(said, "at__date").order_by("at", "pk")


def _charges(charges):
    rows = charges.order_by().values("status").annotate(pence=Sum("total"))
    labels = dict(Charge.Status.choices)
    return sorted(({**row, "label": labels[row["status"]]} for row in rows), key=lambda row: row["status"])


def _home_share(charges, account):
    """What is owed to the school for work given from the account, also to a school of another alliance.

    What is waived nobody pays, so nobody is owed it.
    """
    given = charges.filter(home_school=account.school_id, commission__legs__giving_account=account)
    owed = given.exclude(status=Charge.Status.WAIVED)
    return owed.aggregate(sum=Sum("home_share"))["sum"] or 0


def _services(alliance, period):
    """Common services by name, and what the fund paid for each. A reversal counts against its service."""
    fund = alliance.accounts.filter(kind=Account.Kind.FUND).first()
    if fund is None:
        return []
    paid = Transfer.objects.filter(kind=Transfer.Kind.SERVICE, debit=fund).values_list("reason", "amount")
    taken_back = Transfer.objects.filter(reverses__kind=Transfer.Kind.SERVICE, reverses__debit=fund)
    found = Counter()
    for rows, sign in ((paid, 1), (taken_back.values_list("reverses__reason", "amount"), -1)):
        for name, amount in period.of(rows, "occurred_on").order_by():
            found[name or Transfer.Kind.SERVICE.label] += sign * amount
    return sorted((name, days) for name, days in found.items() if days)


def in_money(value):
    """[(what, how much)] in words, for the screen and for paper."""
    return [
        ("Backfill borne", _in_words(value.backfill, "backfill cost")),
        ("Money avoided at the tariff", _in_words(value.avoided, "tariff")),
        *[(f"Charged, {row['label'].lower()}", pounds(row["pence"])) for row in value.charges],
        *([("Earned from schools outside", pounds(value.home_share))] if value.home_share else []),
    ]


def _in_words(money, price):
    """As in "£1,225.00 for 3.5 days; no tariff for 1 day"."""
    known, unknown = f"{pounds(money.pence)} for {days_long(money.days)}", f"no {price} for {days_long(money.without)}"
    if not money.without:
        return known
    return f"{known}; {unknown}" if money.days else unknown.capitalize()
