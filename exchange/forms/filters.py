"""The filters beside a coordinator's lists. What is typed is looked for in what may be listed: never in
the name of a supported person."""

import re

import django_filters
from django import forms
from django.db.models import Q

from schools.models import School
from staff.models import Specialism

from ..models import Commission, SupportRequest


class CheckboxFilter(django_filters.Filter):
    """A box that filters when ticked, and counts as unused when not."""

    field_class = forms.BooleanField


class _AllianceFilter(django_filters.FilterSet):
    """Filters of one alliance's list. `at` leads from the listed rows to the request."""

    at = ""

    text = django_filters.CharFilter(label="Search", method="search")
    status = django_filters.ChoiceFilter(label="Status", empty_label="All")
    specialism = django_filters.ModelChoiceFilter(
        label="Specialism", queryset=Specialism.objects.none(), method="by_specialism", empty_label="All"
    )
    school = django_filters.ModelChoiceFilter(
        label="School", queryset=School.objects.none(), method="by_school", empty_label="All"
    )
    urgency = django_filters.ChoiceFilter(
        label="Urgency", choices=SupportRequest.Urgency, method="by_urgency", empty_label="All"
    )
    mine = CheckboxFilter(label="Assigned to me", method="by_assignment")

    def __init__(self, *args, alliance, **kwargs):
        super().__init__(*args, **kwargs)
        requests = alliance.requests.exclude(submitted_at=None)
        self.filters["specialism"].queryset = (
            Specialism.objects.filter(requests__in=requests).order_by("name").distinct()
        )
        self.filters["school"].queryset = School.objects.filter(
            Q(requests__in=requests) | Q(pk__in=alliance.members().values("pk"))
        ).distinct()

    def search(self, rows, name, value):
        number = re.fullmatch(rf"{self.prefix_of_reference}-?0*([0-9]{{1,9}})", value.strip(), re.IGNORECASE)
        if number:
            return rows.filter(pk=number[1])
        words = Q()
        for field in self.searched:
            words |= Q(**{f"{field}__icontains": value})
        return rows.filter(words)

    def by_specialism(self, rows, name, value):
        return rows.filter(**{f"{self.at}specialism": value})

    def by_school(self, rows, name, value):
        return rows.filter(**{f"{self.at}school": value})

    def by_urgency(self, rows, name, value):
        return rows.filter(**{f"{self.at}urgency": value})

    def by_assignment(self, rows, name, value):
        return rows.filter(**{f"{self.at}assigned_to": self.request.user}) if value else rows


class RequestFilter(_AllianceFilter):
    prefix_of_reference = "SR"
    searched = ("school__name", "specialism__name", "need")

    status = django_filters.ChoiceFilter(
        label="Status",
        empty_label="All",
        choices=[choice for choice in SupportRequest.Status.choices if choice[0] != SupportRequest.Status.DRAFT],
    )

    class Meta:
        model = SupportRequest
        fields: list[str] = []


class CommissionFilter(_AllianceFilter):
    prefix_of_reference = "C"
    at = "support_request__"
    searched = (
        "support_request__school__name",
        "support_request__specialism__name",
        "home_school__name",
        "leader__person__name",
    )

    status = django_filters.ChoiceFilter(label="Status", empty_label="All", choices=Commission.Status)

    class Meta:
        model = Commission
        fields: list[str] = []

    def by_school(self, rows, name, value):
        return rows.filter(Q(support_request__school=value) | Q(home_school=value))
