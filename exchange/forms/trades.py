from django import forms

from portal.fields import DaysField
from portal.forms import KeyedForm
from schools.models import Alliance

from ..models import Trade

MOST_DAYS = 100000


class TradeForm(KeyedForm):
    """Two alliances, and how much either may owe the other at most, in hundredths of a day."""

    first = forms.ModelChoiceField(Alliance.objects.all(), label="One alliance")
    second = forms.ModelChoiceField(Alliance.objects.all(), label="The other alliance")
    cap = DaysField(
        label="Cap, in days",
        help_text="Neither may owe the other more than this. 0 ends the trade",
        min_value=0,
        max_value=MOST_DAYS,
    )
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", "Choose another alliance than the first")
        elif data.get("cap") == 0 and not self.trading():
            self.add_error("cap", "These alliances do not trade: enter a cap above 0 to open a trade")
        return data

    def trading(self):
        data = self.cleaned_data
        return Trade.objects.filter(alliance=data.get("first"), partner=data.get("second")).exists()
