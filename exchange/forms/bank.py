from django import forms

from bank import balances, dates
from bank.models import EARLIEST, Account
from portal.fields import DaysField
from portal.forms import KeyedForm
from schools import calendar
from schools.models import Phase

ALL_TIME, TWELVE_MONTHS = "", "12"


class BalancesForm(forms.Form):
    """Which balances to show. Everything may be left out."""

    OWES, OWED, OUT_OF_BAND = "owes", "owed", "out"
    SORTS = ("school", *balances.FIGURES, "net", "held", "available")

    alliance = forms.SlugField(required=False, widget=forms.Select)
    q = forms.CharField(label="School or URN", required=False, max_length=100)
    year = forms.ChoiceField(label="Period", required=False)
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "All schools"),
            (OWES, "Those that owe days now"),
            (OWED, "Those that are owed days now"),
            (OUT_OF_BAND, "Those out of band now"),
        ],
    )
    phase = forms.ChoiceField(required=False, choices=[("", "All phases"), *Phase.choices])
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, alliances, alliance, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].widget.choices = [(row.slug, row.name) for row in alliances]
        if len(alliances) == 1:
            self.fields["alliance"].widget = forms.HiddenInput()
        self.fields["year"].choices = [(ALL_TIME, "All time"), *period_choices(account__alliance=alliance)]
        self.fields["sort"].choices = [(sign + name, name) for name in self.SORTS for sign in ("", "-")]

    def chosen(self):
        """The choices that can be used; what is not understood counts as left out."""
        self.is_valid()
        return {"q": "", "year": ALL_TIME, "show": "", "phase": "", **self.cleaned_data}


def period_choices(**whose):
    """The last twelve months and the academic years of some balances, see `balances.years`."""
    years = [(str(year), calendar.label(year)) for year in balances.years(**whose)]
    return [(TWELVE_MONTHS, "The last twelve months"), *years]


def period(text):
    """(first day, last day) of a period's choice; (None, None) of all time."""
    if text == TWELVE_MONTHS:
        return balances.last_twelve_months(calendar.today())
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    if EARLIEST.year - 1 <= year <= calendar.today().year:
        return calendar.first_day(year), calendar.last_day(year)
    return None, None


class DatedMovement:
    """The day of a movement in the bank of `self.alliance`, and whether its schools were members on it."""

    def clean_occurred_on(self):
        on = self.cleaned_data["occurred_on"]
        sentence = dates.refusal(self.alliance, on)
        if sentence:
            raise forms.ValidationError(sentence)
        return on

    def check_members(self, *accounts):
        on = self.cleaned_data.get("occurred_on")
        for account in accounts:
            if on and account and account.school_id and not self.alliance.has_member(account.school, on):
                self.add_error("occurred_on", f"{account} was not a member on that day")


class AdjustForm(DatedMovement, KeyedForm):
    GIVE, TAKE = "give", "take"

    other = forms.ModelChoiceField(Account.objects.none(), label="Other account", empty_label=None)
    direction = forms.ChoiceField(label="What happens", widget=forms.RadioSelect)
    days = DaysField(
        min_value=1,
        max_value=99999,
        step=1,
        error_messages={"step": "Enter the days with at most two places, for example 0.5 or 1.75"},
    )
    occurred_on = forms.DateField(
        label="Counts from", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=calendar.today
    )
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name no person: this can never be changed.",
    )

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.account, self.alliance = account, account.alliance
        others = Account.objects.filter(alliance=account.alliance).exclude(kind=Account.Kind.CLEARING)
        others = others.exclude(pk=account.pk).select_related("school")
        self.fields["other"].queryset = others
        self.fields["other"].initial = others.filter(kind=Account.Kind.FUND).first()
        self.fields["direction"].choices = [
            (self.GIVE, f"{account} is given days by the other account"),
            (self.TAKE, f"{account} gives days to the other account"),
        ]

    def clean(self):
        cleaned = super().clean()
        self.check_members(self.account, cleaned.get("other"))
        return cleaned
