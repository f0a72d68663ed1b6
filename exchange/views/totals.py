"""What every school of an alliance has given and received: a table, and the same as a file."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from schools import calendar
from staff import rules as people

from .. import spreadsheet
from ..bank import balances
from ..models import Account

COLUMNS = ("given", "received", "levy", "other", "net")


@require_safe
def totals(request, slug):
    alliance = _alliance(request, slug)
    year, years = _year(request, alliance)
    context = {
        "alliance": alliance,
        "rows": _rows(alliance, year),
        "year": year,
        "years": [(each, calendar.label(each)) for each in years],
        "label": calendar.label(year) if year else "All years",
        "coordinates": people.coordinates(request.user, alliance),
    }
    return render(request, "exchange/totals.html", context)


@require_safe
def totals_csv(request, slug):
    alliance = _alliance(request, slug)
    year, _ = _year(request, alliance)
    header = ["URN", "School", *(column.capitalize() for column in COLUMNS)]
    rows = [
        [row["urn"], spreadsheet.text(row["name"]), *(spreadsheet.hundredths(row[column]) for column in COLUMNS)]
        for row in _rows(alliance, year)
    ]
    return spreadsheet.as_file(f"{alliance.slug}-totals-{year or 'all-years'}.csv", header, rows)


def _alliance(request, slug):
    return get_object_or_404(people.alliances_with_totals_for(request.user), slug=slug)


def _year(request, alliance):
    """The year asked for (None: all years), and the years that can be asked for."""
    first, last = balances.first_year(alliance), calendar.year_of(calendar.today())
    years = list(range(last, min(first or last, last) - 1, -1))
    wanted = request.GET.get("year", "")
    return (int(wanted) if wanted in map(str, years) else None), years


def _rows(alliance, year):
    """One row a school, member or with an account from before, then the common fund. Hundredths of a day."""
    accounts = list(
        Account.objects.filter(alliance=alliance, kind__in=[Account.Kind.SCHOOL, Account.Kind.FUND]).select_related(
            "school"
        )
    )
    found = balances.of_year(accounts, year) if year else balances.figures(accounts)
    rows = {
        account.school_id: {"urn": account.school_id or "", "name": str(account), **found[account.pk]}
        for account in accounts
    }
    fund = rows.pop(None, None)
    nothing = dict.fromkeys(COLUMNS, 0)
    for school in alliance.members():
        rows.setdefault(school.pk, {"urn": school.pk, "name": school.name, **nothing})
    schools = sorted(rows.values(), key=lambda row: (row["name"], row["urn"]))
    return [*schools, fund or {"urn": "", "name": Account.Kind.FUND.label, **nothing}]
