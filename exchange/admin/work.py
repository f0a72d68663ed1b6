"""Requests, commissions and visits, to find and to read. What is done with them is done in the portal."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from portal.words import days, pounds
from staff.scope import IsThere, OwnRows, ScopedAdmin, ScopedTabularInline, whole_number

from ..models import Commission, Concern, Evaluation, Event, Leg, Outcome, SupportRequest, Visit


class ReadOnly(ScopedAdmin):
    """Facts in the order of `fields`, a link to the page in the portal where the verbs are, and no actions."""

    actions = None

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def tools(self, request, obj):
        return [("Open in the portal", self.portal_url(obj))]

    def portal_url(self, obj):
        return obj.get_absolute_url()

    @admin.display(description="portal")
    def portal(self, obj):
        url = self.portal_url(obj)
        return format_html('<a href="{}" aria-label="Open in the portal: {}">Open in the portal</a>', url, obj)


class ByReference(ReadOnly):
    """Found by its reference too: SR-0012, C-12 or 12."""

    def get_search_results(self, request, queryset, search_term):
        rows, many = super().get_search_results(request, queryset, search_term)
        number = whole_number(search_term.strip().upper().removeprefix(self.prefix))
        if number is not None:
            return queryset.filter(pk=number) | rows, many
        return rows, many


class OutcomeInline(ScopedTabularInline):
    model = Outcome
    fields = readonly_fields = ("text", "baseline")


class CommissionInline(ScopedTabularInline):
    model = Commission
    fields = readonly_fields = ("link", "status", "who", "home_school", "starts_on", "ends_on")

    def get_queryset(self, request):
        return super().get_queryset(request).with_parts()

    @admin.display(description="reference")
    def link(self, commission):
        url = reverse("admin:exchange_commission_change", args=[commission.pk])
        return format_html('<a href="{}">{}</a>', url, commission)

    @admin.display(description="leader")
    def who(self, commission):
        return commission.who


@admin.register(SupportRequest)
class SupportRequestAdmin(ByReference):
    """The supported person is not among the fields, nor can the list be filtered by it."""

    group, position, prefix = "Every day", 2, "SR-"
    list_display = (
        "reference", "school", "title", "days_asked", "days_found", "status", "urgency", "assigned_to", "submitted_at",
        "portal",
    )  # fmt: skip
    list_filter = ("status", "urgency", "kind", "phase", ("alliance", OwnRows), "submitted_at")
    list_select_related = ("school", "specialism", "assigned_to__person")
    search_fields = ("school__name", "=school__urn", "specialism__name")
    search_help_text = "Reference, school, URN or specialism"
    inlines = (OutcomeInline, CommissionInline)
    fields = (
        "reference", "status", "alliance", "school", "kind", "specialism", "phase", "need", "days_asked", "days_found",
        "may_split", "starts_on", "ends_on", "urgency", "goal", "plan", "assigned_to", "asked_by", "submitted_at",
    )  # fmt: skip

    def own(self, rows, alliances):
        return rows.filter(alliance__in=alliances, submitted_at__isnull=False)

    @admin.display(ordering="pk")
    def reference(self, request):
        return request.reference

    @admin.display(description="specialism", ordering="specialism__name")
    def title(self, request):
        return request.title

    @admin.display(description="days", ordering="days")
    def days_asked(self, request):
        return days(request.days)

    @admin.display(description="offered or agreed", ordering="committed")
    def days_found(self, request):
        return days(request.committed)


class LegInline(ScopedTabularInline):
    model = Leg
    verbose_name_plural = "Who gives how many days to whom"
    fields = readonly_fields = ("giving_school", "receiving_school", "person", "in_days")

    @admin.display(description="days")
    def in_days(self, leg):
        return days(leg.days)


@admin.register(Commission)
class CommissionAdmin(ByReference):
    group, position, prefix = "Every day", 3, "C-"
    alliance_path = "support_request__alliance"
    list_display = (
        "reference", "who", "for_school", "specialism", "home_school", "in_days", "status", "starts_on", "ends_on",
        "portal",
    )  # fmt: skip
    list_filter = (
        "status",
        ("leader__type", OwnRows),
        "starts_on",
        ("support_request__alliance", OwnRows),
    )
    search_fields = (
        "support_request__school__name",
        "home_school__name",
        "leader__person__name",
        "support_request__specialism__name",
    )
    search_help_text = "Reference, school, leader or specialism"
    inlines = (LegInline,)
    fields = (
        "reference", "support_request", "status", "who", "home_school", "for_school", "is_diagnostic", "objectives",
        "modes",
        "starts_on", "ends_on", "offered_by", "offered_at", "lapses_on", "leader_yes_at", "home_yes_at",
        "receiving_yes_at", "backfill", "travel_payer", "exit_plan", "override_reason", "override_by", "findings",
        "no_further_support", "delivered_at",
    )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).with_parts().prefetch_related("legs__person")

    @admin.display(ordering="pk")
    def reference(self, commission):
        return commission.reference

    @admin.display(description="leader", ordering="leader__person__name")
    def who(self, commission):
        return commission.who

    @admin.display(description="for", ordering="support_request__school__name")
    def for_school(self, commission):
        return commission.support_request.school

    @admin.display(ordering="support_request__specialism__name")
    def specialism(self, commission):
        return commission.support_request.title

    @admin.display(description="days")
    def in_days(self, commission):
        return days(commission.days)

    @admin.display(description="backfill a day")
    def backfill(self, commission):
        return pounds(commission.backfill_cost)


@admin.register(Visit)
class VisitAdmin(ReadOnly):
    group, position = "Every day", 5
    alliance_path = "leg__commission__support_request__alliance"
    list_display = ("on", "person", "at_school", "commission", "in_days", "status", "confirm_by", "portal")
    list_filter = ("status", "on", ("leg__commission__support_request__alliance", OwnRows))
    list_select_related = ("leg__person", "leg__receiving_school", "leg__commission")
    search_fields = ("leg__receiving_school__name", "leg__giving_school__name", "leg__person__name")
    search_help_text = "School or person"
    ordering = ("-on", "-pk")
    fields = (
        "commission", "person", "at_school", "on", "in_days", "status", "arrival_time", "purpose", "planned_by", "note",
        "next_steps", "logged_by", "logged_at", "confirm_by", "confirmed_by", "confirmed_at", "dispute_until",
    )  # fmt: skip

    @admin.display(ordering="leg__person__name")
    def person(self, visit):
        return visit.leg.person

    @admin.display(description="at", ordering="leg__receiving_school__name")
    def at_school(self, visit):
        return visit.leg.receiving_school

    def commission(self, visit):
        return visit.leg.commission

    @admin.display(description="days", ordering="days")
    def in_days(self, visit):
        return days(visit.days)


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly):
    group, position = "Every day", 6
    alliance_path = "commission__support_request__alliance"
    list_display = ("commission", "side", "rating", "flagged", "by", "at", "portal")
    list_filter = ("side", "rating", "flagged", "at", ("commission__support_request__alliance", OwnRows))
    list_select_related = ("commission", "by__person")
    search_fields = ("commission__support_request__school__name", "commission__home_school__name")
    search_help_text = "School"
    ordering = ("-at",)
    fields = ("commission", "side", "rating", "flagged", "evidence", "gained", "by", "at")

    def portal_url(self, evaluation):
        return evaluation.commission.get_absolute_url()


@admin.register(Concern)
class ConcernAdmin(ReadOnly):
    group, position = "Every day", 7
    alliance_path = "commission__support_request__alliance"
    list_display = ("commission", "opened_at", "resolved_at", "resolved_by", "portal")
    list_filter = (
        ("resolved_at", IsThere),
        "opened_at",
        ("commission__support_request__alliance", OwnRows),
    )
    list_select_related = ("commission", "resolved_by__person")
    search_fields = ("commission__support_request__school__name", "commission__home_school__name")
    search_help_text = "School"
    fields = ("commission", "evaluation", "opened_at", "resolution", "resolved_by", "resolved_at")

    def portal_url(self, concern):
        return concern.commission.get_absolute_url()


@admin.register(Event)
class EventAdmin(ReadOnly):
    position = 10
    index_name = "History"
    alliance_path = "support_request__alliance"
    list_display = ("at", "who", "did", "support_request", "commission", "old", "new", "reason")
    list_filter = ("verb", "at", ("support_request__alliance", OwnRows))
    list_select_related = ("support_request", "commission", "by__person", "acting_for__person")
    search_fields = ("support_request__school__name", "by__person__name", "reason")
    search_help_text = "School, person or reason"
    fields = ("at", "who", "did", "support_request", "commission", "visit", "old", "new", "reason")

    def own(self, rows, alliances):
        return rows.filter(support_request__alliance__in=alliances, support_request__submitted_at__isnull=False)

    def portal_url(self, event):
        return (event.commission or event.support_request).get_absolute_url()

    @admin.display(description="who")
    def who(self, event):
        return event.who

    @admin.display(description="what", ordering="verb")
    def did(self, event):
        return event.get_verb_display()
