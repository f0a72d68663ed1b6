"""The totals of every account worked out from the rows, in SQL that both databases read.

One pass over the ledger; a loop over accounts, or the ORM a year at a time, takes many times as long.
Hundredths of a day. What is put into the text are integers and dates of our own making only.
"""

from contextlib import contextmanager

from django.db import connection, transaction

from .triggers import YEAR

NAMES = ("given", "received", "levy", "other")
COLUMNS = ", ".join(NAMES)


@contextmanager
def whole_ledger():
    """A cursor for statements that read all of it: with room to sort and count, and not compiled first."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SET LOCAL jit = off")
        yield cursor


def sums(alliance_id=None):
    """A query of account_id, year and the four figures, by the rows, of one bank or of all.

    Each side of the transfers is added up on its own. A reversal is in the net at once; the figure that it
    takes back is put right apart, because reversals are few and each costs a look at the row that it reverses.
    """
    return f"""
        WITH undone AS (
            SELECT debit_id, credit_id, occurred_on, amount,
                (SELECT kind FROM exchange_transfer WHERE id = undoing.reverses_id) AS kind
            FROM exchange_transfer undoing WHERE reverses_id IS NOT NULL)
        SELECT account_id, year, sum(given) AS given, sum(received) AS received, sum(levy) AS levy,
            sum(net) - sum(given) + sum(received) + sum(levy) AS other
        FROM (
            SELECT t.debit_id AS account_id, {_year("t.occurred_on")} AS year, 0 AS given,
                {_sum("visit")} AS received, {_sum("levy")} AS levy, -sum({SMALL}) AS net
            FROM exchange_transfer t {_own("debit", alliance_id)} GROUP BY 1, 2
            UNION ALL
            SELECT t.credit_id, {_year("t.occurred_on")}, {_sum("visit")}, 0, -{_sum("levy")}, sum({SMALL})
            FROM exchange_transfer t {_own("credit", alliance_id)} GROUP BY 1, 2
            UNION ALL
            SELECT t.debit_id, {_year("t.occurred_on")}, {_back("visit")}, 0, {_taken("levy")}, 0
            FROM undone t {_own("debit", alliance_id)} WHERE t.kind IN ('visit', 'levy')
            UNION ALL
            SELECT t.credit_id, {_year("t.occurred_on")}, 0, {_back("visit")}, {_back("levy")}, 0
            FROM undone t {_own("credit", alliance_id)} WHERE t.kind IN ('visit', 'levy')
        ) AS parts GROUP BY account_id, year"""  # noqa: S608  names, kinds and numbers of our own


# No amount is above MOST, and sums of the smaller integers take less time.
SMALL = "CAST(t.amount AS integer)"


def _sum(kind):
    return f"coalesce(sum({SMALL}) FILTER (WHERE t.kind = '{kind}'), 0)"


def _taken(kind):
    return f"CASE WHEN t.kind = '{kind}' THEN t.amount ELSE 0 END"


def _back(kind):
    return f"CASE WHEN t.kind = '{kind}' THEN -t.amount ELSE 0 END"


def _own(side, alliance_id):
    if alliance_id is None:
        return ""
    return f"JOIN exchange_account a ON a.id = t.{side}_id AND a.alliance_id = {int(alliance_id)}"


def _year(column):
    """The academic year of a date. Taking dates apart costs more than adding up, so by the length of four years:
    that holds from the first movement there can be until the first year with a leap day less.
    """
    whole = YEAR[connection.vendor].format(column)
    if connection.vendor != "postgresql":
        return whole
    return f"CASE WHEN {column} < '2100-01-01' THEN 4 * ({column} - date '1999-09-01') / 1461 + 1999 ELSE {whole} END"


def differences():
    """A query of account_id, year (null: all time), the figures and holds as kept, and by the rows, of all banks."""
    kept = ", ".join(f"sum(k_{name})" for name in NAMES)
    rows = ", ".join(f"sum(r_{name})" for name in NAMES)
    differ = " OR ".join(f"sum(k_{name}) <> sum(r_{name})" for name in NAMES)
    both = ", ".join(f"{name} AS k_{name}, 0 AS r_{name}" for name in NAMES)
    swapped = ", ".join(f"0, {name}" for name in NAMES)
    account = ", ".join(f"account.{name}" for name in NAMES)
    total = ", ".join(f"coalesce(total.{name}, 0)" for name in NAMES)
    unequal = " OR ".join(f"account.{name} <> coalesce(total.{name}, 0)" for name in NAMES)
    return f"""
        WITH found AS ({sums()}),
        total AS (SELECT account_id, {", ".join(f"sum({name}) AS {name}" for name in NAMES)} FROM found GROUP BY 1),
        promised AS (SELECT account_id, sum(amount) AS amount FROM exchange_hold GROUP BY 1)
        SELECT account.id, NULL, {account}, account.held, {total}, coalesce(promised.amount, 0)
        FROM exchange_account account
        LEFT JOIN total ON total.account_id = account.id
        LEFT JOIN promised ON promised.account_id = account.id
        WHERE {unequal} OR account.held <> coalesce(promised.amount, 0)
        UNION ALL
        SELECT account_id, year, {kept}, 0, {rows}, 0 FROM (
            SELECT account_id, year, {both} FROM exchange_balance
            UNION ALL SELECT account_id, year, {swapped} FROM found
        ) AS years GROUP BY account_id, year HAVING {differ}
        ORDER BY 1, 2"""  # noqa: S608  our own columns


def rewrite(alliance_id=None):
    """Statements that write the totals anew where they are not as the rows say. The accounts must be locked."""
    own = f"WHERE alliance_id = {int(alliance_id)}" if alliance_id else ""
    accounts = f"(SELECT id FROM exchange_account {own})"  # noqa: S608  an int
    total = ", ".join(f"coalesce(sum(found.{name}), 0) AS {name}" for name in NAMES)
    return [
        "DROP TABLE IF EXISTS found",
        f"CREATE TEMPORARY TABLE found AS {sums(alliance_id)}",
        f"""DELETE FROM exchange_balance WHERE account_id IN {accounts} AND NOT EXISTS (
                SELECT 1 FROM found WHERE found.account_id = exchange_balance.account_id
                AND found.year = exchange_balance.year)""",  # noqa: S608  an int
        f"""INSERT INTO exchange_balance (account_id, year, {COLUMNS})
            SELECT found.account_id, found.year, {", ".join(f"found.{name}" for name in NAMES)}
            FROM found LEFT JOIN exchange_balance kept
                ON kept.account_id = found.account_id AND kept.year = found.year
            WHERE kept.id IS NULL OR {_unlike("kept", "found")}
            ON CONFLICT (account_id, year) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in NAMES)}""",  # noqa: S608  our own columns
        f"""UPDATE exchange_account SET {", ".join(f"{name} = total.{name}" for name in NAMES)},
                posted = total.given - total.received - total.levy + total.other
            FROM (SELECT account.id, {total} FROM exchange_account account LEFT JOIN found ON account_id = account.id
                  GROUP BY account.id) AS total
            WHERE exchange_account.id = total.id AND exchange_account.id IN {accounts}
                AND ({_unlike("exchange_account", "total")}
                     OR posted <> total.given - total.received - total.levy + total.other)""",  # noqa: S608  our own columns, an int
        "DROP TABLE found",
    ]


def _unlike(one, other):
    return " OR ".join(f"{one}.{name} <> {other}.{name}" for name in NAMES)
