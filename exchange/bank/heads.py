"""The chain's head, written outside the database: what shows that sealed blocks were cut off or replaced.

One file a ledger, by its own name, one line a record: moment, block, last transfer, digest.
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .models import Block, Ledger


def record(once_a_day=False):
    """Append the head as it is now, if there is one. Raises OSError where the folder takes nothing."""
    head, path = Block.objects.defer("marks").last(), _path()
    if head is None or (once_a_day and _written_on(path) == timezone.localdate()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    at = timezone.now().isoformat(timespec="microseconds")
    with path.open("a") as file:
        file.write(f"{at} {head.number} {head.last_id} {head.digest}\n")
        file.flush()
        os.fsync(file.fileno())


def _path():
    return Path(settings.LEDGER_HEADS) / str(Ledger.current().uuid)


def _written_on(path):
    """The day of the last line, not of the file: copied back from elsewhere, it would count as written today."""
    lines = path.read_text().splitlines() if path.exists() else []
    try:
        return timezone.localdate(_read(lines[-1])[0]) if lines else None
    except ValueError:
        return None


def lost():
    """Sentences: recorded heads that the chain no longer leads to, and no declared restore explains.

    A restore to block 5 is declared by block 6. It explains heads of block 6 and later that were recorded
    before it; those up to block 5 must still be there.
    """
    try:
        recorded = [_read(line) for line in _path().read_text().splitlines()] if _path().exists() else []
    except ValueError:
        yield f"The recorded heads cannot be read: {_path()}"
        return
    rows = Block.objects.filter(number__in={number for _, number, *_ in recorded})
    there = {number: head for number, *head in rows.values_list("number", "last_id", "digest")}
    declared = list(Block.objects.exclude(declared="").values_list("number", "sealed_at"))
    for at, number, *head in recorded:
        explained = any(first <= number and at < declared_at for first, declared_at in declared)
        if there.get(number) != head and not explained:
            what = "is another one" if number in there else "is missing"
            yield f"Block {number}, the head recorded on {timezone.localtime(at):%-d %B %Y}, {what}"


def _read(line):
    """Raises ValueError for a line that nobody here wrote."""
    at, number, last_id, digest = line.split()
    return datetime.fromisoformat(at), int(number), int(last_id), digest
