from django import forms

from portal.fields import DaysField
from portal.forms import KeyedForm
from schools import calendar
from schools.models import Phase
from staff.models import SystemLeader

from ..models import LeaderYear


class LeaderForm(forms.ModelForm):
    allowance = DaysField(
        label="Days a year", help_text="Over all alliances", min_value=0, max_value=20000, initial=1500
    )
    phases = forms.MultipleChoiceField(choices=Phase.to_choose(), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = SystemLeader
        fields = ("person", "type", "nominated_to", "specialisms", "is_available", "availability", "about")
        widgets = {"specialisms": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["phases"] = list(self.instance.phases.values_list("phase", flat=True))

    def clean_allowance(self):
        allowance = self.cleaned_data["allowance"]
        years = LeaderYear.objects.filter(leader=self.instance.pk, year__gte=calendar.year_of(calendar.today()))
        if years.filter(taken__gt=allowance).exists():
            raise forms.ValidationError("More days than that are agreed already in this year or a later one")
        return allowance


class DesignateForm(KeyedForm):
    designated_on = forms.DateField(
        label="Designated on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=calendar.today
    )
    review_on = forms.DateField(label="Review on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    designating_body = forms.CharField(label="Designated by", max_length=120, required=False)
    reason = forms.CharField(label="Remark", max_length=300, required=False)


class RenewForm(KeyedForm):
    review_on = forms.DateField(
        label="Next review on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label="Remark", max_length=300, required=False)
