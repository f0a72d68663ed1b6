from django import forms
from django.utils import timezone

from portal.fields import DayMonthYearField, DaysField
from portal.forms import AskAgainForm, KeyedForm, ReasonForm
from portal.words import days_long
from schools import calendar

from ..models import Visit
from ..models.visits import LONGEST
from .fields import ClockField


class _DayOfWork(AskAgainForm):
    """A day within the commission's dates. It may have passed: a leader may enter a visit afterwards.

    A day that is no day of school is asked for once more.
    """

    on = DayMonthYearField(label="Date")

    def __init__(self, *args, commission, **kwargs):
        super().__init__(*args, **kwargs)
        self.first, self.last = commission.starts_on, commission.ends_on
        self.alliance = commission.support_request.alliance
        self.fields["on"].help_text = f"From {self.first:%-d %B %Y} to {self.last:%-d %B %Y}"

    def clean_on(self):
        on = self.cleaned_data["on"]
        if not self.first <= on <= self.last:
            raise forms.ValidationError(
                f"Enter a date from {self.first:%-d %B %Y} to {self.last:%-d %B %Y}. "
                "Other dates need a variation, which both heads agree to"
            )
        return on

    def clean(self):
        cleaned = super().clean()
        on = cleaned.get("on")
        words = on and calendar.no_school_on(on, self.alliance.closed_days())
        self.ask_again(words and f"{on:%-d %B %Y} is {words}")
        return cleaned


def _days_within(field, left):
    """Let a field of days take no more than what is left of the agreed days (hundredths of a day)."""
    field.max_value = max(min(LONGEST, left), 0)
    if left < LONGEST:
        field.error_messages["max_value"] = (
            f"Left of the agreed days: {days_long(max(left, 0))}. More days need a variation, which both heads agree to"
        )


class PlanVisitForm(_DayOfWork):
    all_the_same = "Plan it all the same"

    days = DaysField(label="How many days?", help_text="In quarters: 0.25, 0.5, 1 and so on. A day is five hours.")
    arrival_time = ClockField(label="Arriving at", help_text="For example, 9.30am")
    arrival_contact = forms.CharField(
        label="Ask for",
        help_text="Who meets the visitor, for example the school office",
        max_length=120,
        error_messages={"required": "Enter who to ask for"},
    )
    purpose = forms.CharField(
        label="What is the visit for?", help_text="Leave out names of pupils and staff.", max_length=200, required=False
    )

    def __init__(self, *args, left, **kwargs):
        super().__init__(*args, **kwargs)
        _days_within(self.fields["days"], left)


class MoveVisitForm(_DayOfWork):
    all_the_same = "Move it all the same"

    arrival_time = ClockField(label="Arriving at", help_text="For example, 9.30am")
    reason = forms.CharField(
        label="Why is it moved?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )

    def clean(self):
        cleaned = super().clean()
        if {"on", "arrival_time"} <= cleaned.keys() and not {"on", "arrival_time"} & {*self.changed_data}:
            self.add_error("on", "Enter another date or another time")
        return cleaned


class CancelVisitForm(ReasonForm):
    status = forms.ChoiceField(
        label="What happened?",
        choices=[
            (Visit.Status.LATE_CANCELLED, "The visit is cancelled"),
            (Visit.Status.NO_SHOW, "The visit was due and did not happen"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what happened"},
    )

    field_order = ["status", "reason"]

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, label="Why?", **kwargs)
        if visit.on > timezone.localdate():
            del self.fields["status"]


class LogVisitForm(KeyedForm):
    days = DaysField(label="Days", help_text="In quarters, with the time for preparation. A day is five hours.")
    note = forms.CharField(
        label="What was done", max_length=3000, help_text="Leave out names of pupils and staff.", widget=forms.Textarea
    )
    next_steps = forms.CharField(
        max_length=1000, required=False, label="Next steps", widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, left, **kwargs):
        super().__init__(*args, **kwargs)
        _days_within(self.fields["days"], left)
