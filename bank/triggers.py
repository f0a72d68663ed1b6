"""What the database itself keeps: transfers move the totals of their accounts, and are never changed.

Installed after every migrate: a flush and, on SQLite, a rebuilt table take triggers away.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import connections

TRANSFER = "bank_transfer"
NAMES = ("transfer_moves_totals", "transfer_is_never_updated", "transfer_is_never_deleted")
CLOSED = "no transfer is dated in a closed year"

# What a leg, one side of a transfer, adds to its account's figures. A reversal (`undone`) takes away
# from the figure of the kind that it reverses.
FIGURES = """
    sum(CASE WHEN kind = 'visit' AND (amount > 0) <> undone THEN amount ELSE 0 END) AS given,
    sum(CASE WHEN kind = 'visit' AND (amount > 0) = undone THEN -amount ELSE 0 END) AS received,
    sum(CASE WHEN kind = 'levy' THEN -amount ELSE 0 END) AS levy,
    sum(CASE WHEN kind NOT IN ('visit', 'levy') THEN amount ELSE 0 END) AS other
"""
YEAR = {
    "postgresql": "(EXTRACT(YEAR FROM {0}) - (EXTRACT(MONTH FROM {0}) < 9)::int)::int",
    "sqlite": "strftime('%Y', {0}) - (strftime('%m', {0}) < '09')",
}
ADD_TO_YEAR = """
    ON CONFLICT (account_id, year) DO UPDATE SET
        given = bank_balance.given + EXCLUDED.given, received = bank_balance.received + EXCLUDED.received,
        levy = bank_balance.levy + EXCLUDED.levy, other = bank_balance.other + EXCLUDED.other
"""
ADD_TO_ACCOUNT = """
    UPDATE bank_account SET
        posted = posted + total.moved, held = held - total.used,
        given = bank_account.given + total.given, received = bank_account.received + total.received,
        levy = bank_account.levy + total.levy, other = bank_account.other + total.other
"""

# A posting of several rows locks its accounts in one order first, or postings deadlock. = ANY(array)
# and not IN (SELECT ...), which the planner answers with a scan; for the same reason what a reversal
# reverses is looked up row by row, and not joined.
POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION transfer_moves_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    SELECT array_agg(DISTINCT id) INTO ids FROM (
        SELECT debit_id AS id FROM arrived UNION ALL SELECT credit_id FROM arrived) AS touched;
    PERFORM 1 FROM bank_account WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM arrived JOIN bank_account account ON account.id = ANY(ARRAY[debit_id, credit_id])
               WHERE occurred_on < account.open_from) THEN
        RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'check_violation';
    END IF;
    WITH rows AS (
        SELECT debit_id, credit_id, amount, released, reverses_id IS NOT NULL AS undone,
            CASE WHEN reverses_id IS NULL THEN kind
                 ELSE (SELECT undo.kind FROM bank_transfer undo WHERE undo.id = arrived.reverses_id) END AS kind,
            {YEAR["postgresql"].format("occurred_on")} AS year
        FROM arrived
    ), legs AS (
        SELECT debit_id AS account_id, year, -amount AS amount, released, undone, kind FROM rows
        UNION ALL SELECT credit_id, year, amount, 0, undone, kind FROM rows
    ), years AS (
        SELECT account_id, year, sum(amount) AS moved, sum(released) AS used, {FIGURES} FROM legs GROUP BY 1, 2
    ), kept AS (
        INSERT INTO bank_balance (account_id, year, given, received, levy, other)
        SELECT account_id, year, given, received, levy, other FROM years {ADD_TO_YEAR}
    )
    {ADD_TO_ACCOUNT}
    FROM (SELECT account_id, sum(moved) AS moved, sum(used) AS used, sum(given) AS given, sum(received) AS received,
            sum(levy) AS levy, sum(other) AS other FROM years GROUP BY 1) AS total
    WHERE bank_account.id = ANY(ids) AND bank_account.id = total.account_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION transfer_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'transfers are never changed or deleted'; END $$;

DROP TRIGGER IF EXISTS transfer_moves_totals ON bank_transfer;
CREATE TRIGGER transfer_moves_totals AFTER INSERT ON bank_transfer
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION transfer_moves_totals();
DROP TRIGGER IF EXISTS transfer_is_never_updated ON bank_transfer;
CREATE TRIGGER transfer_is_never_updated BEFORE UPDATE ON bank_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_is_never_changed();
DROP TRIGGER IF EXISTS transfer_is_never_deleted ON bank_transfer;
CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE OR TRUNCATE ON bank_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_is_never_changed();
"""  # noqa: S608  of the texts above

BODIES = dict(
    re.findall(r"FUNCTION (\w+)\(\) RETURNS trigger LANGUAGE plpgsql AS \$\$(.*?)\$\$;", POSTGRESQL, re.DOTALL)
)
#: (Its definition, as PostgreSQL prints it, and the text of its function) of each trigger, by its name.
DEFINITIONS = {
    name: (" ".join(definition.split()), BODIES[function])
    for definition, name, function in re.findall(
        r"(CREATE TRIGGER (\w+).*?EXECUTE FUNCTION (\w+)\(\));", POSTGRESQL, re.DOTALL
    )
}
# Of the function that the trigger calls, wherever it is, with the settings that somebody may have put on it.
AT_WORK = """
    SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true), concat(prosrc, proconfig)
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = 'bank_transfer'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')"""

SQLITE_LEGS = f"""(
    SELECT account_id, amount, released, NEW.reverses_id IS NOT NULL AS undone,
        coalesce((SELECT kind FROM bank_transfer WHERE id = NEW.reverses_id), NEW.kind) AS kind,
        {YEAR["sqlite"].format("NEW.occurred_on")} AS year
    FROM (SELECT NEW.debit_id AS account_id, -NEW.amount AS amount, NEW.released AS released
          UNION ALL SELECT NEW.credit_id, NEW.amount, 0))"""  # noqa: S608  of the texts above

SQLITE = [
    f"""CREATE TRIGGER transfer_moves_totals AFTER INSERT ON bank_transfer BEGIN
        SELECT RAISE(ABORT, '{CLOSED}') WHERE EXISTS (
            SELECT 1 FROM bank_account
            WHERE id IN (NEW.debit_id, NEW.credit_id) AND NEW.occurred_on < open_from);
        INSERT INTO bank_balance (account_id, year, given, received, levy, other)
        SELECT account_id, year, {FIGURES} FROM {SQLITE_LEGS} WHERE true GROUP BY 1, 2 {ADD_TO_YEAR};
        {ADD_TO_ACCOUNT}
        FROM (SELECT account_id, sum(amount) AS moved, sum(released) AS used, {FIGURES}
              FROM {SQLITE_LEGS} GROUP BY 1) AS total
        WHERE bank_account.id = total.account_id;
    END""",  # noqa: S608  of the texts above
    """CREATE TRIGGER transfer_is_never_updated BEFORE UPDATE ON bank_transfer BEGIN
        SELECT RAISE(ABORT, 'transfers are never changed or deleted');
    END""",
    """CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON bank_transfer BEGIN
        SELECT RAISE(ABORT, 'transfers are never changed or deleted');
    END""",
]


def make_way(using: str = "default", plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Before a migrate: SQLite cannot rebuild a table that another one's trigger names. `install` puts them back.

    Where the migrate fails they are missing: the system check says so, and the portal must not be started.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with connection.cursor() as cursor:
            for name in NAMES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def install(using: str = "default", **kwargs: Any) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        else:
            for name, statement in zip(NAMES, SQLITE, strict=True):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statement)


def changed(using: str = "default") -> list[str]:
    """Names of the triggers that do something else than they were installed to do."""
    there = _there(using)
    wanted = DEFINITIONS if connections[using].vendor == "postgresql" else dict(zip(NAMES, SQLITE, strict=True))
    return [name for name in NAMES if name in there and there[name] != wanted[name]]


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that are not there, or are switched off."""
    there = _there(using)
    return [name for name in NAMES if name not in there]


def _there(using: str) -> dict[str, Any]:
    """What the triggers of the transfers that are at work do, by their names."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(AT_WORK)
            return {name: (definition, body) for name, definition, body in cursor.fetchall()}
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
