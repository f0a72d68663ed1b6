"""What an alliance charges schools outside it. A version that has begun stays as it is: work was agreed by it."""

from django import forms
from django.contrib import admin

from portal.words import pounds
from schools import calendar
from staff.scope import ADD, CHANGE, DELETE, VIEW, OwnRows, ScopedAdmin, ScopedTabularInline

from ..forms.fields import PoundsField
from ..models import Tariff, TariffRate

TERMS = ("brokerage_percent", "brokerage_fixed", "brokerage_inside", "vat_percent")


def has_begun(tariff):
    return tariff is not None and tariff.starts_on <= calendar.today()


class RateForm(forms.ModelForm):
    day_rate = PoundsField(label="Pounds a day")

    def clean_day_rate(self):
        if not self.cleaned_data["day_rate"]:
            raise forms.ValidationError("Enter a rate above £0")
        return self.cleaned_data["day_rate"]

    def has_changed(self):
        """What a new version takes over from the last one is saved too."""
        return bool(self.initial and not self.instance.pk) or super().has_changed()


class TariffForm(RateForm):
    brokerage_fixed = PoundsField(
        label="Brokerage, fixed", required=False, help_text="Pounds, once a commission; leave it empty for a percentage"
    )

    class Meta:
        model = Tariff
        fields = ("alliance", "starts_on", "day_rate", *TERMS)
        labels = {
            "brokerage_percent": "Brokerage, percent",
            "brokerage_inside": "Brokerage comes out of the price",
            "vat_percent": "VAT, percent",
        }
        help_texts = {"brokerage_inside": "Otherwise it is added to the price", "vat_percent": "On the whole"}

    def clean_starts_on(self):
        if self.cleaned_data["starts_on"] <= calendar.today():
            raise forms.ValidationError("A new tariff begins tomorrow at the earliest")
        return self.cleaned_data["starts_on"]

    def clean_brokerage_fixed(self):
        return self.cleaned_data["brokerage_fixed"] or 0

    def clean(self):
        data = super().clean()
        if data.get("brokerage_percent") and data.get("brokerage_fixed"):
            self.add_error("brokerage_fixed", "Enter a percentage or a fixed sum, not both")
        if data.get("brokerage_inside") and data.get("brokerage_percent") == 100:
            self.add_error("brokerage_percent", "Out of the price, this leaves the home school nothing")
        return data


class BegunIsFixed:
    """Of the tariff and of its rates alike."""

    coordinators_may: tuple[str, ...] = (VIEW, ADD, CHANGE, DELETE)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not has_begun(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not has_begun(obj)

    @admin.display(description="pounds a day", ordering="day_rate")
    def rate(self, row):
        return pounds(row.day_rate)


class RateInline(BegunIsFixed, ScopedTabularInline):
    model = TariffRate
    form = RateForm
    alliance_path = "tariff__alliance"
    verbose_name_plural = "Rates of their own, by type of leader"

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not has_begun(obj)

    def get_fields(self, request, obj=None):
        # Read only, money is shown as pounds and not as the pence that are stored.
        return ("leader_type", "rate" if has_begun(obj) else "day_rate")

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if has_begun(obj) else ()

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(_taken_over(self, request))


def _latest(model_admin, request):
    alliances = model_admin.get_field_queryset(None, Tariff._meta.get_field("alliance"), request)
    return Tariff.objects.filter(alliance__in=alliances).order_by("-starts_on").first()


def _taken_over(model_admin, request):
    """The rates of the latest version, with which a new one starts."""
    latest = _latest(model_admin, request)
    return (
        [{"leader_type": row.leader_type_id, "day_rate": row.day_rate} for row in latest.rates.all()] if latest else []
    )


@admin.register(Tariff)
class TariffAdmin(BegunIsFixed, ScopedAdmin):
    group, position = "Rules of the alliance", 3
    index_name = "Tariff versions"
    form = TariffForm
    inlines = (RateInline,)
    alliance_path = "alliance"
    actions = None
    list_display = ("starts_on", "alliance", "rate", "brokerage", "vat", "in_force")
    list_filter = (("alliance", OwnRows), "starts_on")
    list_select_related = ("alliance",)
    ordering = ("-starts_on",)

    def get_fields(self, request, obj=None):
        read = ("alliance", "starts_on", "rate", "brokerage", "vat")
        return read if has_begun(obj) else TariffForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if has_begun(obj) else ()

    def get_changeform_initial_data(self, request):
        """A new version starts from the latest."""
        latest = _latest(self, request)
        return {name: getattr(latest, name) for name in ("alliance", "day_rate", *TERMS)} if latest else {}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs if obj.pk else {**kwargs, "initial": _taken_over(inline, request)}

    @admin.display(description="brokerage")
    def brokerage(self, tariff):
        fee = pounds(tariff.brokerage_fixed) if tariff.brokerage_fixed else f"{tariff.brokerage_percent}%"
        return f"{fee} {'inside' if tariff.brokerage_inside else 'on top'}"

    @admin.display(description="VAT", ordering="vat_percent")
    def vat(self, tariff):
        return f"{tariff.vat_percent}%"

    @admin.display(description="begun", boolean=True)
    def in_force(self, tariff):
        return has_begun(tariff)
