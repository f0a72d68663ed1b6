"""The academic years of an alliance's bank, and closing one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bank import closing
from bank.models import Balance
from portal.forms import KeyedForm
from portal.once import submit_once
from schools import calendar

from .. import actions
from ..actions.years import waits_for_closing
from .alliance import coordinated


def _years_with_movements(alliance):
    years = Balance.objects.filter(account__alliance=alliance).order_by("-year")
    return list(years.values_list("year", flat=True).distinct())


@require_safe
def years(request, slug):
    alliance = coordinated(request, slug)
    closed = {row.year: row for row in alliance.closed_years.all()}
    rows = []
    for year in _years_with_movements(alliance):
        waits = "" if year in closed else waits_for_closing(alliance, year)
        rows.append({"year": year, "label": calendar.label(year), "closed": closed.get(year), "waits": waits})
    return render(request, "exchange/movements/years.html", {"alliance": alliance, "rows": rows})


@submit_once
def close_year(request, slug, year):
    alliance = coordinated(request, slug)
    if year not in _years_with_movements(alliance):
        raise Http404
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.years.close(alliance=alliance, year=year, by=request.user)
        messages.success(request, f"{calendar.label(year)} is closed.")
        return redirect("exchange:years", slug)
    is_closed = alliance.closed_years.filter(year=year).exists()
    context = {
        "form": form,
        "alliance": alliance,
        "subject": alliance,
        "year": calendar.label(year),
        "next_year": calendar.label(year + 1),
        "is_closed": is_closed,
        "waits": "" if is_closed else waits_for_closing(alliance, year),
        "workings": [] if is_closed else closing.workings(alliance, year),
        "policy": alliance.policy(calendar.last_day(year)),
        "back_url": reverse("exchange:years", args=[slug]),
    }
    return render(request, "exchange/movements/close_year.html", context)
