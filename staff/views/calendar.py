"""A user's visits in the calendar of phone or laptop, by an address that is a key."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.forms import KeyedForm
from portal.once import submit_once

from .. import actions
from ..calendar_file import calendar_of_user
from ..models import CalendarFeed

NEW = "new_calendar_address"


@require_safe
def own_calendar(request):
    context = {
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "address": request.session.pop(NEW, None),  # shown once: nobody can look it up afterwards
    }
    return render(request, "staff/own_calendar.html", context)


@submit_once
def make_calendar(request):
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        token = actions.make_calendar_feed(by=request.user)
        request.session[NEW] = settings.SITE_URL + reverse("staff:calendar_feed", args=[token])
        return redirect("staff:own_calendar")
    return render(request, "staff/make_calendar.html", {"form": form})


@submit_once
def revoke_calendar(request):
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.revoke_calendar_feed(by=request.user)
        messages.success(request, "The address no longer works.")
        return redirect("staff:own_calendar")
    return render(request, "staff/revoke_calendar.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def calendar_feed(request, token):
    feed = get_object_or_404(CalendarFeed.objects.of_token(token).select_related("user__person"))
    return HttpResponse(calendar_of_user(feed.user), content_type="text/calendar; charset=utf-8")
