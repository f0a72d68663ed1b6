"""What people send with the forms of asking and offering."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from exchange.models import SupportRequest
from tests.exchange.cases import in_boxes

TODAY = timezone.localdate()


def facts(cast, **changes):
    today = timezone.localdate()
    dates = in_boxes("starts_on", changes.pop("starts_on", today)) | in_boxes("ends_on", changes.pop("ends_on", today))
    return {
        "home_school": cast.giving.pk,
        "days": "5",
        "objectives": "Plan and model lessons",
        "modes": ["coaching", "remote"],
        **dates,
        **changes,
    }


def a_draft(cast, **fields):
    return SupportRequest.objects.create(
        alliance=cast.alliance, school=cast.asking, asked_by=cast.head, phase="Primary", **fields
    )


def page_of(draft, step):
    return reverse("exchange:ask", args=[draft.pk, step])


def dates(first, last):
    return {**in_boxes("starts_on", first), **in_boxes("ends_on", last)}


ANSWERS = {
    "kind": {"kind": "specific"},
    "phase": {"phase": "Secondary"},
    "outcomes": {
        "text_1": "Fractions are taught well",
        "baseline_1": "3",
        "text_2": "Books show it",
        "baseline_2": "0",
    },
    "need": {"need": "Fractions in year 4"},
    "days": {"days": "1.75", "may_split": "on"},
    "window": dates(TODAY + timedelta(days=7), TODAY + timedelta(days=70)),
    "urgency": {"urgency": "whenever"},
    "goal": {"goal": "CPD goal 2", "plan": "Mathematics plan"},
    "person": {"supported_person": "Zebedee Quill", "delegates_see_person": "on"},
}
