from django import forms
from django.utils import timezone

from portal.fields import DayMonthYearField, DaysField
from portal.forms import KeyedForm
from portal.words import days_long

from .terms import YEARS_AHEAD


class VariationForm(KeyedForm):
    """Other days or dates for a leg, with the visits that count within both.

    No day is before `earliest`, and in all they are `most` (hundredths of a day).
    """

    days = DaysField(label="Days in all")
    starts_on = DayMonthYearField(label="First day", of="the first day")
    ends_on = DayMonthYearField(label="Last day", of="the last day")
    reason = forms.CharField(
        label="Why?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )

    def __init__(self, *args, taken, visit_dates, earliest, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].max_value = most
        self.taken, self.visit_dates, self.earliest = taken, visit_dates, earliest

    def clean_days(self):
        days = self.cleaned_data["days"]
        if days < self.taken:
            raise forms.ValidationError(f"Visits of {days_long(self.taken)} are planned or done: it cannot be fewer")
        return days

    def clean_starts_on(self):
        return self._possible("starts_on", "The first day")

    def clean_ends_on(self):
        return self._possible("ends_on", "The last day")

    def _possible(self, name, what):
        """A day that a slip of the year would not give; what was agreed before may stay."""
        on = self.cleaned_data[name]
        if name in self.changed_data:
            if on < self.earliest:
                raise forms.ValidationError(
                    f"{what} must be {self.earliest:%-d %B %Y}, when the alliance's rules began, or later"
                )
            if on.year > timezone.localdate().year + YEARS_AHEAD:
                raise forms.ValidationError(f"{what} must be within the next two years")
        return on

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last:
            self._check_dates(first, last)
        if not self.errors and not {"days", "starts_on", "ends_on"} & {*self.changed_data}:
            self.add_error("days", "Change the days or the dates")
        return cleaned

    def _check_dates(self, first, last):
        if last < first:
            self.add_error("ends_on", "The last day must not be before the first day")
            return
        outside = [on for on in self.visit_dates if not first <= on <= last]
        if outside:
            field = "starts_on" if outside[0] < first else "ends_on"
            self.add_error(field, f"The visit on {outside[0]:%-d %B %Y} would lie outside these dates")


class AnswerVariationForm(KeyedForm):
    answer = forms.ChoiceField(
        label="Do you agree to the change?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="If not, why?", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "no" and not cleaned.get("reason"):
            self.add_error("reason", "Say why you do not agree")
        return cleaned
