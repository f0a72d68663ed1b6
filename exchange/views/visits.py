from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.once import submit_once
from staff.calendar_file import calendar_of

from .. import actions, rules
from ..forms.visits import CancelVisitForm, LogVisitForm, MoveVisitForm, PlanVisitForm
from ..models import Visit
from ..pages.calendar_file import event_of
from .fetch import leg_or_404, visit_or_404


@submit_once
def plan_visit(request, pk):
    leg = leg_or_404(request.user, pk)
    rules.can_plan.check(request.user, leg)
    left = leg.left_to_plan
    form = PlanVisitForm(request.POST or None, commission=leg.commission, left=left)
    if form.is_valid():
        visit = actions.visits.plan(leg=leg, by=request.user, **_facts(form))
        messages.success(
            request, f"The visit on {visit.on:%-d %B %Y} is planned. {leg.receiving_school} has been told."
        )
        return redirect(leg.commission)
    return render(request, "exchange/visits/plan_visit.html", {"form": form, "subject": leg, "leg": leg, "left": left})


@submit_once
def move_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_move.check(request.user, visit)
    initial = {"on": visit.on, "arrival_time": visit.arrival_time}
    form = MoveVisitForm(request.POST or None, initial=initial, commission=visit.leg.commission)
    if form.is_valid():
        new = actions.visits.move(visit=visit, by=request.user, **_facts(form))
        messages.success(request, f"The visit is now on {new.on:%-d %B %Y}. Everybody concerned has been told.")
        return redirect(visit)
    return render(request, "exchange/visits/move_visit.html", {"form": form, "subject": visit, "visit": visit})


@submit_once
def cancel_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_cancel_visit.check(request.user, visit)
    form = CancelVisitForm(request.POST or None, visit=visit)
    if form.is_valid():
        facts = {"status": Visit.Status.LATE_CANCELLED, **_facts(form)}
        actions.visits.cancel(visit=visit, by=request.user, ends_as=facts["status"], reason=facts["reason"])
        messages.success(request, "The visit is cancelled. Its days can be planned again.")
        return redirect(visit)
    return render(request, "exchange/visits/cancel_visit.html", {"form": form, "subject": visit, "visit": visit})


@submit_once
def log_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_log.check(request.user, visit)
    left = _left_to_log(visit.leg)
    form = LogVisitForm(request.POST or None, initial={"days": visit.days}, left=left)
    if form.is_valid():
        actions.visits.log(visit=visit, by=request.user, **_facts(form))
        messages.success(request, f"The visit is logged. {visit.leg.receiving_school} has been asked to confirm it.")
        return redirect(visit)
    context = {"form": form, "subject": visit, "visit": visit, "left": left, "leg": visit.leg}
    return render(
        request, "exchange/visits/log_visit.html", {**context, "may_vary": rules.can_vary(request.user, visit.leg)}
    )


@require_safe
def visit_calendar(request, pk):
    """The visit as a calendar file. Nothing in it that somebody wrote about people: calendars are shared."""
    visit = visit_or_404(request.user, pk)
    if visit.status not in Visit.Status.counting():
        raise Http404
    response = HttpResponse(
        calendar_of([event_of(visit, with_contact=True)]), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="visit-{visit.pk}.ics"'
    return response


def _left_to_log(leg):
    """Hundredths of a day of a leg that no visit that took place has taken."""
    done = leg.visits.filter(status__in=Visit.Status.done())
    return leg.days - (done.aggregate(total=Sum("days"))["total"] or 0)


def _facts(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}
