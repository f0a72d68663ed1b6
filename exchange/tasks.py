from celery import shared_task
from django.utils import timezone

from . import clock


@shared_task
def tick():
    clock.run(timezone.now())
