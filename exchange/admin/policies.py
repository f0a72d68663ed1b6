"""The versions of an alliance's rules. A version that has begun stays as it is: the bank has counted by it."""

import operator

from django import forms
from django.contrib import admin
from django.db.models import Max

from bank.models import Transfer
from portal.fields import DaysField
from portal.words import days, days_long
from schools import calendar
from schools.models import Policy
from staff.scope import ADD, CHANGE, DELETE, VIEW, OwnRows, ScopedAdmin

IN_DAYS = {
    "limit": ("How far below zero a school may go", "For example -5"),
    "band_low": ("A school owes too much below", "For example -5"),
    "band_high": ("A school is owed too much above", "For example 10"),
    "allowance": ("A leader's days in a year", "Unless their own allowance is set"),
}
FUND = {
    "urgent_cap": ("The fund covers an urgent request up to", "Days a request"),
    "hosting_rate": ("Credited for a day that a school hosts or trains for all", "For example 0.5"),
}
YEAR_END = {
    "carry_over_cap": ("A school carries over at most", "Days; what is above goes to the fund. Empty: everything"),
    "write_off_below": ("Debts are written off beyond", "For example -5; the fund pays. Empty: none are"),
}
CLOCKS = {
    "reply_working_days": ("A coordinator replies within", "Working days"),
    "offer_reminder_days": ("A reminder of an unanswered offer after", "Days"),
    "offer_lapse_days": ("The offer lapses after", "Days"),
    "log_working_days": ("A leader is reminded to log a visit after", "Working days"),
    "confirm_reminder_days": ("A school is reminded to confirm after", "Days"),
    "confirm_days": ("The clock confirms after", "Days"),
    "dispute_days": ("A confirmed visit can be disputed for", "Days"),
    "evaluation_days": ("Evaluations are due after delivery within", "Days"),
    "evaluation_again_days": ("And asked for again after", "Days"),
}


READ = {
    "Limits, in days": ("limit_days", "band", "allowance_days"),
    "Common fund and year end, in days": ("urgent_days", "hosting_days", "carry_over_days", "write_off_days"),
}


#: What makes no sense together: a field, how it is wrong against another, and what is said beside it.
TOGETHER = (
    ("band_high", operator.le, "band_low", "This must be above the lower one"),
    ("band_low", operator.lt, "limit", "This must not be below the limit: no school would ever be warned"),
    ("offer_reminder_days", operator.ge, "offer_lapse_days", "The reminder must come before the offer lapses"),
    ("confirm_reminder_days", operator.ge, "confirm_days", "The reminder must come before the clock confirms"),
)


class PolicyForm(forms.ModelForm):
    limit = DaysField(label=IN_DAYS["limit"][0], help_text=IN_DAYS["limit"][1], min_value=None, max_value=0)
    band_low = DaysField(label=IN_DAYS["band_low"][0], help_text=IN_DAYS["band_low"][1], min_value=None)
    band_high = DaysField(label=IN_DAYS["band_high"][0], help_text=IN_DAYS["band_high"][1], min_value=None)
    allowance = DaysField(label=IN_DAYS["allowance"][0], help_text=IN_DAYS["allowance"][1], min_value=0)
    urgent_cap = DaysField(label=FUND["urgent_cap"][0], help_text=FUND["urgent_cap"][1], min_value=0)
    hosting_rate = DaysField(
        label=FUND["hosting_rate"][0], help_text=FUND["hosting_rate"][1], min_value=0, max_value=500, step=1
    )
    carry_over_cap = DaysField(
        label=YEAR_END["carry_over_cap"][0], help_text=YEAR_END["carry_over_cap"][1], min_value=0, required=False
    )
    write_off_below = DaysField(
        label=YEAR_END["write_off_below"][0],
        help_text=YEAR_END["write_off_below"][1],
        min_value=None,
        max_value=-25,
        required=False,
    )

    class Meta:
        model = Policy
        fields = ("alliance", "starts_on", "levy_percent", "levy_on_peer_to_peer", *IN_DAYS, *FUND, *YEAR_END, *CLOCKS)
        labels = {name: label for name, (label, _) in CLOCKS.items()}
        help_texts = {name: unit for name, (_, unit) in CLOCKS.items()}

    def clean(self):
        super().clean()
        data = self.cleaned_data
        for field, is_wrong, other, sentence in TOGETHER:
            if None not in (data.get(field), data.get(other)) and is_wrong(data[field], data[other]):
                self.add_error(field, sentence)
        alliance, starts_on = data.get("alliance"), data.get("starts_on")
        if alliance and starts_on:
            self._check_start(alliance, starts_on)
        return data

    def _check_start(self, alliance, starts_on):
        if starts_on <= calendar.today():
            self.add_error("starts_on", "New rules begin tomorrow at the earliest")
        latest = Transfer.objects.filter(debit__alliance=alliance).aggregate(latest=Max("occurred_on"))["latest"]
        if latest and starts_on <= latest:
            self.add_error(
                "starts_on", f"The bank has counted by the old rules until {latest:%-d %B %Y}: begin after it"
            )


@admin.register(Policy)
class PolicyAdmin(ScopedAdmin):
    group, position = "Rules of the alliance", 2
    index_name = "Policy versions"
    form = PolicyForm
    alliance_path = "alliance"
    coordinators_may = (VIEW, ADD, CHANGE, DELETE)
    actions = None
    list_display = ("starts_on", "alliance", "levy", "limit_days", "band", "allowance_days", "in_force")
    list_filter = (("alliance", OwnRows), "starts_on")
    list_select_related = ("alliance",)
    ordering = ("-starts_on",)
    fieldsets = (
        (None, {"fields": ("alliance", "starts_on")}),
        ("Levy", {"fields": ("levy_percent", "levy_on_peer_to_peer")}),
        ("Limits, in days", {"fields": ("limit", "band_low", "band_high", "allowance")}),
        ("Common fund and year end, in days", {"fields": (*FUND, *YEAR_END)}),
        ("Clocks", {"fields": tuple(CLOCKS)}),
    )

    def _has_begun(self, policy):
        return policy is not None and policy.starts_on <= calendar.today()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not self._has_begun(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not self._has_begun(obj)

    def get_fieldsets(self, request, obj=None):
        if not self._has_begun(obj):
            return self.fieldsets
        # Read only, days are shown as days and not as the hundredths that are stored.
        return [(name, {"fields": READ[name]} if name in READ else rest) for name, rest in self.fieldsets]

    def get_readonly_fields(self, request, obj=None):
        return [name for names in READ.values() for name in names] if self._has_begun(obj) else ()

    def get_changeform_initial_data(self, request):
        """A new version starts from the one that holds now."""
        alliances = self.get_field_queryset(None, Policy._meta.get_field("alliance"), request)
        latest = Policy.objects.filter(alliance__in=alliances).order_by("-starts_on").first()
        fields = {field.name: getattr(latest, field.name) for field in Policy._meta.concrete_fields} if latest else {}
        return {name: value for name, value in fields.items() if name not in ("id", "starts_on")}

    @admin.display(description="levy", ordering="levy_percent")
    def levy(self, policy):
        return f"{policy.levy_percent}%"

    @admin.display(description="limit", ordering="limit")
    def limit_days(self, policy):
        return days_long(policy.limit)

    @admin.display(description="band")
    def band(self, policy):
        return f"{days(policy.band_low)} to {days_long(policy.band_high)}"

    @admin.display(description="leader's allowance", ordering="allowance")
    def allowance_days(self, policy):
        return days_long(policy.allowance)

    @admin.display(description="begun", boolean=True)
    def in_force(self, policy):
        return self._has_begun(policy)

    @admin.display(description=FUND["urgent_cap"][0])
    def urgent_days(self, policy):
        return days_long(policy.urgent_cap)

    @admin.display(description=FUND["hosting_rate"][0])
    def hosting_days(self, policy):
        return days_long(policy.hosting_rate)

    @admin.display(description=YEAR_END["carry_over_cap"][0])
    def carry_over_days(self, policy):
        return "Everything" if policy.carry_over_cap is None else days_long(policy.carry_over_cap)

    @admin.display(description=YEAR_END["write_off_below"][0])
    def write_off_days(self, policy):
        return "None are" if policy.write_off_below is None else days_long(policy.write_off_below)
