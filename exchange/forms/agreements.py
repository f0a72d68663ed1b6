from django import forms

from portal.forms import KeyedForm

from ..models import Commission
from .fields import PoundsField


class AcceptForm(KeyedForm):
    """The leader's yes. Where the leader heads the home school, the governors must know."""

    governors_informed = forms.BooleanField(label="I have informed the governors of my school")

    def __init__(self, *args, heads_the_school=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not heads_the_school:
            del self.fields["governors_informed"]


class ReleaseForm(AcceptForm):
    backfill_cost = PoundsField(
        label="What does backfill cost you a day?",
        required=False,
        help_text="In pounds. Your school bears it; leave it empty if there is no cost.",
    )
    travel_payer = forms.ChoiceField(
        label="Who pays the travel?",
        choices=Commission.TravelPayer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who pays the travel"},
    )

    field_order = ["backfill_cost", "travel_payer", "governors_informed"]


class AgreeForm(KeyedForm):
    exit_plan = forms.CharField(
        label="How will your school carry on afterwards?",
        help_text="For example, who keeps the work going when the support ends",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter how your school will carry on afterwards"},
    )
