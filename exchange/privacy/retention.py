"""How long the exchange keeps things: its lines of the table."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.models import ClockRecord, Submission
from staff.privacy.retention import AHEAD, YEAR, keep

from ..models import NameViewing, SupportRequest
from ..status import record

NAME_KEPT = YEAR  # days after the end of the request
TOLD, NOTICE = "forget_person", timedelta(days=29)


def ended_with_a_name(before):
    """Requests that ended before a moment and still hold the supported person's name."""
    return SupportRequest.objects.filter(ended_at__lt=before).exclude(supported_person="")


def forgotten_on(support_request):
    """A year after the end, and not before the head was told for a month."""
    told = ClockRecord.objects.filter(kind=TOLD, subject=support_request.pk).first()
    since = timezone.localdate(told.at) if told else timezone.localdate()
    return max(since + AHEAD, timezone.localdate(support_request.ended_at) + timedelta(days=NAME_KEPT))


def forget_names(requests):
    """Of those whose head was told in time; the others wait for that."""
    told = ClockRecord.objects.filter(kind=TOLD, subject=OuterRef("pk"), at__lt=timezone.now() - NOTICE)
    for support_request in requests.filter(Exists(told)):
        still = SupportRequest.objects.filter(pk=support_request.pk).exclude(supported_person="")
        if still.update(supported_person="", delegates_see_person=False):
            record(support_request, "forget_person", by=None)


def _drafts(before):
    return SupportRequest.objects.filter(status=SupportRequest.Status.DRAFT, created_at__lt=before)


def _thrown_away(before):
    return SupportRequest.objects.filter(status=SupportRequest.Status.WITHDRAWN, submitted_at=None, ended_at__lt=before)


def _of_alliances(requests, user, alliances):
    return requests.filter(alliance__in=alliances).select_related("school", "alliance")


keep("Forms that were sent, so that none acts twice", 30, lambda before: Submission.objects.filter(at__lt=before))
keep("Who was shown the name of a supported person", 6 * YEAR, lambda before: NameViewing.objects.filter(at__lt=before))
keep("Requests that were never sent", YEAR, _drafts)
keep("Drafts that were deleted", 30, _thrown_away)
keep(
    "Names of supported persons, after the end of the request", NAME_KEPT, ended_with_a_name, act="emptied",
    end=forget_names, due=forgotten_on, seen_by=_of_alliances,
)  # fmt: skip
