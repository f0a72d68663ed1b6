"""Trades between two alliances. Only a superuser sees and opens them: they bind both."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse

from bank.models import FloorChange
from portal.errors import Refused
from portal.once import submit_once
from portal.words import days, days_long

from .. import actions
from ..forms.trades import TradeForm
from ..models import Trade


class CapInline(admin.TabularInline):
    model = FloorChange
    verbose_name_plural = "History of the cap"
    fields = readonly_fields = ("at", "before", "after", "by", "reason")
    extra = 0

    @admin.display(description="before, days")
    def before(self, change):
        return days(-change.old)

    @admin.display(description="after, days")
    def after(self, change):
        return days(-change.new)


@admin.register(Trade)
class TradeAdmin(admin.ModelAdmin):
    group, position, index_name = "Rules of the alliance", 4, "Trades between alliances"
    list_display = ("__str__", "alliance", "partner", "owed", "held_days", "cap_days")
    fields = readonly_fields = ("alliance", "partner", "owed", "held_days", "cap_days")
    inlines = (CapInline,)
    actions = None

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request) and request.user.is_superuser

    has_module_permission = has_view_permission

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_urls(self):
        view = self.admin_site.admin_view(submit_once(self.open_trade))
        return [path("open/", view, name="exchange_trade_open"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        tools = [("Open or change a trade", reverse("admin:exchange_trade_open"))]
        context = {"title": self.index_name, "tools": tools, **(extra_context or {})}
        return super().changelist_view(request, context)

    def open_trade(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TradeForm(request.POST or None)
        if form.is_valid() and self._open(request, form):
            return redirect("admin:exchange_trade_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Open or change a trade",
            "form": form,
            "explanation": (
                "Leaders of either alliance's schools can then support the other's. Each alliance keeps its own bank, "
                "and neither may owe the other more than the cap."
            ),
            "button": "Save the trade",
        }
        return render(request, "admin/act.html", context)

    def _open(self, request, form):
        facts = {name: form.cleaned_data[name] for name in ("first", "second", "cap", "reason")}
        try:
            actions.trades.open_trade(by=request.user, **facts)
        except Refused as error:
            form.add_error("cap", str(error))
            return False
        messages.success(request, f"{facts['first']} and {facts['second']} trade, up to {days_long(facts['cap'])}.")
        return True

    @admin.display(description="owed, days", ordering="posted")
    def owed(self, trade):
        return days(-trade.posted)

    @admin.display(description="held for agreed work")
    def held_days(self, trade):
        return days(trade.held)

    @admin.display(description="cap, days")
    def cap_days(self, trade):
        return days(trade.cap)
