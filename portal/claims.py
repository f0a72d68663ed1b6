import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Exists, Model, OuterRef, QuerySet

from .errors import SomebodyFaster
from .models import ClockRecord

logger = logging.getLogger(__name__)
Rows = TypeVar("Rows", bound=QuerySet[Any])


@contextmanager
def guarded(what: object) -> Iterator[None]:
    """One thing that fails stops no other. It is logged by id and place: an exception's words can hold names."""
    try:
        yield
    except SomebodyFaster:
        logger.info("The clock found %s done already", what)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[1:])
        logger.error("The clock failed at %s: %s in %s", what, type(error).__name__, places)


def claim(kind: str, subject: Model | None, on: date) -> bool:
    """True for the first to claim it. Call inside the transaction of what is done.

    Without a subject it is about the whole installation.
    """
    return ClockRecord.objects.get_or_create(kind=kind, subject=subject.pk if subject else 0, on=on)[1]


def unclaimed(rows: Rows, kind: str, **about: str) -> Rows:
    """Rows for which nothing of a kind has been claimed; `about` (on=<field>) narrows it to a day."""
    claims = ClockRecord.objects.filter(kind=kind, subject=OuterRef("pk"))
    return rows.filter(~Exists(claims.filter(**{name: OuterRef(field) for name, field in about.items()})))
