"""System leaders: what coordinators keep about them, and the verbs of their designation."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from portal.errors import Refused
from portal.forms import ReasonForm
from portal.once import submit_once
from portal.words import days
from schools import calendar
from schools.models import current
from staff import actions
from staff.models import LeaderEvent, LeaderPhase, Post, SystemLeader
from staff.scope import ADD, CHANGE, VIEW, IsThere, OwnRows, ScopedAdmin, ScopedTabularInline, own_alliances, schools_of

from ..accounting import capacity
from ..forms.designations import DesignateForm, LeaderForm, RenewForm
from ..models import LeaderYear

# verb: (action, form, statuses in which it is offered, button, what has happened)
VERBS = {
    "designate": (
        actions.designate,
        DesignateForm,
        (SystemLeader.Status.NOMINATED, SystemLeader.Status.ENDED),
        "Designate",
        "designated",
    ),
    "renew": (actions.renew_designation, RenewForm, (SystemLeader.Status.ACTIVE,), "Renew the designation", "renewed"),
    "suspend": (actions.suspend, ReasonForm, (SystemLeader.Status.ACTIVE,), "Suspend", "suspended"),
    "reinstate": (actions.reinstate, ReasonForm, (SystemLeader.Status.SUSPENDED,), "Reinstate", "reinstated"),
    "end": (
        actions.end_designation,
        ReasonForm,
        (SystemLeader.Status.NOMINATED, SystemLeader.Status.ACTIVE, SystemLeader.Status.SUSPENDED),
        "End",
        "ended",
    ),
}
EXPLANATIONS = {
    "designate": "From now on the leader can be offered work, until the review.",
    "renew": "The review was held, and the leader goes on.",
    "suspend": "No new work is offered to the leader. Work that is agreed goes on, and is flagged to its coordinator.",
    "reinstate": "The leader can be offered work again.",
    "end": "The designation ends, or the nomination is declined. The history stays.",
}


class LeaderEventInline(ScopedTabularInline):
    model = LeaderEvent
    verbose_name_plural = "History of the designation"
    fields = readonly_fields = ("at", "verb", "old", "new", "reason", "by")


class LeaderYearInline(ScopedTabularInline):
    model = LeaderYear
    verbose_name_plural = "Days by academic year"
    fields = readonly_fields = ("academic_year", "allowed", "used", "remaining")

    @admin.display(description="year")
    def academic_year(self, row):
        return calendar.label(row.year)

    @admin.display(description="allowance")
    def allowed(self, row):
        return days(row.allowance)

    @admin.display(description="agreed or delivered")
    def used(self, row):
        return days(row.taken)

    @admin.display(description="left")
    def remaining(self, row):
        return days(row.left)


@admin.register(SystemLeader)
class SystemLeaderAdmin(ScopedAdmin):
    group, position = "Every day", 4
    form = LeaderForm
    coordinators_may = (VIEW, ADD, CHANGE)
    list_display = ("person", "type", "works_at", "status", "is_available", "days_left", "review_on", "checked")
    list_filter = (
        "status",
        "is_available",
        ("type", OwnRows),
        "phases__phase",
        ("safeguarding_confirmed_on", IsThere),
        "review_on",
    )
    list_select_related = ("person", "type")
    search_fields = ("person__name", "specialisms__name", "person__posts__school__name")
    search_help_text = "Name, specialism or school"
    autocomplete_fields = ("person",)
    inlines = (LeaderYearInline, LeaderEventInline)
    readonly_fields = (
        "status", "designating_body", "designated_on", "review_on", "checked", "safeguarding_confirmed_by",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("person", "type", "nominated_to")}),
        ("Help offered", {"fields": ("specialisms", "phases", "about")}),
        ("Time", {"fields": ("allowance", "is_available", "availability")}),
        ("Designation", {"fields": ("status", "designating_body", "designated_on", "review_on")}),
        ("Safeguarding", {"fields": ("checked", "safeguarding_confirmed_by")}),
    )

    def own(self, rows, alliances):
        return rows.within(alliances)

    def get_queryset(self, request):
        today = timezone.localdate()
        posts = Post.objects.filter(current(today)).select_related("school")
        if not request.user.is_superuser:
            posts = posts.filter(school__in=schools_of(own_alliances(request)))
        years = LeaderYear.objects.filter(year=calendar.year_of(today))
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("person__posts", posts, to_attr="present_posts"), Prefetch("years", years, to_attr="this_year")
            )
        )

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, "person", "nominated_to") if obj else self.readonly_fields

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "nominated_to" and not request.user.is_superuser:
            field.empty_label = None  # somebody's coordinators must decide
        return field

    def save_model(self, request, leader, form, change):
        super().save_model(request, leader, form, change)
        if "allowance" in form.changed_data or not change:
            capacity.set_allowance(leader, form.cleaned_data["allowance"])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        leader, phases = form.instance, form.cleaned_data["phases"]
        leader.phases.exclude(phase__in=phases).delete()
        rows = [LeaderPhase(leader=leader, phase=phase) for phase in phases]
        LeaderPhase.objects.bulk_create(rows, ignore_conflicts=True)

    # The verbs ---------------------------------------------------------------------------------

    def tools(self, request, leader):
        if not self.has_change_permission(request, leader):
            return []
        return [
            (button, reverse("admin:staff_systemleader_verb", args=[leader.pk, verb]))
            for verb, (_, _, statuses, button, _) in VERBS.items()
            if leader.status in statuses
        ]

    def get_urls(self):
        act = self.admin_site.admin_view(submit_once(self.act))
        return [path("<int:pk>/act/<slug:verb>/", act, name="staff_systemleader_verb"), *super().get_urls()]

    def act(self, request, pk, verb):
        leader = self.get_object(request, str(pk))
        if leader is None or verb not in VERBS:
            raise Http404
        if not self.has_change_permission(request, leader):
            raise PermissionDenied
        action, form_class, _, button, done = VERBS[verb]
        form = form_class(request.POST or None)
        if form.is_valid() and self._carry_out(partial(action, leader=leader, by=request.user), form):
            messages.success(request, f"{leader.person}: {done}.")
            return redirect("admin:staff_systemleader_change", leader.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": leader,
            "title": f"{button}: {leader}",
            "form": form,
            "explanation": EXPLANATIONS[verb],
            "button": button,
        }
        return render(request, "admin/act.html", context)

    def _carry_out(self, action, form):
        facts = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            action(**facts)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        return form.is_valid()

    # The list ----------------------------------------------------------------------------------

    @admin.display(description="works at")
    def works_at(self, leader):
        return ", ".join(dict.fromkeys(post.school.name for post in leader.person.present_posts))

    @admin.display(description="days left this year", ordering="allowance")
    def days_left(self, leader):
        return days(leader.this_year[0].left if leader.this_year else leader.allowance)

    @admin.display(description="checks", ordering="safeguarding_confirmed_on")
    def checked(self, leader):
        return leader.checks_in_words
