"""Schools, alliances, memberships and closures."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import path, reverse

from schools import calendar
from schools.models import Alliance, Closure, Membership, Policy, School

from ..scope import (
    ADD,
    CHANGE,
    DELETE,
    VIEW,
    OwnRows,
    ScopedAdmin,
    ScopedTabularInline,
    is_member_elsewhere,
    own_alliances,
    schools_of,
)

KEPT_BY_SCHOOLS = ("telephone", "arrival")


class MembershipInline(ScopedTabularInline):
    model = Membership
    alliance_path = "alliance"
    fields = ("alliance", "starts_on", "ends_on")
    verbose_name_plural = "Member of"


@admin.register(School)
class SchoolAdmin(ScopedAdmin):
    group, position = "Schools and people", 1
    coordinators_may = (VIEW, CHANGE)
    list_display = ("name", "urn", "phase", "la_name", "town", "telephone", "status")
    list_filter = ("phase", "la_name", "status", ("memberships__alliance", OwnRows))
    search_fields = ("name", "=urn", "town", "postcode")
    search_help_text = "Name, URN, town or postcode"
    inlines = (MembershipInline,)
    fieldsets = (
        ("Kept up to date by the school", {"fields": KEPT_BY_SCHOOLS}),
        (
            "From the register of schools",
            {
                "fields": (
                    "name", "urn", "status", "phase", "establishment_type", "la_name", "trust", "federation",
                    "religious_character", "gender", "ages", "pupils", "capacity", "address", "website", "open_date",
                    "close_date", "predecessor",
                )
            },
        ),
    )  # fmt: skip

    def own(self, rows, alliances):
        return rows.filter(pk__in=schools_of(alliances))

    def get_readonly_fields(self, request, obj=None):
        return [*(field.name for field in self.opts.fields if field.name not in KEPT_BY_SCHOOLS), "ages", "address"]

    @admin.display
    def ages(self, school):
        return f"{school.low_age} to {school.high_age}" if school.high_age else self.get_empty_value_display()

    @admin.display
    def address(self, school):
        lines = (school.street, school.locality, school.town, school.county, school.postcode)
        return ", ".join(filter(None, lines)) or self.get_empty_value_display()


@admin.register(Alliance)
class AllianceAdmin(ScopedAdmin):
    group, position = "Rules of the alliance", 1
    alliance_path = "pk"
    coordinators_may = (VIEW, CHANGE)
    superusers_may = (VIEW, ADD, CHANGE)
    list_display = ("name", "lead_school", "colour", "is_open")
    list_select_related = ("lead_school",)
    search_fields = ("name",)
    autocomplete_fields = ("lead_school",)
    fields = ("name", "slug", "lead_school", "colour", "is_open", "how_to_pay")

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()  # it stands in addresses people keep

    def save_model(self, request, alliance, form, change):
        super().save_model(request, alliance, form, change)
        if not change:
            # Without rules and members nothing works: it begins with the usual ones, and its lead school.
            first = calendar.first_day(calendar.year_of(calendar.today()))
            Policy.objects.create(alliance=alliance, starts_on=first)
            Membership.objects.create(alliance=alliance, school=alliance.lead_school, starts_on=first)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}


def refuse_if_elsewhere(school, alliances):
    """A coordinator does not bring in another alliance's school, and with it its heads' sign-ins."""
    if alliances is not None and is_member_elsewhere([school.pk], alliances):
        raise forms.ValidationError(
            f"{school} is a member of another alliance. Only a superuser, who speaks for both, can add it"
        )


class MembershipEndForm(forms.ModelForm):
    """A membership that is made longer is checked like a new one."""

    alliances = None  # ids of those the user coordinates; None: all, for a superuser

    class Meta:
        model = Membership
        fields = ("ends_on",)

    def clean_ends_on(self):
        was, ends_on = self.instance.ends_on, self.cleaned_data["ends_on"]
        if was and (ends_on is None or ends_on > was):
            refuse_if_elsewhere(self.instance.school, self.alliances)
        return ends_on


class MembershipForm(forms.ModelForm):
    """A new member is named by its URN: the whole register is open to an alliance, not only its own schools."""

    urn = forms.IntegerField(label="URN of the school", help_text="Six digits, as on the register of schools")
    alliances = None  # ids of those the user coordinates; None: all, for a superuser

    class Meta:
        model = Membership
        fields = ("alliance", "starts_on", "ends_on")

    def clean_urn(self):
        school = School.objects.filter(pk=self.cleaned_data["urn"]).first()
        if school is None:
            raise forms.ValidationError("No school with this URN is on the register")
        refuse_if_elsewhere(school, self.alliances)
        self.instance.school = school
        return school.urn


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    group, position = "Schools and people", 5
    alliance_path = "alliance"
    coordinators_may = (VIEW, ADD, CHANGE)
    list_display = ("school", "alliance", "starts_on", "ends_on")
    list_filter = (("alliance", OwnRows), "starts_on", "ends_on")
    list_select_related = ("school", "alliance")
    search_fields = ("school__name", "=school__urn")
    search_help_text = "School or URN"
    ordering = ("school__name",)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **{**kwargs, "form": MembershipEndForm if obj else MembershipForm})
        form.alliances = None if request.user.is_superuser else own_alliances(request)
        return form

    def get_fields(self, request, obj=None):
        return ("school", "alliance", "starts_on", "ends_on") if obj else ("urn", "alliance", "starts_on", "ends_on")

    def get_readonly_fields(self, request, obj=None):
        return ("school", "alliance", "starts_on") if obj else ()


class YearForm(forms.Form):
    alliance = forms.ModelChoiceField(Alliance.objects.none(), empty_label=None)
    year = forms.TypedChoiceField(label="Academic year", coerce=int)

    def __init__(self, *args, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        year = calendar.year_of(calendar.today())
        self.fields["alliance"].queryset = alliances
        self.fields["year"].choices = [(year + n, calendar.label(year + n)) for n in range(3)]


@admin.register(Closure)
class ClosureAdmin(ScopedAdmin):
    group, position = "Rules of the alliance", 3
    index_name = "Closure periods"
    alliance_path = "alliance"
    coordinators_may = (VIEW, ADD, CHANGE, DELETE)
    list_display = ("name", "starts_on", "ends_on", "alliance")
    list_filter = (("alliance", OwnRows), "starts_on")
    list_select_related = ("alliance",)
    ordering = ("-starts_on",)

    def list_tools(self, request):
        return [("Add the usual closures of a year", reverse("admin:schools_closure_usual"))]

    def get_urls(self):
        return [
            path("usual/", self.admin_site.admin_view(self.usual), name="schools_closure_usual"),
            *super().get_urls(),
        ]

    def usual(self, request):
        """Christmas, Easter and summer of a year; those that are there already stay as they are."""
        alliances = Alliance.objects.filter(pk__in=own_alliances(request))
        form = YearForm(request.POST or None, alliances=alliances)
        if form.is_valid():
            alliance, year = form.cleaned_data["alliance"], form.cleaned_data["year"]
            added = [name for name, *days in calendar.default_closures(year) if self._add(alliance, name, *days)]
            words = f"Added for {calendar.label(year)}: {', '.join(added)}." if added else "They were there already."
            messages.success(request, words)
            return redirect("admin:schools_closure_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": "Add the usual closures of a year",
            "explanation": "Christmas, Easter and summer. The clocks of offers, confirmations and evaluations stand "
            "still in them. The dates can be changed afterwards.",
            "button": "Add the closures",
        }
        return render(request, "admin/act.html", context)

    def _add(self, alliance, name, first, last):
        return Closure.objects.get_or_create(alliance=alliance, name=name, starts_on=first, defaults={"ends_on": last})[
            1
        ]
