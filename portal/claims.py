import logging
import traceback
from contextlib import contextmanager

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Exists, OuterRef

from .errors import SomebodyFaster
from .models import ClockRecord

logger = logging.getLogger(__name__)


@contextmanager
def guarded(what):
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


def claim(kind, subject, on):
    """True for the first to claim it. Call inside the transaction of what is done.

    Without a subject it is about the whole installation.
    """
    return ClockRecord.objects.get_or_create(kind=kind, subject=subject.pk if subject else 0, on=on)[1]


def unclaimed(rows, kind, **about):
    """Rows for which nothing of a kind has been claimed; `about` (on=<field>) narrows it to a day."""
    claims = ClockRecord.objects.filter(kind=kind, subject=OuterRef("pk"))
    return rows.filter(~Exists(claims.filter(**{name: OuterRef(field) for name, field in about.items()})))
