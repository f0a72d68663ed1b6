from celery import shared_task
from django.utils import timezone

from portal import clock
from portal.models import Tick
from schools.day import Day

from . import outbox


@shared_task
def relay():
    outbox.relay()


@shared_task
def tick():
    clock.run(Day(timezone.now()))
    Tick.now("clock")
