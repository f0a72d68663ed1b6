import logging
import os
from logging.config import dictConfig

import structlog
from celery import Celery, signals
from django.conf import settings

from portal import logs, registry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Beat only ticks: what is due is read from dated rows and claimed there.
app.conf.beat_schedule = {
    "relay": {"task": "staff.tasks.relay", "schedule": 1.0, "options": {"expires": 5}},
    "clock": {"task": "staff.tasks.tick", "schedule": 60.0, "options": {"expires": 60}},
    "seal": {"task": "bank.tasks.seal", "schedule": 300.0, "options": {"expires": 300}},
}

logger = logging.getLogger(__name__)


@signals.setup_logging.connect
def log_like_the_portal(**kwargs):
    """Celery would put its own handlers in, and write the words of exceptions."""
    dictConfig(settings.LOGGING)


@signals.import_modules.connect
def start_whole_or_not_at_all(**kwargs):
    """Worker and beat make no system checks."""
    registry.require_sound()


@signals.task_prerun.connect
def name_the_task(task_id, task, **kwargs):
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, request_id=task_id)


@signals.task_failure.connect
def log_the_failure(exception, **kwargs):
    logger.error("The task failed: %s", logs.described(exception))
