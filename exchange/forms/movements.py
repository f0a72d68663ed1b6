"""What a person decides about the bank. Days come back as hundredths of a day, schools as their accounts."""

from functools import partial

from django import forms
from django.db.models import Q

from bank.models import MOST, Account
from portal.fields import DayMonthYearField, DaysField
from portal.forms import AskAgainForm, KeyedForm
from portal.words import days_long
from schools import calendar

from .. import rules
from .bank import DatedMovement

NO_NAMES = "Name no person: this can never be changed."
TOO_FINE = "Enter the days with at most two places, for example 0.5 or 1.75"


def any_days(label="Days", **kwargs):
    return DaysField(label=label, min_value=1, max_value=MOST - 1, step=1, error_messages={"step": TOO_FINE}, **kwargs)


def reason_field(label="Why?"):
    return forms.CharField(
        label=label,
        help_text=NO_NAMES,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )


def name_field(label, hint, missing):
    return forms.CharField(label=label, help_text=hint, max_length=100, error_messages={"required": missing})


class AccountField(forms.ModelChoiceField):
    """A school's account among an alliance's members of today, or an account that belongs to no school."""

    def __init__(self, **kwargs):
        messages = {"required": "Choose a school", "invalid_choice": "Choose a member of the alliance"}
        super().__init__(Account.objects.none(), empty_label="Choose", error_messages=messages, **kwargs)

    def of_members(self, alliance, *kinds):
        members = Q(school__in=alliance.members()) | Q(kind__in=kinds)
        return (
            Account.objects.filter(members, alliance=alliance).select_related("school").order_by("kind", "school__name")
        )


class MovementForm(DatedMovement, KeyedForm):
    """A coordinator moves days to a school: which, how many, when and why."""

    account = AccountField(label="School")
    days = any_days()
    occurred_on = DayMonthYearField(label="Counts from", initial=calendar.today)
    reason = reason_field()

    def __init__(self, *args, alliance, user, kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.alliance, self.user = alliance, user
        field = self.fields["account"]
        field.queryset = field.of_members(alliance, *kinds)

    def clean_account(self):
        account = self.cleaned_data["account"]
        if not rules.can_adjust(self.user, account):
            raise forms.ValidationError(f"You work at {account}: another coordinator has to do this")
        return account

    def clean(self):
        cleaned = super().clean()
        self.check_members(cleaned.get("account"))
        return cleaned


class OpeningForm(MovementForm):
    field_order = ["account", "days", "occurred_on", "reason"]


class ServiceForm(MovementForm):
    reason = name_field(
        "What is the service?",
        "Every school of the alliance reads this name on its statement",
        "Enter the name of the service",
    )

    field_order = ["reason", "account", "days", "occurred_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, kinds=(Account.Kind.OUTSIDE,), **kwargs)
        self.fields["account"].label = "Who provides it?"


class HostingForm(MovementForm):
    days = any_days("Days hosted or trained")
    reason = name_field(
        "What was it?",
        "For example: open classroom, phonics",
        "Enter what was hosted or trained, for example open classroom, phonics",
    )

    field_order = ["reason", "account", "days", "occurred_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].label = "When was it?"


class GiftForm(AskAgainForm):
    """Days a school gives away. Below the band it is asked once more; beyond `most` the bank refuses it."""

    to = AccountField(label="To whom?")
    days = any_days()
    reason = reason_field()

    all_the_same = "Give them all the same"

    def __init__(self, *args, account, low, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.account, self.low, self.most = account, low, most
        field = self.fields["to"]
        field.queryset = field.of_members(account.alliance, Account.Kind.FUND).exclude(pk=account.pk)

    def clean(self):
        cleaned = super().clean()
        days = cleaned.get("days")
        after = self.account.posted - (days or 0)
        is_unusual = days is not None and days <= self.most and after < self.low
        self.ask_again(
            is_unusual and f"Our balance would be {days_long(after)}, below the band of {days_long(self.low)}"
        )
        return cleaned


class CoverForm(KeyedForm):
    days = any_days("How much does the fund cover?")
    reason = reason_field()

    def __init__(self, *args, room, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].max_value = room


class SettleLeaverForm(KeyedForm):
    against = AccountField(widget=forms.RadioSelect)
    reason = reason_field()

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["against"]
        field.queryset = Account.objects.filter(
            alliance=account.alliance, kind__in=[Account.Kind.FUND, Account.Kind.OUTSIDE]
        )
        field.empty_label = None
        is_debt = account.posted < 0
        field.label = "Who pays what it owes?" if is_debt else "Where does the balance go?"
        field.error_messages["required"] = f"Select {'who pays what it owes' if is_debt else 'where the balance goes'}"
        field.label_from_instance = partial(_settled_with, is_debt=is_debt)


def _settled_with(other, *, is_debt):
    if other.kind == Account.Kind.OUTSIDE:
        return "Outside: it is settled in another way, for example in money"
    return f"The common fund, which has {days_long(other.to_give())} to give" if is_debt else "The common fund"
