import django_filters
from django import forms

from portal.forms import KeyedForm
from schools.models import School

from ..models import Charge


class ChargeFilter(django_filters.FilterSet):
    """Of one alliance's charges; `school` is the one that pays."""

    status = django_filters.ChoiceFilter(label="Status", choices=Charge.Status, empty_label="All")
    school = django_filters.ModelChoiceFilter(label="School", queryset=School.objects.none(), empty_label="All")

    class Meta:
        model = Charge
        fields: list[str] = []

    def __init__(self, *args, alliance, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["school"].queryset = School.objects.filter(charges__alliance=alliance).distinct()


class PaymentForm(KeyedForm):
    reason = forms.CharField(
        label="How and when was it paid?",
        help_text="For example: by bank transfer on 3 November. It stands on the charge, where the school reads it.",
        max_length=300,
        required=False,
    )
