import logging

from celery import shared_task

from . import chain, checkpoints

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # Celery brings no types
def seal() -> None:
    """Seal what has been posted, and once a day write the chain's head outside the database."""
    chain.seal()
    try:
        checkpoints.record(once_a_day=True)
    except OSError as error:
        logger.error("The ledger's head was not written to LEDGER_HEADS: %s", type(error).__name__)
