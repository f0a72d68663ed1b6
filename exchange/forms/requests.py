"""What a school does with a request it has sent, and the filters of its list."""

import django_filters
from django import forms
from django.db.models import Q

from portal.fields import DaysField
from portal.forms import KeyedForm
from staff.models import Specialism, User

from ..models import SupportRequest
from .drafts import NO_NAMES
from .terms import MOST_DAYS


class AnswerForm(KeyedForm):
    answer = forms.CharField(
        label="Your answer", help_text=NO_NAMES, max_length=3000, widget=forms.Textarea(attrs={"rows": 6})
    )


class PackageForm(KeyedForm):
    days = DaysField(
        label="How many more days do you need?",
        help_text="In quarter-days, for example 0.5 or 1.75. The findings recommend what to do with them.",
        max_value=MOST_DAYS,
    )


class RequestFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="search", label="Reference or words")
    status = django_filters.ChoiceFilter(choices=SupportRequest.Status, empty_label="All", label="Status")
    specialism = django_filters.ModelChoiceFilter(
        queryset=Specialism.objects.order_by("name"), empty_label="All", label="Area"
    )

    class Meta:
        model = SupportRequest
        fields = ["text", "status", "specialism"]

    def search(self, requests, name, text):
        """By reference, or words of what was asked. Never by the name of a supported person."""
        number = text.upper().removeprefix("SR-").lstrip("0")
        if number.isdigit() and len(number) < 10:
            return requests.filter(pk=number)
        return requests.filter(Q(need__icontains=text) | Q(specialism__name__icontains=text) | Q(goal__icontains=text))


class AssignForm(KeyedForm):
    """To whom a request is assigned: one of the alliance's coordinators."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who looks after this request?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select who looks after this request",
            "invalid_choice": "Select a coordinator of this alliance",
        },
    )

    def __init__(self, *args, coordinators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = coordinators.select_related("person")


class QuestionForm(KeyedForm):
    question = forms.CharField(
        label="Your question",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter your question"},
    )
