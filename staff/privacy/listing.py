"""The list of erasures outside the database: what a restored backup has to be told again. Numbers only, no names."""

import json
import logging

from django.conf import settings
from django.utils import timezone

from ..models import Erasure, Person
from . import erasing

logger = logging.getLogger(__name__)


def write():
    """Append the erasures that the list does not hold yet; the worker does it within a minute."""
    waiting = list(Erasure.objects.filter(listed_at=None).order_by("pk"))
    if not waiting:
        return 0
    settings.ERASURES.parent.mkdir(parents=True, exist_ok=True)
    begun = settings.ERASURES.read_bytes() if settings.ERASURES.exists() else b""
    with settings.ERASURES.open("a", encoding="utf-8") as file:
        if begun and not begun.endswith(b"\n"):  # the disk was full in the middle of a line
            file.write("\n")
        for erasure in waiting:
            line = {"person": erasure.person, "fingerprint": erasure.fingerprint, "at": erasure.at.isoformat()}
            file.write(json.dumps(line) + "\n")
    Erasure.objects.filter(pk__in=[erasure.pk for erasure in waiting]).update(listed_at=timezone.now())
    return len(waiting)


def read():
    """(person, fingerprint) of every erasure, from the list and from the table, each once.

    A line that cannot be read is logged: the erasure that was cut off there is written again, further down.
    """
    found = dict.fromkeys(Erasure.objects.order_by("pk").values_list("person", "fingerprint"))
    if settings.ERASURES.exists():
        for number, line in enumerate(settings.ERASURES.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            try:
                row = json.loads(line)
                found[row["person"], row["fingerprint"]] = None
            except (ValueError, TypeError, KeyError):
                logger.error("Line %s of the list of erasures cannot be read", number)
    return list(found)


def erase_again():
    """After a restore: erase who is back. (erased again, erased still or not there, another person by now)."""
    again, still, other = [], [], []
    for number, fingerprint in read():
        person = Person.objects.filter(pk=number).first()
        if person is None or erasing.is_erased(person):
            still.append(number)
        elif not erasing.has_fingerprint(person, fingerprint):
            other.append(number)
        else:
            Erasure.objects.get_or_create(
                person=number,
                fingerprint=fingerprint,
                defaults={"reason": "Erased again after a restore", "listed_at": timezone.now()},
            )
            erasing.replace(person)
            again.append(number)
    return again, still, other
