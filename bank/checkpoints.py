"""The chain's head, written outside the database: what shows that sealed blocks were cut off or replaced.

One file a ledger, by its own name, one line a record: moment, block, last transfer, digest. An installation has one
ledger: the last line of CURRENT names it, because whoever rewrites the database can give its ledger another name.
"""

import logging
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from .models import Block, Ledger

logger = logging.getLogger(__name__)

CURRENT = "current"  # lines of moment, ledger, why
PATIENCE = timedelta(days=1)  # by then the worker has recorded a head many times over, where it can


def record(once_a_day: bool = False) -> None:
    """Append the head as it is now, if there is one. Raises OSError where the folder takes nothing.

    Nothing is recorded of another ledger than the folder's, and the log says so.
    """
    head, path = Block.objects.defer("marks").last(), _path()
    if head is None or (once_a_day and _written_on(path) == timezone.localdate()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if found := _another():
        logger.error(found)
        return
    if not _current().exists():
        _append(_current(), Ledger.current(), "The first")
    _append(path, head.number, head.last_id, head.digest)


def accept(reason: str) -> None:
    """Let this ledger take the place of the one that the folder knows, and record its head."""
    _current().parent.mkdir(parents=True, exist_ok=True)
    _append(_current(), Ledger.current(), " ".join(reason.split()))
    record()


def _append(path: Path, *parts: object) -> None:
    at = timezone.now().isoformat(timespec="microseconds")
    with path.open("a") as file:
        print(at, *parts, file=file)
        file.flush()
        os.fsync(file.fileno())


def _current() -> Path:
    return Path(settings.LEDGER_HEADS) / CURRENT


def _path() -> Path:
    return Path(settings.LEDGER_HEADS) / str(Ledger.current().uuid)


def _written_on(path: Path) -> date | None:
    """The day of the last line, not of the file: copied back from elsewhere, it would count as written today."""
    lines = path.read_text().splitlines() if path.exists() else []
    try:
        return timezone.localdate(_read(lines[-1])[0]) if lines else None
    except ValueError:
        return None


def _another() -> str:
    """A sentence where the folder is another ledger's, or does not say whose it is."""
    known, own = _known(), Ledger.current().uuid
    if known is None:
        return f"The name of the ledger cannot be read: {_current()}"
    if not known or own in known:
        return ""
    names = " and ".join(sorted(map(str, known)))
    return f"This ledger is {own}, but LEDGER_HEADS knows {names}: the database, or its ledger, is another one"


def _known() -> set[UUID] | None:
    """The ledger that the folder names, as a set, or all those with heads in it where it names none yet.

    None where that cannot be read.
    """
    try:
        if _current().exists():
            return {UUID(_current().read_text().splitlines()[-1].split()[1])}
        return {UUID(path.name) for path in _current().parent.glob("*-*-*-*-*")}
    except (ValueError, IndexError):
        return None


def lost() -> Iterator[str]:
    """Sentences: recorded heads that the chain no longer leads to, and no declared restore explains.

    A restore to block 5 is declared by block 6. It explains heads of block 6 and later that were recorded
    before it; those up to block 5 must still be there.
    """
    if found := _another():
        yield found
        return
    try:
        recorded = [_read(line) for line in _path().read_text().splitlines()] if _path().exists() else []
    except ValueError:
        yield f"The recorded heads cannot be read: {_path()}"
        return
    if not recorded:
        yield from _never_recorded()
    rows = Block.objects.filter(number__in={number for _, number, *_ in recorded})
    there = {number: head for number, *head in rows.values_list("number", "last_id", "digest")}
    declared = list(Block.objects.exclude(declared="").values_list("number", "sealed_at"))
    for at, number, *head in recorded:
        explained = any(first <= number and at < declared_at for first, declared_at in declared)
        if there.get(number) != head and not explained:
            what = "is another one" if number in there else "is missing"
            yield f"Block {number}, the head recorded on {timezone.localtime(at):%-d %B %Y}, {what}"


def _never_recorded() -> Iterator[str]:
    """A sentence where blocks are there long enough that a head should have been written."""
    first = Block.objects.filter(sealed_at__lt=timezone.now() - PATIENCE).aggregate(first=Min("sealed_at"))["first"]
    if first:
        day = f"{timezone.localtime(first):%-d %B %Y}"
        yield f"No head is recorded in LEDGER_HEADS, though blocks were sealed from {day} on"


def _read(line: str) -> tuple[datetime, int, int, str]:
    """Raises ValueError for a line that nobody here wrote."""
    at, number, last_id, digest = line.split()
    return datetime.fromisoformat(at), int(number), int(last_id), digest
