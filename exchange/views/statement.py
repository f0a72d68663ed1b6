"""A school's statement for one bank and period: on screen, as a file for a spreadsheet, as PDF."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bank.models import Account
from portal import exports
from portal.words import days
from schools import calendar
from schools.models import Alliance, Membership, School
from staff import rules as people

from .. import rules
from ..forms.schools import StatementForm
from ..matching import outlook
from ..statement import (
    Period,
    balance_before,
    figures,
    in_money,
    lines,
    movements,
    overview,
    pdf,
    periods,
    shown,
    standing,
    value_of,
)

ROWS = 50


@dataclass
class Asked:
    """What a statement is asked of. The school may have no account yet."""

    school: School
    alliance: Alliance
    account: Account | None
    period: Period
    form: StatementForm

    def lines(self, user):
        """All movements of the period."""
        return lines(movements(self.account, self.period), self.account, self.opening, user)

    @property
    def opening(self):
        return balance_before(self.account, self.period)

    def url(self, name):
        return f"{reverse(f'exchange:{name}', args=[self.school.pk])}?{urlencode(self.form.data)}"


@require_safe
def statement(request, urn):
    people.remember(request.user)
    school, alliances = _fetch_banks(request.user, urn)
    if not alliances:
        return render(request, "exchange/statement/statement_without_alliance.html", {"school": school})
    asked = _what_is_asked(request, school, alliances)
    found = figures(asked.account, asked.period)
    coordinates = people.coordinates(request.user, asked.alliance)
    ahead, value = found["given"] - found["received"], value_of(asked.account, asked.period)
    context = {
        "school": school,
        "alliance": asked.alliance,
        "form": asked.form,
        "period": asked.period,
        "found": found,
        "of_period": _figures_of_period(found),
        "standing": _standing(asked.account),
        "ahead": ahead,
        "apart": abs(ahead),
        "overview": overview(asked.account),
        "worth": value,
        "money": in_money(value),
        "outlook": outlook.of_account(asked.account),
        "files": {name: asked.url(f"statement_{name}") for name in ("csv", "sums_csv", "pdf")},
        "whole_url": f"{asked.url('statement')}&rows=all",
        "may_ask": people.may(request.user, "ask", school),
        "is_own": people.belongs_to(request.user, school),
        "may_give": asked.account is not None and rules.can_give(request.user, asked.account),
        "coordinates": coordinates,
        "admin_url": _in_the_admin(asked.account) if coordinates and asked.account else "",
        "has_charges": rules.finds_charges_of(request.user, school),
        "sees_totals": people.alliances_with_totals_for(request.user).filter(pk=asked.alliance.pk).exists(),
        **_page(request, asked),
    }
    return render(request, "exchange/statement/statement.html", context)


def _in_the_admin(account):
    return f"{reverse('admin:bank_transfer_changelist')}?account={account.pk}"


def _page(request, asked):
    """One page of the movements, or all of them for paper, and the balance it starts from."""
    found = movements(asked.account, asked.period)
    pages = Paginator(found, ROWS)
    if request.GET.get("rows") == "all":
        pages = Paginator(found, max(pages.count, 1))
    page = pages.get_page(request.GET.get("page"))
    start = asked.opening + sum(signed for _, _, signed in found[: (page.number - 1) * pages.per_page])
    return {"page_obj": page, "opening": start, "lines": lines(page, asked.account, start, request.user)}


@require_safe
def statement_csv(request, urn):
    asked = _fetch_file(request, urn)
    found = (asked.period, asked.opening, asked.lines(request.user))
    return exports.csv_file("statement", _file_name(asked, "csv"), *found)


@require_safe
def statement_sums_csv(request, urn):
    asked = _fetch_file(request, urn)
    found = (figures(asked.account, asked.period), value_of(asked.account, asked.period))
    return exports.csv_file("statement sums", _file_name(asked, "sums.csv"), *found)


@require_safe
def statement_pdf(request, urn):
    asked = _fetch_file(request, urn)
    name = _file_name(asked, "pdf")
    content = pdf.document(
        asked.school, asked.alliance, asked.account, asked.period, asked.opening, asked.lines(request.user)
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _fetch_file(request, urn):
    school, alliances = _fetch_banks(request.user, urn)
    if not alliances:
        raise Http404
    asked = _what_is_asked(request, school, alliances)
    if not asked.form.is_valid():
        raise Http404
    return asked


def _file_name(asked, kind):
    return f"statement-{asked.school.pk}-{asked.alliance.slug}-{asked.form['year'].value()}.{kind}"


def _fetch_banks(user, urn):
    """The school and the alliances whose bank the user may look into for it; 404 for everybody else.

    The school's own people see every bank it has an account in, also after it has left; a coordinator
    only the own alliance's.
    """
    school = get_object_or_404(School, pk=urn)
    banks = Alliance.objects.filter(
        Q(pk__in=Membership.objects.filter(school=school).values("alliance"))
        | Q(pk__in=Account.objects.filter(school=school).values("alliance"))
    )
    if people.belongs_to(user, school):
        return school, banks
    banks = banks.filter(pk__in=people.alliances_coordinated_by(user).values("pk"))
    if not banks:
        raise Http404
    return school, banks


def _what_is_asked(request, school, alliances):
    slug = request.GET.get("alliance")
    alliance = get_object_or_404(alliances, slug=slug) if slug else alliances[0]
    account = Account.objects.filter(alliance=alliance, school=school).select_related("alliance", "school").first()
    this_year = str(calendar.year_of(calendar.today()))
    choices = periods(account)
    data = {"alliance": alliance.slug, "year": request.GET.get("year") or this_year}
    form = StatementForm(data, alliances=alliances, periods=choices)
    period = choices[data["year"]] if form.is_valid() else choices[this_year]
    return Asked(school, alliance, account, period, form)


def _figures_of_period(found):
    return [{"label": label, "value": value} for label, value in shown(found)]


def _standing(account):
    """What the school has now, of all time: the balance first."""
    return [{"label": label, "value": days(value)} for label, value in standing(account)]
