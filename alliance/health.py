"""/healthz: the process is alive. /readyz: everything that it needs is there.

Two pages for machines, above the check of the Host, which would answer them with 400. To strangers each part is
ok or not, and no more.
"""

from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from portal import schema
from portal.models import Tick
from staff.models import Mail

OVERDUE = timedelta(minutes=5)  # mail that no relay takes
UNDELIVERED = timedelta(hours=1)  # mail that the mail server does not take
ONE_LETTER = 10  # tries, over nine hours: then something is wrong with the letter, not with the outbox
TICK = timedelta(minutes=5)
FILES = "django.core.mail.backends.filebased.EmailBackend"


class HealthMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return HttpResponse("alive\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            found = state()
            status = 200 if all(found.values()) else 503
            words = {name: "ok" if is_ok else "not ok" for name, is_ok in found.items()}
            return JsonResponse(words, status=status, headers={"Cache-Control": "no-store"})
        return self.get_response(request)


def state():
    """Name of each part: whether it is as it should be."""
    return {part.__name__: _holds(part) for part in (database, migrations, outbox, beat, ledger_key, mail_address)}


def _holds(part):
    try:
        return part()
    except Error:
        return False


def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations():
    return schema.is_migrated()


def outbox():
    """No mail waits that a relay should have taken long ago, or that the mail server has put off for an hour.

    What it refuses for good waits no more.
    """
    now = timezone.now()
    late = Q(due_at__lt=now - OVERDUE) | Q(created_at__lt=now - UNDELIVERED, tries__gt=0, tries__lt=ONE_LETTER)
    return not Mail.objects.filter(late, sent_at=None, failed_at=None).exists()


def beat():
    """Beat's last tick came to a worker."""
    return Tick.objects.filter(name="clock", at__gt=timezone.now() - TICK).exists()


def ledger_key():
    return bool(settings.LEDGER_KEYS)


def mail_address():
    return settings.DEBUG or settings.RELAY_BACKEND != FILES
