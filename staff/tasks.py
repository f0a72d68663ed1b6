from celery import shared_task

from . import outbox


@shared_task
def relay():
    outbox.relay()
