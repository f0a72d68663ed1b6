"""What the bank has written. Nobody adds, changes or deletes it here: corrections are new transfers."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from bank import balances
from bank.models import Account, FloorChange, Hold, Transfer
from portal.words import days
from staff.models import User
from staff.scope import ForgivingList, OwnRows, ScopedAdmin, own_alliances, whole_number

from .. import rules
from ..forms.bank import period, period_choices


class Chosen(admin.SimpleListFilter):
    """A filter that a link has set: it names what was chosen and offers to leave it out."""

    def has_output(self):
        return bool(self.value())


class OfAccount(Chosen):
    title, parameter_name = "account", "account"

    def lookups(self, request, model_admin):
        accounts = model_admin.admin_site.get_model_admin(Account).get_queryset(request)
        chosen = whole_number(self.used_parameters.get("account", ""))
        return [("", "")] if chosen is None else [(str(row.pk), str(row)) for row in accounts.filter(pk=chosen)]

    def queryset(self, request, rows):
        if not self.value():
            return rows
        account = whole_number(self.value())
        if account is None:
            raise ValidationError("No such account")
        if rows.model is Transfer:
            return rows.filter(Q(debit=account) | Q(credit=account))
        return rows.filter(account=account)


class OfFigure(Chosen):
    """The transfers that make up one figure of the account chosen."""

    title, parameter_name = "counted as", "figure"

    def lookups(self, request, model_admin):
        return [(name, name.capitalize()) for name in balances.FIGURES]

    def queryset(self, request, rows):
        account = whole_number(request.GET.get("account", ""))
        if self.value() in balances.FIGURES and account is not None:
            return rows.filter(pk__in=balances.behind(self.value(), account).values("pk"))
        return rows


class InPeriod(admin.SimpleListFilter):
    title, parameter_name = "period", "period"

    def lookups(self, request, model_admin):
        return period_choices(account__alliance__in=own_alliances(request))

    def queryset(self, request, rows):
        since, until = period(self.value() or "")
        return rows.filter(occurred_on__range=(since, until)) if since else rows


class WithNames(ForgivingList):
    """Puts names to what the bank writes as user:<id>, for a whole page at once."""

    written_by = "posted_by"

    def get_results(self, request):
        super().get_results(request)
        keys = {getattr(row, self.written_by) for row in self.result_list}
        ids = [key.removeprefix("user:") for key in keys if key.startswith("user:")]
        names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids).select_related("person")}
        for row in self.result_list:
            row.by_name = names.get(getattr(row, self.written_by), "The clock")


class FloorsWithNames(WithNames):
    written_by = "by"


def named(row, key):
    """The name on a list, where the whole page was looked up; on a row's own page, looked up alone."""
    if hasattr(row, "by_name"):
        return row.by_name
    user = key.startswith("user:") and User.objects.filter(pk=key.removeprefix("user:")).first()
    return str(user) if user else "The clock"


class WrittenOnce(ScopedAdmin):
    """No action, and no right but to look: of the superuser too."""

    actions = None

    def get_readonly_fields(self, request, obj=None):
        return self.fields


@admin.register(Transfer)
class TransferAdmin(WrittenOnce):
    position = 1
    list_display = ("number", "occurred_on", "kind", "from_account", "to_account", "in_days", "cause", "who", "reason")
    list_filter = (OfAccount, OfFigure, InPeriod, "kind", ("debit__alliance", OwnRows))
    list_select_related = ("debit__school", "credit__school")
    search_fields = (
        "debit__school__name",
        "credit__school__name",
        "=debit__school__urn",
        "=credit__school__urn",
        "reason",
    )
    search_help_text = "School, URN or reason"
    ordering = ("-occurred_on", "-pk")
    sortable_by = ("occurred_on", "in_days")
    fields = (
        "occurred_on", "kind", "from_account", "to_account", "in_days", "cause", "who", "posted_at", "reason",
        "reverses", "reversal", "key",
    )  # fmt: skip

    def own(self, rows, alliances):
        return rows.filter(Q(debit__alliance__in=alliances) | Q(credit__alliance__in=alliances))

    def get_changelist(self, request, **kwargs):
        return WithNames

    def tools(self, request, transfer):
        may = rules.can_reverse(request.user, transfer)
        return [("Reverse it", reverse("exchange:reverse_movement", args=[transfer.pk]))] if may else []

    @admin.display(description="transfer", ordering="pk")
    def number(self, transfer):
        return str(transfer.pk)

    @admin.display(description="from")
    def from_account(self, transfer):
        return str(transfer.debit)

    @admin.display(description="to")
    def to_account(self, transfer):
        return str(transfer.credit)

    @admin.display(description="days", ordering="amount")
    def in_days(self, transfer):
        return days(transfer.amount)

    @admin.display(description="because of")
    def cause(self, transfer):
        if transfer.cause_kind == "visit":
            url = reverse("admin:exchange_visit_change", args=[transfer.cause_id])
            return format_html('<a href="{}">visit {}</a>', url, transfer.cause_id)
        return transfer.cause_kind

    @admin.display(description="reversed by")
    def reversal(self, transfer):
        found = Transfer.objects.filter(reverses=transfer).first()
        if found is None:
            return self.get_empty_value_display()
        url = reverse("admin:bank_transfer_change", args=[found.pk])
        words = f"transfer {found.pk}, {found.occurred_on:%-d %B %Y}: {found.reason}"
        return format_html('<a href="{}">{}</a>', url, words)

    @admin.display(description="by")
    def who(self, transfer):
        return named(transfer, transfer.posted_by)


@admin.register(Hold)
class HoldAdmin(WrittenOnce):
    position = 2
    alliance_path = "account__alliance"
    list_display = ("account", "in_days", "cause_kind", "cause_id")
    list_filter = (OfAccount, ("account__alliance", OwnRows))
    list_select_related = ("account__school",)
    search_fields = ("account__school__name", "=account__school__urn")
    ordering = ("-amount", "pk")
    fields = ("account", "in_days", "cause_kind", "cause_id")

    @admin.display(description="days", ordering="amount")
    def in_days(self, hold):
        return days(hold.amount)


@admin.register(FloorChange)
class FloorChangeAdmin(WrittenOnce):
    position = 3
    index_name = "Changes of limits"
    alliance_path = "account__alliance"
    list_display = ("at", "account", "from_days", "to_days", "who", "reason")
    list_filter = ("at", ("account__alliance", OwnRows))
    list_select_related = ("account__school",)
    search_fields = ("account__school__name", "reason")
    fields = ("at", "account", "from_days", "to_days", "who", "reason")

    def get_changelist(self, request, **kwargs):
        return FloorsWithNames

    @admin.display(description="from days")
    def from_days(self, change):
        return days(change.old)

    @admin.display(description="to days")
    def to_days(self, change):
        return days(change.new)

    @admin.display(description="by")
    def who(self, change):
        return named(change, change.by)
