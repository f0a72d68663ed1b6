import django_filters
from django import forms

from portal.forms import KeyedForm
from schools.models import Phase

from ..models import Commission


class ProfileForm(KeyedForm):
    about = forms.CharField(label="What I can help with", required=False, max_length=2000, widget=forms.Textarea)
    availability = forms.CharField(
        label="When I am available", required=False, max_length=200, help_text="For example: not on Mondays"
    )
    phases = forms.MultipleChoiceField(
        label="Phases I work with", required=False, choices=Phase.to_choose(), widget=forms.CheckboxSelectMultiple
    )
    is_available = forms.BooleanField(
        label="I am open to new work", required=False, help_text="Untick it and nobody will offer you anything new."
    )


class LeaderCommissionFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Commission.Status.choices, label="Status", empty_label="Any")
    school = django_filters.CharFilter(
        field_name="support_request__school__name", lookup_expr="icontains", label="School"
    )

    class Meta:
        model = Commission
        fields = ["status", "school"]
