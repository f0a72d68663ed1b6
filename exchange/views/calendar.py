"""A user's visits in the calendar of phone or laptop, by an address that is a key."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from staff import actions as people_actions
from staff.models import CalendarFeed

from ..calendar_file import calendar_of, visits_of
from ..forms.base import KeyedForm
from ..once import once

NEW = "new_calendar_address"


@require_safe
def own_calendar(request):
    context = {
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "address": request.session.pop(NEW, None),  # shown once: nobody can look it up afterwards
    }
    return render(request, "exchange/own_calendar.html", context)


@once
def make_calendar(request):
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        token = people_actions.make_calendar_feed(by=request.user)
        request.session[NEW] = settings.SITE_URL + reverse("exchange:calendar_feed", args=[token])
        return redirect("exchange:own_calendar")
    return render(request, "exchange/make_calendar.html", {"form": form})


@once
def revoke_calendar(request):
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        people_actions.revoke_calendar_feed(by=request.user)
        messages.success(request, "The address no longer works.")
        return redirect("exchange:own_calendar")
    return render(request, "exchange/revoke_calendar.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def calendar_feed(request, token):
    feed = get_object_or_404(CalendarFeed.objects.of_token(token).select_related("user__person"))
    visits = visits_of(feed.user).select_related("leg__receiving_school", "leg__commission")
    return HttpResponse(calendar_of(visits), content_type="text/calendar; charset=utf-8")
