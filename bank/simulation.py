"""A made-up country: fictional schools in alliances, and what their banks would have written in five years.

For measuring and trying out. The same seed on the same day makes the same rows. They go in bulk through the
database's own triggers, so that totals, yearly balances, floors and the ban on changes hold as for real ones.
Amounts in hundredths of a day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, islice
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from portal.units import Hundredths
from schools import calendar
from schools.models import Alliance, Membership, Phase, Policy, School

from .models import Account, Transfer
from .posting import NO_FLOOR, levy_on

SCHOOLS_AN_ALLIANCE = 40
YEARS = 5
FIRST_URN = 1_000_001  # none of DfE's, and none of the demonstration's
OPENING_GRANT = 500
LIMIT = -1000
LEVY_PERCENT = 10
BATCH = 1_000_000  # rows written by one statement
LONGEST = 250  # characters in a row
VISIT, LEVY, OPENING, GIFT, ADJUSTMENT, REVERSAL = map(
    str,
    (
        Transfer.Kind.VISIT,
        Transfer.Kind.LEVY,
        Transfer.Kind.OPENING,
        Transfer.Kind.GIFT,
        Transfer.Kind.ADJUSTMENT,
        Transfer.Kind.REVERSAL,
    ),
)
SPENDING = tuple(map(str, (Transfer.Kind.SERVICE, Transfer.Kind.URGENT, Transfer.Kind.HOSTING)))
COLUMNS = (
    "id", "debit_id", "credit_id", "amount", "released", "kind", "occurred_on", "posted_at", "cause_kind",
    "cause_id", "posted_by", "reason", "reverses_id", "key",
)  # fmt: skip

Movement = tuple[Any, ...]
Written = tuple[int, str, Movement]  # its id and its day
Row = tuple[Any, ...]  # in the order of COLUMNS
Happening = tuple["SimulatedBank", list[Movement]]

STEMS = ("Amber", "Bramble", "Cinder", "Dapple", "Elder", "Fallow", "Gorse", "Hazel", "Ivel", "Osier",
         "Juniper", "Kestrel", "Linden", "Mallow", "Nettle", "Plover", "Rowan", "Sorrel", "Teasel")  # fmt: skip
ENDINGS = ("beck", "bourne", "combe", "croft", "dale", "den", "field", "ford", "gate", "ham",
           "holme", "hurst", "lea", "mere", "moor", "stead", "thorpe", "ton", "wick", "worth")  # fmt: skip
SORTS = (
    ("Primary School", Phase.PRIMARY, "Community school"),
    ("Junior School", Phase.PRIMARY, "Foundation school"),
    ("Church Primary", Phase.PRIMARY, "Voluntary aided school"),
    ("Academy", Phase.SECONDARY, "Academy converter"),
    ("High School", Phase.SECONDARY, "Community school"),
)


@transaction.atomic
def simulate(
    schools: int, transfers: int, seed: int, progress: Callable[[Iterator[Row]], Iterable[Row]] = iter
) -> None:
    """Make so many schools and exactly so many transfers. `progress` wraps the rows as they are written."""
    dice = Random(seed)  # noqa: S311  no secret comes of it, only the same rows again  # nosec B311
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Foreign keys are checked batch by batch: millions of checks put off to the end fill the memory.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL jit = off")
            cursor.execute("LOCK TABLE bank_transfer IN SHARE ROW EXCLUSIVE MODE")
    banks = found(schools, dice)
    last = Transfer.objects.aggregate(last=Max("pk"))["last"] or 0
    if transfers:
        write(iter(progress(rows(banks, transfers, last + 1, dice.random))), last + transfers)


def found(count: int, dice: Random) -> list["SimulatedBank"]:
    """Schools, their alliances with policy and membership, and an account for each: [SimulatedBank]."""
    first_day = calendar.first_day(calendar.year_of(calendar.today()) - YEARS + 1)
    schools = School.objects.bulk_create(_schools(count, dice), batch_size=2000)
    groups = max(1, count // SCHOOLS_AN_ALLIANCE)
    members = [schools[number::groups] for number in range(groups)]
    before = Alliance.objects.filter(slug__startswith="simulated-").count()
    alliances = Alliance.objects.bulk_create(
        Alliance(name=f"Simulated Alliance {number}", slug=f"simulated-{number}", lead_school=group[0])
        for number, group in enumerate(members, before + 1)
    )
    Policy.objects.bulk_create(
        Policy(alliance=alliance, starts_on=first_day, levy_percent=LEVY_PERCENT, limit=LIMIT) for alliance in alliances
    )
    pairs = [(alliance, school) for alliance, group in zip(alliances, members, strict=True) for school in group]
    Membership.objects.bulk_create(
        [Membership(alliance=alliance, school=school, starts_on=first_day) for alliance, school in pairs], 2000
    )
    accounts = [Account(alliance=alliance, school=school, floor=LIMIT) for alliance, school in pairs]
    for alliance in alliances:
        accounts.append(Account(alliance=alliance, kind=Account.Kind.FUND))
        accounts.append(Account(alliance=alliance, kind=Account.Kind.OUTSIDE, floor=NO_FLOOR))
    grouped: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for account in Account.objects.bulk_create(accounts, batch_size=2000):
        grouped[account.alliance_id][account.kind].append(account.pk)
    return [SimulatedBank(grouped[alliance.pk], dice.random) for alliance in alliances]


def _schools(count: int, dice: Random) -> Iterator[School]:
    first = max(FIRST_URN, (School.objects.aggregate(last=Max("pk"))["last"] or 0) + 1)
    for urn in range(first, first + count):
        sort, phase, kind = dice.choice(SORTS)
        yield School(
            urn=urn,
            name=f"{dice.choice(STEMS)}{dice.choice(ENDINGS)} {sort}",
            phase=phase,
            establishment_type=kind,
            la_name=f"{dice.choice(STEMS)}shire",
            pupils=dice.randrange(60, 1500),
            easting=dice.randrange(200_000, 600_000),
            northing=dice.randrange(100_000, 500_000),
        )


class SimulatedBank:
    """One alliance's bank in memory: what each account has, so that no movement passes a floor.

    A movement is (debit, credit, amount, kind), a reversal has also the row that it reverses and its day.
    Movements that belong together come in one list; an empty one where an account has not enough.
    """

    def __init__(self, accounts: Mapping[str, list[int]], random: Callable[[], float]) -> None:
        (self.fund,), (self.outside,) = accounts[Account.Kind.FUND], accounts[Account.Kind.OUTSIDE]
        self.schools, self.random = accounts[Account.Kind.SCHOOL], random
        self.has = dict.fromkeys([*self.schools, self.fund, self.outside], 0)
        self.last_visit: list[Written] = []  # [(row's id, its day, movement)]

    def anything(self) -> list[Movement]:
        """What happens next: mostly visits."""
        chance = self.random()
        if chance < 0.84:
            return self.visit()
        if chance < 0.94:
            return self.spending()
        if chance < 0.98:
            return self.gift()
        return self.adjustment() if chance < 0.995 else self.reversal()

    def visit(self) -> list[Movement]:
        """Whoever has more asks whoever has less, so that nobody drifts away over the years."""
        receiver = max(self.a_school(), self.a_school(), key=self.has.__getitem__)
        giver = min(self.a_school(), self.a_school(), key=self.has.__getitem__)
        amount = self.quarters(12)
        if giver == receiver or not self.can_pay(receiver, amount):
            return []
        return [(receiver, giver, amount, VISIT), (giver, self.fund, levy_on(amount, LEVY_PERCENT), LEVY)]

    def spending(self) -> list[Movement]:
        kind, amount = SPENDING[int(self.random() * len(SPENDING))], self.quarters(12)
        return [(self.fund, self.a_school(), amount, kind)] if self.has[self.fund] >= amount else []

    def gift(self) -> list[Movement]:
        giver, amount = self.a_school(), self.quarters(4)
        receiver = self.fund if self.random() < 0.5 else self.a_school()
        return [(giver, receiver, amount, GIFT)] if giver != receiver and self.can_pay(giver, amount) else []

    def adjustment(self) -> list[Movement]:
        return [(self.outside, self.a_school(), self.quarters(2), ADJUSTMENT)]

    def reversal(self) -> list[Movement]:
        """Of the last visit and its levy."""
        undone = [(credit, debit, amount, REVERSAL, pk, on) for pk, on, (debit, credit, amount, _) in self.last_visit]
        if undone and not (self.can_pay(undone[0][0], undone[0][2]) and self.has[self.fund] >= undone[-1][2]):
            return []
        self.last_visit = []
        return undone

    def openings(self) -> list[list[Movement]]:
        return [[(self.outside, school, OPENING_GRANT, OPENING)] for school in self.schools]

    def a_school(self) -> int:
        return self.schools[int(self.random() * len(self.schools))]

    def quarters(self, most: int) -> Hundredths:
        return Hundredths(25 * (1 + int(self.random() * most)))

    def can_pay(self, account: int, amount: int) -> bool:
        return self.has[account] - amount >= LIMIT

    def posted(self, rows: list[Written]) -> None:
        """Rows that were written: [(id, day, movement)]."""
        for _, _, (debit, credit, amount, *_) in rows:
            self.has[debit] -= amount
            self.has[credit] += amount
        if rows[0][2][3] == VISIT:
            self.last_visit = rows


def rows(banks: Sequence[SimulatedBank], count: int, first: int, random: Callable[[], float]) -> Iterator[Row]:
    """Tuples in the order of COLUMNS, their ids from `first` on: openings, then five years of movements."""
    days = _school_days()
    end = first + count
    pk = first
    for bank, movements in chain(_openings(banks), _happenings(banks, random)):
        on = days[(pk - first) * len(days) // count]
        written = [(number, on, movement) for number, movement in enumerate(movements, pk)][: end - pk]
        bank.posted(written)
        for number, _, (debit, credit, amount, kind, *undone) in written:
            reverses, day = undone or (None, on)
            key = f"reversal:{reverses}" if reverses else f"simulated:{number}"
            yield (number, debit, credit, amount, 0, kind, day, f"{on} 16:00:00+00:00", "simulated", str(pk),
                   "simulation", "", reverses, key)  # fmt: skip
        pk += len(written)
        if pk == end:
            return


def _openings(banks: Sequence[SimulatedBank]) -> Iterator[Happening]:
    return ((bank, movements) for bank in banks for movements in bank.openings())


def _happenings(banks: Sequence[SimulatedBank], random: Callable[[], float]) -> Iterator[Happening]:
    while True:
        bank = banks[int(random() * len(banks))]
        if movements := bank.anything():
            yield bank, movements


def _school_days() -> list[str]:
    """Every weekday outside August from the first day of the five academic years to today, as text."""
    today = calendar.today()
    first = calendar.first_day(calendar.year_of(today) - YEARS + 1)
    days = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return [day.isoformat() for day in days if day.weekday() < 5 and day.month != 8]


def write(rows: Iterator[Row], last: int) -> None:
    """Insert rows by the batch: by COPY on PostgreSQL. `last` is the highest id there will be."""
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        for row in rows:
            batch = chain([row], islice(rows, BATCH - 1))
            if connection.vendor == "postgresql":
                cursor.copy_expert(f"COPY bank_transfer ({names}) FROM STDIN", _Copied(batch))
            else:
                places = ", ".join(["%s"] * len(COLUMNS))
                cursor.executemany(
                    f"INSERT INTO bank_transfer ({names}) VALUES ({places})",  # noqa: S608  our own columns
                    batch,  # type: ignore[arg-type]  # SQLite takes rows as they come
                )
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('bank_transfer', 'id'), %s)", [last])


class _Copied:
    """Rows as the file that COPY reads, a piece at a time. No words but ours are in them: nothing needs escaping."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows

    def read(self, size: int) -> str:
        lines = islice(self.rows, max(1, size // LONGEST))
        return "".join("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n" for row in lines)
