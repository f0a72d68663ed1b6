from django import forms
from django.utils import timezone

from portal.fields import DayMonthYearField, DaysField
from portal.forms import KeyedForm
from portal.words import days_long
from schools import calendar
from schools.models import School
from staff.models import Person

from ..accounting import capacity
from ..models import Commission
from ..models.requests import QUARTER_DAY


class DeclineOfferForm(KeyedForm):
    reason = forms.ChoiceField(
        label="Why do you decline?",
        choices=Commission.DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why you decline"},
    )
    note = forms.CharField(
        label="Anything the coordinator should know",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == Commission.DeclineReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "Say in a few words why you decline")
        return cleaned


MODES = [
    "one to one",
    "group",
    "coaching",
    "modelling",
    "data analysis",
    "joint planning",
    "facilitation",
    "remote",
]


class _WorkForm(KeyedForm):
    """What is offered: days, dates, objectives and how."""

    days = DaysField(label="Days")
    starts_on = DayMonthYearField(label="From", of="the first day")
    ends_on = DayMonthYearField(label="To", of="the last day")
    objectives = forms.CharField(
        label="Objectives",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What is to be different at the end. Do not name a member of staff or a pupil.",
        error_messages={"required": "Enter the objectives"},
    )
    modes = forms.MultipleChoiceField(
        label="How",
        required=False,
        choices=[(mode, mode.capitalize()) for mode in MODES],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].max_value = subject.days_wanted
        self.fields["days"].help_text = f"In quarter-days. {days_long(subject.days_wanted)} still wanted."
        self.initial = {
            "days": subject.days_wanted,
            "starts_on": subject.starts_on,
            "ends_on": subject.ends_on,
            "objectives": "\n".join(outcome.text for outcome in subject.outcomes.all()),
            **self.initial,
        }

    def clean_modes(self):
        return ", ".join(self.cleaned_data["modes"])

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day must not be before the first")
        elif ends_on and ends_on < timezone.localdate():
            self.add_error("ends_on", "The last day must be today or later")
        return data


class OfferForm(_WorkForm):
    home_school = forms.ModelChoiceField(
        School.objects.none(),
        label="Which school releases the leader?",
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="It releases, and earns, for the whole commission.",
        error_messages={
            "required": "Select the school that releases the leader",
            "invalid_choice": "Select one of the leader's schools",
        },
    )

    field_order = ["key", "home_school", "days", "starts_on", "ends_on", "objectives", "modes"]

    def __init__(self, *args, candidate, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        homes = [home.school for home in candidate.homes]
        self.fields["home_school"].queryset = School.objects.filter(pk__in=[home.pk for home in homes])
        if len(homes) == 1:
            self.initial.setdefault("home_school", homes[0].pk)
        room = candidate.days_left - candidate.days_left % QUARTER_DAY
        self.initial["days"] = min(self.initial["days"], room)

    def clean(self):
        data = super().clean()
        days, starts_on = data.get("days"), data.get("starts_on")
        if days and starts_on:
            leader, year = self.candidate.leader, calendar.year_of(starts_on)
            left = capacity.days_left(leader, year)
            if days > left:
                self.add_error("days", f"{leader.person} has {days_long(left)} left in {calendar.label(year)}")
        return data


class PeerForm(_WorkForm):
    """Two directions: what the partner gives, and what the asking school gives in return."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        empty_label="Select a person",
        error_messages={"required": "Select who gives the support"},
    )
    return_person = forms.ModelChoiceField(
        Person.objects.none(),
        empty_label="Select a person",
        error_messages={"required": "Select who gives the support in return"},
    )
    return_days = DaysField(max_value=20000)

    field_order = [
        "key",
        "person",
        "days",
        "return_person",
        "return_days",
        "starts_on",
        "ends_on",
        "objectives",
        "modes",
    ]

    def __init__(self, *args, subject, partner, partner_people, own_people, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["person"].queryset = partner_people
        self.fields["person"].label = f"Who at {partner}?"
        self.fields["days"].label = f"Days that {partner} gives"
        self.fields["return_person"].queryset = own_people
        self.fields["return_person"].label = f"Who at {subject.school}?"
        self.fields["return_days"].label = f"Days that {subject.school} gives in return"
        self.fields["return_days"].help_text = "Equal days leave both balances as they are."
        self.initial.setdefault("return_days", subject.days_wanted)
