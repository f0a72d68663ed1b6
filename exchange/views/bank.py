"""The whole bank of an alliance on one page, and its accounts as a file.

In an open alliance the heads of its members see what every school has given and received, and no more.
"""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bank import balances
from bank.models import TotalsCheck
from portal import exports
from schools import calendar
from staff import rules as people

from ..pages import bank as bank_page

ROWS = 200  # schools a page: an ordinary alliance stands on one
DECIDED = (
    ("grant_opening", "Opening grant"),
    ("pay_service", "Common service"),
    ("credit_hosting", "Hosting or training credit"),
    ("years", "Close a year"),
)


@require_safe
def bank(request, slug):
    alliance = _alliance(request, slug)
    year, years = _year(request, alliance)
    book, sees_all = bank_page.book(alliance, year), people.sees_bank(request.user, alliance)
    page = Paginator(book.schools, ROWS).get_page(request.GET.get("page"))
    context = {
        "alliance": alliance,
        "book": book,
        "page_obj": page,
        "schools": page.object_list,
        "others": book.others if sees_all else [book.fund],
        "year": year,
        "years": [(each, calendar.label(each)) for each in years],
        "label": calendar.label(year) if year else "All time",
        "csv_url": reverse("exchange:bank_csv", args=[slug]) + (f"?year={year}" if year else ""),
        "sees_all": sees_all,
        "coordinates": people.coordinates(request.user, alliance),
        **(_whole(alliance, year, book) if sees_all else {}),
    }
    return render(request, "exchange/bank/bank.html", context)


def _whole(alliance, year, book):
    """What only those see who may see the whole bank."""
    flows = bank_page.fund_flows(book.fund.account, year)
    check = TotalsCheck.objects.filter(alliance=alliance).first()
    return {
        "total": book.total,
        "totals_check": check,
        "differences": bank_page.differences(check, book) if check else [],
        "flows": flows,
        "income": sum(flow.income for flow in flows),
        "spending": sum(flow.spending for flow in flows),
        "participation": bank_page.participation(alliance),
        "charges": bank_page.charges(alliance, year),
        "verbs": [(reverse(f"exchange:{name}", args=[alliance.slug]), words) for name, words in DECIDED],
    }


@require_safe
def bank_csv(request, slug):
    alliance = _alliance(request, slug)
    year, _ = _year(request, alliance)
    book, sees_all = bank_page.book(alliance, year), people.sees_bank(request.user, alliance)
    name = "bank" if sees_all else "bank totals"
    return exports.csv_file(name, f"{alliance.slug}-bank-{year or 'all-time'}.csv", book)


def _alliance(request, slug):
    return get_object_or_404(people.alliances_with_totals_for(request.user), slug=slug)


def _year(request, alliance):
    """The year asked for (None: all time), and the years that can be asked for."""
    years, wanted = balances.years(account__alliance=alliance), request.GET.get("year", "")
    return (int(wanted) if wanted in map(str, years) else None), years
