"""The totals of every account worked out from the rows, in SQL that both databases read.

One pass over the ledger; a loop over accounts, or the ORM a year at a time, takes many times as long.
Hundredths of a day. What is put into the text are integers and dates of our own making only.
"""

from django.db import connection

from .triggers import YEAR

NAMES = ("given", "received", "levy", "other")
COLUMNS = ", ".join(NAMES)


def sums(alliance_id: int | None = None) -> str:
    """A query of account_id, year and the four figures, by the rows, of one bank or of all."""
    return f"""
        {UNDONE}
        SELECT account_id, year, sum(given) AS given, sum(received) AS received, sum(levy) AS levy, {OTHER} AS other
        FROM ({_parts(alliance_id)}) AS parts GROUP BY account_id, year"""  # noqa: S608  names, kinds and numbers of our own


UNDONE = """
        WITH undone AS (
            SELECT debit_id, credit_id, occurred_on, amount,
                (SELECT kind FROM bank_transfer WHERE id = undoing.reverses_id) AS kind
            FROM bank_transfer undoing WHERE reverses_id IS NOT NULL)"""
OTHER = "sum(net) - sum(given) + sum(received) + sum(levy)"


def _parts(alliance_id: int | None = None) -> str:
    """What the figures of account_id and year are the sums of: three of them, and the net.

    One pass over both sides of the transfers, with account and year in one number, which takes less time to
    sort out than two. A reversal is in the net at once; the figure that it takes back is put right apart,
    because reversals are few and each costs a look at the row that it reverses.
    """
    return f"""
            SELECT place / {PLACES} AS account_id, place % {PLACES} AS year, given, received, levy, net FROM (
                SELECT place, coalesce(sum(visit) FILTER (WHERE visit > 0), 0) AS given,
                    coalesce(-sum(visit) FILTER (WHERE visit < 0), 0) AS received, -sum(levy) AS levy, sum(net) AS net
                FROM ({_side("debit", "-", alliance_id)} UNION ALL {_side("credit", "", alliance_id)}) AS sides
                GROUP BY place) AS summed
            UNION ALL
            SELECT t.debit_id, {_year("t.occurred_on")}, {_back("visit")}, 0, {_taken("levy")}, 0
            FROM undone t {_own("debit", alliance_id)} WHERE t.kind IN ('visit', 'levy')
            UNION ALL
            SELECT t.credit_id, {_year("t.occurred_on")}, 0, {_back("visit")}, {_back("levy")}, 0
            FROM undone t {_own("credit", alliance_id)} WHERE t.kind IN ('visit', 'levy')"""  # noqa: S608  names, kinds and numbers of our own


PLACES = 10_000  # above every year


def _side(side: str, sign: str, alliance_id: int | None) -> str:
    """What each transfer moves on one side, signed: as a visit, as a levy, and in all."""
    return f"""
                SELECT t.{side}_id * {PLACES} + {_year("t.occurred_on")} AS place,
                    CASE WHEN t.kind = 'visit' THEN {sign}{SMALL} ELSE 0 END AS visit,
                    CASE WHEN t.kind = 'levy' THEN {sign}{SMALL} ELSE 0 END AS levy, {sign}{SMALL} AS net
                FROM bank_transfer t {_own(side, alliance_id)}"""  # noqa: S608  names and numbers of our own


# No amount is above MOST, and sums of the smaller integers take less time.
SMALL = "CAST(t.amount AS integer)"


def _taken(kind: str) -> str:
    return f"CASE WHEN t.kind = '{kind}' THEN t.amount ELSE 0 END"


def _back(kind: str) -> str:
    return f"CASE WHEN t.kind = '{kind}' THEN -t.amount ELSE 0 END"


def _own(side: str, alliance_id: int | None) -> str:
    if alliance_id is None:
        return ""
    return f"JOIN bank_account a ON a.id = t.{side}_id AND a.alliance_id = {int(alliance_id)}"


def _year(column: str) -> str:
    """The academic year of a date. Taking dates apart costs more than adding up, so by the length of four years:
    that holds from the first movement there can be until the first year with a leap day less.
    """
    whole = YEAR[connection.vendor].format(column)
    if connection.vendor != "postgresql":
        return whole
    return f"CASE WHEN {column} < '2100-01-01' THEN 4 * ({column} - date '1999-09-01') / 1461 + 1999 ELSE {whole} END"


def differences() -> str:
    """A query of account_id, year (null: all time), the figures and holds as kept, and by the rows, of all banks.

    What is kept by year is taken off what the rows say: where something remains, they differ. So what the rows
    say of an account's all time is what is kept of its years, and what remains.
    """
    kept = ", ".join(f"coalesce(kept.{name}, 0)" for name in NAMES)
    rows = ", ".join(f"coalesce(kept.{name}, 0) + more.{name}" for name in NAMES)
    account = ", ".join(f"account.{name}" for name in NAMES)
    total = {name: f"coalesce(years.{name}, 0) + coalesce(more.{name}, 0)" for name in NAMES}
    unequal = " OR ".join(f"account.{name} <> {total[name]}" for name in NAMES)
    of_all_time = ", ".join(f"sum({name}) AS {name}" for name in NAMES)
    return f"""
        {UNDONE},
        remains AS (
            SELECT account_id, year, sum(given) AS given, sum(received) AS received, sum(levy) AS levy, {OTHER} AS other
            FROM ({_parts()}
                UNION ALL
                SELECT account_id, year, -given, -received, -levy, received + levy - given - other FROM bank_balance
            ) AS parts GROUP BY account_id, year
            HAVING sum(given) <> 0 OR sum(received) <> 0 OR sum(levy) <> 0 OR sum(net) <> 0),
        promised AS (SELECT account_id, sum(amount) AS amount FROM bank_hold GROUP BY 1)
        SELECT account.id, NULL, {account}, account.held, {", ".join(total.values())}, coalesce(promised.amount, 0)
        FROM bank_account account
        LEFT JOIN (SELECT account_id, {of_all_time} FROM bank_balance GROUP BY 1) AS years
            ON years.account_id = account.id
        LEFT JOIN (SELECT account_id, {of_all_time} FROM remains GROUP BY 1) AS more ON more.account_id = account.id
        LEFT JOIN promised ON promised.account_id = account.id
        WHERE {unequal} OR account.held <> coalesce(promised.amount, 0)
        UNION ALL
        SELECT more.account_id, more.year, {kept}, 0, {rows}, 0
        FROM remains AS more
        LEFT JOIN bank_balance kept ON kept.account_id = more.account_id AND kept.year = more.year
        ORDER BY 1, 2"""  # noqa: S608  our own columns


def rewrite(alliance_id: int | None = None) -> list[str]:
    """Statements that write the totals anew where they are not as the rows say. The accounts must be locked."""
    own = f"WHERE alliance_id = {int(alliance_id)}" if alliance_id else ""
    accounts = f"(SELECT id FROM bank_account {own})"  # noqa: S608  an int
    total = ", ".join(f"coalesce(sum(found.{name}), 0) AS {name}" for name in NAMES)
    return [
        "DROP TABLE IF EXISTS found",
        f"CREATE TEMPORARY TABLE found AS {sums(alliance_id)}",
        f"""DELETE FROM bank_balance WHERE account_id IN {accounts} AND NOT EXISTS (
                SELECT 1 FROM found WHERE found.account_id = bank_balance.account_id
                AND found.year = bank_balance.year)""",  # noqa: S608  an int
        f"""INSERT INTO bank_balance (account_id, year, {COLUMNS})
            SELECT found.account_id, found.year, {", ".join(f"found.{name}" for name in NAMES)}
            FROM found LEFT JOIN bank_balance kept
                ON kept.account_id = found.account_id AND kept.year = found.year
            WHERE kept.id IS NULL OR {_unlike("kept", "found")}
            ON CONFLICT (account_id, year) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in NAMES)}""",  # noqa: S608  our own columns
        f"""UPDATE bank_account SET {", ".join(f"{name} = total.{name}" for name in NAMES)},
                posted = total.given - total.received - total.levy + total.other
            FROM (SELECT account.id, {total} FROM bank_account account LEFT JOIN found ON account_id = account.id
                  GROUP BY account.id) AS total
            WHERE bank_account.id = total.id AND bank_account.id IN {accounts}
                AND ({_unlike("bank_account", "total")}
                     OR posted <> total.given - total.received - total.levy + total.other)""",  # noqa: S608  our own columns, an int
        "DROP TABLE found",
    ]


def _unlike(one: str, other: str) -> str:
    return " OR ".join(f"{one}.{name} <> {other}.{name}" for name in NAMES)
