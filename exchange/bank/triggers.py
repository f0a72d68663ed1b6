"""What the database itself keeps: transfers move the running totals, and are never changed.

Installed after every migrate: a flush and, on SQLite, a rebuilt table take triggers away.
"""

from django.db import connections

TRANSFER = "exchange_transfer"
NAMES = ("transfer_moves_totals", "transfer_is_never_updated", "transfer_is_never_deleted")

# A posting of several rows locks its accounts in one order first, or postings deadlock. = ANY(array)
# and not IN (SELECT ...), which the planner answers with a scan.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION transfer_moves_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    SELECT array_agg(DISTINCT id) INTO ids FROM (
        SELECT debit_id AS id FROM arrived UNION ALL SELECT credit_id FROM arrived) AS touched;
    PERFORM 1 FROM exchange_account WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    UPDATE exchange_account AS account SET posted = account.posted + moved.posted, held = account.held - moved.released
    FROM (SELECT id, sum(posted) AS posted, sum(released) AS released FROM (
            SELECT debit_id AS id, -amount AS posted, released FROM arrived
            UNION ALL SELECT credit_id, amount, 0 FROM arrived) AS legs GROUP BY id) AS moved
    WHERE account.id = ANY(ids) AND account.id = moved.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION transfer_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'transfers are never changed or deleted'; END $$;

DROP TRIGGER IF EXISTS transfer_moves_totals ON exchange_transfer;
CREATE TRIGGER transfer_moves_totals AFTER INSERT ON exchange_transfer
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION transfer_moves_totals();
DROP TRIGGER IF EXISTS transfer_is_never_updated ON exchange_transfer;
CREATE TRIGGER transfer_is_never_updated BEFORE UPDATE ON exchange_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_is_never_changed();
DROP TRIGGER IF EXISTS transfer_is_never_deleted ON exchange_transfer;
CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE OR TRUNCATE ON exchange_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_is_never_changed();
"""

SQLITE = [
    """CREATE TRIGGER IF NOT EXISTS transfer_moves_totals AFTER INSERT ON exchange_transfer BEGIN
        UPDATE exchange_account SET posted = posted - NEW.amount, held = held - NEW.released WHERE id = NEW.debit_id;
        UPDATE exchange_account SET posted = posted + NEW.amount WHERE id = NEW.credit_id;
    END""",
    """CREATE TRIGGER IF NOT EXISTS transfer_is_never_updated BEFORE UPDATE ON exchange_transfer BEGIN
        SELECT RAISE(ABORT, 'transfers are never changed or deleted');
    END""",
    """CREATE TRIGGER IF NOT EXISTS transfer_is_never_deleted BEFORE DELETE ON exchange_transfer BEGIN
        SELECT RAISE(ABORT, 'transfers are never changed or deleted');
    END""",
]


def install(using="default", **kwargs):
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        else:
            for statement in SQLITE:
                cursor.execute(statement)


def missing(using="default"):
    """Names of the triggers that are not there."""
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES if name not in there]
