"""The balances of an alliance's schools, and adjusting one by a new transfer."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import slugify

from bank.errors import BankError, LimitReached
from bank.models import Account
from portal import exports, pictures
from portal.errors import Refused
from portal.once import submit_once
from portal.words import days, days_long
from schools.models import Alliance
from staff.scope import VIEW, ScopedAdmin, own_alliances

from .. import actions, rules
from ..forms.bank import AdjustForm, BalancesForm
from . import balances_table

EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADINGS = (
    ("school", "School"),
    ("given", "Given"),
    ("received", "Received"),
    ("levy", "Levy"),
    ("other", "Other"),
    ("net", "Net"),
    ("held", "Held now"),
    ("available", "Available now"),
)


SECOND = "another coordinator must make this adjustment."


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    group, position = "Every day", 1
    index_name = "Balances"
    alliance_path = "alliance"
    coordinators_may = (VIEW,)
    list_select_related = ("school", "alliance")
    search_fields = ("school__name", "=school__urn")
    fields = readonly_fields = ("school_or_fund", "alliance", "balance", "held_days", "available_days", "floor_days")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("school", "alliance")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("export/<slug:kind>/", view(self.export), name="bank_account_export"),
            path("<int:pk>/adjust/", view(submit_once(self.adjust)), name="bank_account_adjust"),
            *super().get_urls(),
        ]

    # The list ----------------------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, found = self._asked(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Balances",
            "opts": self.opts,
            "form": form,
            "found": found,
        }
        if found:
            context |= self._context(request, found, form)
        return render(request, "admin/bank/account/balances.html", context)

    def _asked(self, request):
        """The form as it was sent, and the table it asks for, of one bank: every alliance keeps its own."""
        alliances = list(Alliance.objects.filter(pk__in=own_alliances(request)))
        wanted = request.GET.get("alliance")
        if wanted and wanted not in [alliance.slug for alliance in alliances]:
            raise Http404
        if not alliances:
            return None, None
        alliance = next((alliance for alliance in alliances if alliance.slug == wanted), alliances[0])
        form = BalancesForm({**request.GET.dict(), "alliance": alliance.slug}, alliances=alliances, alliance=alliance)
        return form, balances_table.table(alliance, form.chosen())

    def _context(self, request, found, form):
        sort = found.choices.get("sort") or "-net"
        values = [(str(row.account), row["net"]) for row in found.rows]
        period = dict(form.fields["year"].choices)[found.choices["year"]]
        return {
            "alliance": found.alliance,
            "period": period,
            "headings": [self._heading(request, name, label, sort) for name, label in HEADINGS],
            "exports": [
                (kind.upper(), f"{reverse('admin:bank_account_export', args=[kind])}?{request.GET.urlencode()}")
                for kind in EXPORTS
            ],
            "wide": pictures.bars(values, pictures.WIDE),
            "narrow": pictures.bars(values, pictures.NARROW),
            "givers": sum(row["given"] > row["received"] for row in found.rows),
            "receivers": sum(row["received"] > row["given"] for row in found.rows),
        }

    def _heading(self, request, name, label, sort):
        """Numbers sort from the highest first, names from A; the same heading again turns it round."""
        first = name if name == "school" else f"-{name}"
        turned = name if sort == f"-{name}" else f"-{name}"
        is_sorted = sort.lstrip("-") == name
        query = request.GET.copy()
        query["sort"] = turned if is_sorted else first
        order = ("descending" if sort.startswith("-") else "ascending") if is_sorted else ""
        return {"label": label, "query": query.urlencode(), "order": order, "is_number": name != "school"}

    def export(self, request, kind):
        _, found = self._asked(request)
        if kind not in EXPORTS or found is None:
            raise Http404
        content = exports.dataset("balances", found).export(kind)
        name = slugify(f"balances {found.alliance} {found.choices['year'] or 'all time'}")
        disposition = f'attachment; filename="{name}.{kind}"'
        return HttpResponse(content, content_type=EXPORTS[kind], headers={"Content-Disposition": disposition})

    # One account -------------------------------------------------------------------------------

    def tools(self, request, account):
        found = [("Transfers", f"{reverse('admin:bank_transfer_changelist')}?account={account.pk}")]
        if account.kind != Account.Kind.CLEARING:
            found.append(("Post an adjustment", reverse("admin:bank_account_adjust", args=[account.pk])))
        return found

    def adjust(self, request, pk):
        """A balance changes only by a new transfer, with a reason, made by somebody who works at neither school.

        A clearing account has no such page: it moves with both banks or not at all.
        """
        account = self.get_object(request, str(pk))
        if account is None or account.kind == Account.Kind.CLEARING:
            raise Http404
        may = rules.can_adjust(request.user, account)
        form = AdjustForm(request.POST or None, account=account)
        if may and form.is_valid() and self._post(request, account, form):
            return redirect("admin:bank_account_change", account.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": account,
            "title": f"Post an adjustment: {account}",
            "form": form if may else None,
            "explanation": self._explanation(account) if may else f"You work at {account}: {SECOND}",
            "button": "Post the adjustment",
        }
        return render(request, "admin/act.html", context)

    def _explanation(self, account):
        left = "" if account.kind == Account.Kind.OUTSIDE else f" {days_long(account.to_give())} can still be taken."
        return (
            f"The balance is {days_long(account.posted)}.{left} An adjustment is a transfer of its own: it cannot be "
            "changed, only reversed by another one."
        )

    def _post(self, request, account, form):
        data = form.cleaned_data
        debit, credit = (data["other"], account) if data["direction"] == form.GIVE else (account, data["other"])
        if not rules.can_adjust(request.user, data["other"]):
            form.add_error("other", "You work at one of the schools concerned: another coordinator must do this.")
            return False
        try:
            actions.movements.adjust_balance(
                debit=debit,
                credit=credit,
                amount=data["days"],
                occurred_on=data["occurred_on"],
                by=request.user,
                reason=data["reason"],
                key=str(data["key"]),
            )
        except LimitReached as error:
            most = days_long(error.account.to_give())
            form.add_error("days", f"{debit} can give {most} at most, so this is too much")
        except BankError as error:
            form.add_error(None, f"{error}.")
        except Refused as error:
            form.add_error("other", error.sentence)
        else:
            messages.success(request, f"Posted: {days_long(data['days'])} from {debit} to {credit}.")
        return form.is_valid()

    @admin.display(description="account")
    def school_or_fund(self, account):
        return str(account)

    @admin.display(description="balance in days")
    def balance(self, account):
        return days(account.posted)

    @admin.display(description="held for agreed work")
    def held_days(self, account):
        return days(account.held)

    @admin.display(description="available")
    def available_days(self, account):
        return "No limit" if account.kind == Account.Kind.OUTSIDE else days(account.available)

    @admin.display(description="may go down to")
    def floor_days(self, account):
        return "No limit" if account.kind == Account.Kind.OUTSIDE else days(account.floor)
