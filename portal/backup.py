"""A backup is one file: the database as one moment saw it, and a manifest to check it by.

The manifest holds a checksum, the count of each table's rows and the head of the ledger's chain. Who was signed in
and what is cached is left out: a session that has ended must not come back.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from . import schema

LEFT_OUT = ("django_session", "usersessions_usersession", settings.CACHES["default"]["LOCATION"])
FORMAT = 1
MANIFEST, CONTENT = "manifest.json", "database"
NAMED = {"format", "made_at", "vendor", "sha256", "counts", "head", "migrations"}  # in the manifest
PIECE = 1 << 20

Manifest = dict[str, Any]  # as it stands in JSON
Cursor = CursorWrapper | sqlite3.Cursor


class BackupError(Exception):
    """Its words are a sentence for the operator."""


# Making one ------------------------------------------------------------------------------------


def write(target: str | Path) -> tuple[Path, Manifest]:
    """Write a backup into a file, or into a folder under a name of its own; returns its path and manifest."""
    path = _named(Path(target))
    try:
        return path, _write(path)
    except OSError as error:
        raise BackupError(f"The backup cannot be written to {path} ({type(error).__name__}).") from error


def _write(path: Path) -> Manifest:
    # Beside its place, not in /tmp: it holds names of people, and nobody else reads it.
    with TemporaryDirectory(dir=path.parent) as folder:
        content = Path(folder) / CONTENT
        facts = _dump_postgresql(content) if connection.vendor == "postgresql" else _dump_sqlite(content)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "vendor": connection.vendor,
            "sha256": _checksum(content),
            **facts,
        }
        whole = Path(folder) / "whole"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            archive.write(content, CONTENT)
        whole.chmod(0o600)
        _place(whole, path)
    return manifest


def _place(whole: Path, path: Path) -> None:
    """All of it at once where the disk knows hard links, and never over another file."""
    try:
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:  # a share without hard links
        _copy(whole, path)


def _copy(whole: Path, path: Path) -> None:
    place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(place, "wb") as target, whole.open("rb") as source:
            shutil.copyfileobj(source, target, PIECE)
    except OSError:
        path.unlink()  # half of a backup is none
        raise


def _named(target: Path) -> Path:
    if target.is_dir():
        target = target / f"support-exchange-{timezone.localtime():%Y-%m-%d-%H%M%S}.backup"
    if target.exists():
        raise BackupError(f"{target} is there already.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    return target


def _dump_sqlite(content: Path) -> Manifest:
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source:
        source.execute("VACUUM INTO ?", [str(content)])
    with closing(sqlite3.connect(content, isolation_level=None)) as copy:
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in names & set(LEFT_OUT):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  of LEFT_OUT
        copy.execute("VACUUM")
        return _facts(copy.cursor())


def _dump_postgresql(content: Path) -> Manifest:
    """pg_dump and the counts see the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        [(snapshot,)] = cursor.fetchall()
        left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out,
             f"--file={content}")  # fmt: skip
        return _facts(cursor)


def _facts(cursor: Cursor) -> Manifest:
    """What the manifest says of a database: counts, the chain's head, the migrations that made the tables."""
    cursor.execute("SELECT number, digest FROM bank_block ORDER BY number DESC LIMIT 1")
    head = cursor.fetchone()
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    migrations = [".".join(row) for row in cursor.fetchall()]
    return {"counts": _counts(cursor), "head": list(head) if head else None, "migrations": migrations}


def _counts(cursor: Cursor) -> dict[str, int]:
    """Rows by table."""
    names = (
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    )
    cursor.execute(names)
    counts = {}
    for (table,) in cursor.fetchall():
        if table not in LEFT_OUT:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  the database's own name of it
            counts[table] = cursor.fetchone()[0]
    return counts


# Putting one back ------------------------------------------------------------------------------


def is_empty() -> bool:
    """Whether the database holds nothing that a restore would take away."""
    tables = set(connection.introspection.table_names())
    kept = {"staff_user", "staff_person", "schools_school", "schools_alliance", "bank_transfer"} & tables
    with connection.cursor() as cursor:
        for table in kept:
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608  one of those above
            if cursor.fetchone():
                return False
    return True


def restore(path: str | Path) -> Manifest:
    """Put the database back to a backup, whole or not at all; returns the manifest. Checks it before and after."""
    with TemporaryDirectory() as folder:
        manifest, content = _unpacked(Path(path), Path(folder))
        if manifest["vendor"] != connection.vendor:
            raise BackupError(f"The backup is of {manifest['vendor']}, and the database is {connection.vendor}.")
        put_back = _restore_postgresql if connection.vendor == "postgresql" else _restore_sqlite
        put_back(content)
    with connection.cursor() as cursor:
        found = _facts(cursor)
    for table in LEFT_OUT:
        manifest["counts"].pop(table, None)  # an older backup counted who was signed in
    wrong = [name for name in found if found[name] != manifest[name]]
    if wrong:
        raise BackupError(f"What was restored differs from the backup in: {', '.join(wrong)}.")
    return manifest


def _unpacked(path: Path, folder: Path) -> tuple[Manifest, Path]:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            archive.extract(CONTENT, folder)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path} cannot be read as a backup ({type(error).__name__}).") from error
    if not isinstance(manifest, dict) or NAMED - manifest.keys():
        raise BackupError(f"{path} is no backup: its manifest does not say what it holds.")
    if manifest["format"] != FORMAT:
        raise BackupError(f"The backup has format {manifest['format']}, which this version does not read.")
    if schema.is_too_old(manifest["counts"], {name.split(".")[0] for name in manifest["migrations"]}):
        raise BackupError("The backup was made before 0.1.0, which this version does not read. Nothing was changed.")
    if _checksum(folder / CONTENT) != manifest["sha256"]:
        raise BackupError("The backup is damaged: its checksum is wrong. Nothing was changed.")
    return manifest, folder / CONTENT


def _restore_sqlite(content: Path) -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    with closing(sqlite3.connect(content)) as source, closing(sqlite3.connect(name, timeout=20)) as target:
        source.backup(target)  # in one transaction, past whoever has it open


def _restore_postgresql(content: Path) -> None:
    """The old tables go and the new ones come in one transaction."""
    script = content.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(content), connects=False)
    connection.close()
    _run("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
         "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public", f"--file={script}")  # fmt: skip


def _run(program: str, *arguments: str, connects: bool = True) -> None:
    """One of PostgreSQL's own programs, with the password in its environment and never among its arguments."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is not on the PATH: install PostgreSQL's programs, of the server's version.")
    place = connection.settings_dict
    parts = {"host": place["HOST"], "port": place["PORT"], "username": place["USER"], "dbname": place["NAME"]}
    where = [f"--{name}={value}" for name, value in parts.items() if value] if connects else []
    environment = {**os.environ, "PGPASSWORD": place["PASSWORD"] or os.environ.get("PGPASSWORD", "")}
    done = subprocess.run(  # noqa: S603  a list, and no shell: nothing in it is read as a command  # nosec B603
        [program, *where, *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[:500]}")


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
