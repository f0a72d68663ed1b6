"""Everything the bank promises, worked out anew from the rows: `manage.py verify_ledger`.

What concerns the bank alone is in bank.verify, chain and heads; here stands what needs commissions and visits.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from django.db import connection
from django.db.models import Count, F, Max, Min, Prefetch, Q, Sum
from django.db.models.functions import Coalesce

from bank import chain, checkpoints, verify
from bank.models import Account, Hold, Ledger, Transfer
from bank.moment import one_moment, whole_ledger

from ..accounting import holds
from ..accounting.membership import credit_check
from ..models import Charge, Commission, LeaderYear, Leg, SupportRequest, Visit

PIECE = 250_000  # transfers whose seals are checked at a time
AT_ONCE = 2
ENOUGH = 25  # checks that are worth a second connection
LEGS = 1000  # at a time
CAUSES = ("leg", "leg-clearing")


def checks():
    """Functions without arguments that give a sentence for each finding; those that take longest first.

    Each sees one moment, because the portal goes on meanwhile. The heads are read from their file before the blocks:
    in a moment from before that, the block of the latest need not be there yet.
    """
    Ledger.current()  # what only reads cannot name a new one
    bank = (
        verify.totals,
        visits,
        days,
        held,
        verify.limits,
        verify.reversals,
        verify.sums,
        verify.clearing_pairs,
        verify.closings,
    )
    others = (owners, charges, leader_years)
    seals = [partial(chain.altered, piece) for piece in chain.pieces(PIECE)]
    of_one_moment = [partial(_of_one_moment, check) for check in (*bank, *others, *seals, chain.late, chain.broken)]
    return [*of_one_moment, checkpoints.lost, verify.guards]


def _of_one_moment(check):
    with one_moment():
        return list(check())


def findings(found, progress=iter):
    """The sentences of the checks. On PostgreSQL two run at once, where there is enough to do."""
    if connection.vendor == "postgresql" and len(found) > ENOUGH:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for sentences in progress(pool.map(_on_its_own_connection, found)):
                yield from sentences
    else:
        for check in progress(found):
            yield from check()


def _on_its_own_connection(check):
    """Without helpers of PostgreSQL's own, which two checks at once leave no core: they cost more than they bring."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        return list(check())
    finally:
        connection.close()


def held():
    """Each leg's holds are what is agreed, will be in credits and is not confirmed; nothing else holds days."""
    kept = {(row.cause_kind, row.cause_id): row for row in Hold.objects.filter(amount__gt=0)}
    legs = _legs_to_hold_for([int(cause) for kind, cause in kept if kind in CAUSES and cause.isdecimal()])
    while batch := list(islice(legs, LEGS)):
        credited = credit_check(batch)
        for leg in batch:
            amount = holds.still_to_post(leg, leg.counting, credited)
            for account, cause in holds.held_on(leg):
                row = kept.pop((cause, str(leg.pk)), None)
                if (row.amount if row else 0) != amount:
                    yield f"{leg.commission}: {row.amount if row else 0} held for leg {leg.pk}, but {amount} to confirm"
                elif row and row.account_id != account.pk:
                    yield f"{leg.commission}: held for leg {leg.pk} on account {row.account_id}, not on {account.pk}"
    for (kind, cause), row in sorted(kept.items()):
        yield f"Account {row.account_id}: {row.amount} held for {kind} {cause}, which holds nothing"


def _legs_to_hold_for(ids):
    """Legs that may have something to hold, and those named, with the visits that count."""
    waiting = Visit.objects.filter(status__in=[Visit.Status.LOGGED, Visit.Status.DISPUTED], confirmed_at=None)
    legs = Leg.objects.filter(
        Q(commission__status__in=Commission.Status.running()) | Q(pk__in=waiting.values("leg")) | Q(pk__in=ids)
    )
    counting = Prefetch("visits", Visit.objects.counting(), to_attr="counting")
    parts = ("commission", "giving_account__alliance", "receiving_account__alliance")
    return legs.select_related(*parts).prefetch_related(counting).order_by("pk").iterator(chunk_size=LEGS)


def owners():
    """The accounts of each leg are those of its schools; who is no member receives on the account of the outside."""
    of_school = {side: Q(**{f"{side}_account__school": F(f"{side}_school")}) for side in ("giving", "receiving")}
    of_school["receiving"] |= Q(receiving_account__kind=Account.Kind.OUTSIDE)
    for side, right in of_school.items():
        legs = Leg.objects.exclude(right).select_related("commission", f"{side}_account__school", f"{side}_school")
        for leg in legs.order_by("pk"):
            account, school = getattr(leg, f"{side}_account"), getattr(leg, f"{side}_school")
            yield f"{leg.commission}: the {side} account of leg {leg.pk} is {account.pk}, {account}, not {school}"


def visits():
    """One set of transfers with the levy of its day for each confirmed visit in credits, and none for any other."""
    with whole_ledger() as cursor:
        cursor.execute(SETS)
        for row in cursor.fetchall():
            yield _of_set(*row)


def _of_set(cause, expected, rows, amount, moved, levies, levy, due, is_one):
    if not expected:
        return f"Visit {cause} is not confirmed in credits, but transfers stand for it"
    if not rows:
        return f"Visit {cause} is confirmed, but no transfer stands for it"
    if is_one:
        return f"Visit {cause} has a levy of {levy}, but {due} by the policy of its day"
    return (
        f"Visit {cause} is confirmed with {amount}, but does not stand as one set of transfers: "
        f"{rows} of visits, {moved} in all, and {levies} of the levy"
    )


def days():
    """Transfers count on the day of their visit, or where its year was closed by then, on a first open day."""
    with whole_ledger() as cursor:
        cursor.execute(OTHER_DAYS.format(FIRST_OPEN[connection.vendor]))
        for pk, visit, counts, on in cursor.fetchall():
            yield f"Transfer {pk} for visit {visit} counts on {counts:%-d %B %Y}, but the visit was on {on:%-d %B %Y}"


def charges():
    """The work of each charge is the sum of its lines, and no number of a charge is missing. Pence."""
    summed = Charge.objects.annotate(by_lines=Coalesce(Sum("lines__amount"), 0)).exclude(work=F("by_lines"))
    for charge in summed.select_related("alliance").order_by("pk"):
        yield f"Charge {charge}: the work is {charge.work}p, but {charge.by_lines}p by its lines"
    numbers = Charge.objects.order_by("alliance__slug").values_list("alliance__slug")
    numbers = numbers.annotate(first=Min("number"), last=Max("number"), count=Count("number"))
    for slug, _, last, count in numbers.exclude(first=1, last=F("count")):
        yield f"The charges of {slug} go up to number {last}, but there are {count}"


def leader_years():
    """What is taken of each leader's year is what the commissions take of it. Hundredths of a day."""
    parts = LeaderYear.objects.annotate(by_parts=Coalesce(Sum("parts__amount"), 0))
    for row in parts.exclude(taken=F("by_parts")).order_by("pk"):
        yield f"Leader {row.leader_id}, year {row.year}: {row.taken} taken, but {row.by_parts} by the commissions"


# A set is one row between the two schools, or between two banks one through the clearing account of each,
# and at most one of the levy. Debit and credit in one number: of so many rows, at most two, the sum and the highest
# say that each is between the right accounts.
IS_ONE = """
    sum(rows) = sum(wanted) AND sum(moved) = sum(wanted) * max(days) AND max(moved) = max(days)
    AND sum(pair) = sum(pairs) AND max(pair) = max(highest)
    AND (sum(levies) = 0 OR (sum(levies) = 1 AND sum(levied) = sum(giver) AND sum(funded) = sum(fund)))"""
ACCOUNTS = 10**9  # above the id of every account
RECEIVED = f"receiver.id * {ACCOUNTS} + coalesce(owing.id, giver.id)"
GIVEN = f"coalesce(owed.id * {ACCOUNTS} + giver.id, 0)"  # between two banks only
# By the giver's alliance; rounded half up, as posting.levy_on does.
DUE = f"""
    SELECT CASE WHEN request.kind = '{SupportRequest.Kind.PEER}' AND NOT policy.levy_on_peer_to_peer THEN 0
                ELSE (visit.days * policy.levy_percent + 50) / 100 END
    FROM schools_policy policy WHERE policy.alliance_id = giver.alliance_id AND policy.starts_on <= visit."on"
    ORDER BY policy.starts_on DESC LIMIT 1"""  # noqa: S608  a kind of our own
SETS = f"""
    SELECT cause_id, sum(wanted), sum(rows), max(days), sum(moved), sum(levies), sum(levy), sum(due), {IS_ONE} FROM (
        SELECT cause_id, 0 AS wanted, 0 AS days, 0 AS pairs, 0 AS highest, 0 AS giver, 0 AS fund, 0 AS due,
            CASE WHEN kind = 'visit' THEN 1 ELSE 0 END AS rows,
            CASE WHEN kind = 'visit' THEN amount ELSE 0 END AS moved,
            CASE WHEN kind = 'visit' THEN debit_id * {ACCOUNTS} + credit_id ELSE 0 END AS pair,
            CASE WHEN kind = 'visit' THEN 0 ELSE 1 END AS levies,
            CASE WHEN kind = 'visit' THEN 0 ELSE debit_id END AS levied,
            CASE WHEN kind = 'visit' THEN 0 ELSE credit_id END AS funded,
            CASE WHEN kind = 'visit' THEN 0 ELSE amount END AS levy
        FROM bank_transfer t
        WHERE cause_kind = 'visit' AND kind IN ('visit', 'levy')
            AND NOT EXISTS (SELECT 1 FROM bank_transfer undo
                            WHERE undo.reverses_id = t.id AND undo.reverses_id IS NOT NULL)
        UNION ALL
        SELECT CAST(visit.id AS text), CASE WHEN owed.id IS NULL THEN 1 ELSE 2 END, visit.days,
            {RECEIVED} + {GIVEN}, CASE WHEN {RECEIVED} > {GIVEN} THEN {RECEIVED} ELSE {GIVEN} END,
            giver.id, fund.id, ({DUE}), 0, 0, 0, 0, 0, 0, 0
        FROM exchange_visit visit JOIN exchange_leg leg ON leg.id = visit.leg_id
        JOIN exchange_commission commission ON commission.id = leg.commission_id
        JOIN exchange_supportrequest request ON request.id = commission.support_request_id
        JOIN bank_account giver ON giver.id = leg.giving_account_id
        JOIN bank_account receiver ON receiver.id = leg.receiving_account_id
        LEFT JOIN bank_account fund ON fund.alliance_id = giver.alliance_id AND fund.kind = '{Account.Kind.FUND}'
        LEFT JOIN bank_account owed ON giver.alliance_id <> receiver.alliance_id
            AND owed.alliance_id = giver.alliance_id AND owed.partner_id = receiver.alliance_id
        LEFT JOIN bank_account owing ON giver.alliance_id <> receiver.alliance_id
            AND owing.alliance_id = receiver.alliance_id AND owing.partner_id = giver.alliance_id
        WHERE visit.confirmed_at IS NOT NULL AND NOT visit.in_money
    ) AS parts GROUP BY cause_id HAVING NOT ({IS_ONE}) OR sum(levy) <> sum(due)
    ORDER BY 1"""  # noqa: S608  of the texts above
FIRST_OPEN = {"postgresql": "make_date(closed.year + 1, 9, 1)", "sqlite": "(closed.year + 1) || '-09-01'"}
# To be filled in with one of those.
OTHER_DAYS = f"""
    SELECT t.id, visit.id, t.occurred_on, visit."on"
    FROM bank_transfer t JOIN exchange_visit visit ON CAST(visit.id AS text) = t.cause_id
    JOIN exchange_leg leg ON leg.id = visit.leg_id
    JOIN bank_account giver ON giver.id = leg.giving_account_id
    JOIN bank_account receiver ON receiver.id = leg.receiving_account_id
    WHERE t.cause_kind = 'visit' AND t.kind <> '{Transfer.Kind.REVERSAL}' AND t.occurred_on <> visit."on"
        AND NOT EXISTS (
            SELECT 1 FROM bank_closedyear closed
            WHERE closed.alliance_id IN (giver.alliance_id, receiver.alliance_id) AND closed.at <= t.posted_at
                AND t.occurred_on = {{}} AND t.occurred_on > visit."on")
    ORDER BY 1"""  # noqa: S608  a kind of our own
