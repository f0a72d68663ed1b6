from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from .. import actions, pricing, rules
from ..actions.visits import check_rules, price_or_refuse
from ..bank.posting import levy_on
from ..calendar_file import calendar_of
from ..forms.base import KeyedForm, ReasonForm
from ..forms.visits import CancelVisitForm, LogVisitForm, MoveVisitForm, PlanVisitForm
from ..membership import in_credits
from ..models import Visit
from ..once import once
from .fetch import leg_or_404, visit_or_404


@once
def plan_visit(request, pk):
    leg = leg_or_404(request.user, pk)
    rules.can_plan.check(request.user, leg)
    left = leg.left_to_plan
    form = PlanVisitForm(request.POST or None, commission=leg.commission, left=left)
    if form.is_valid():
        visit = actions.plan_visit(leg=leg, by=request.user, **_facts(form))
        messages.success(
            request, f"The visit on {visit.on:%-d %B %Y} is planned. {leg.receiving_school} has been told."
        )
        return redirect(leg.commission)
    return render(request, "exchange/plan_visit.html", {"form": form, "thing": leg, "leg": leg, "left": left})


@once
def move_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_move.check(request.user, visit)
    initial = {"on": visit.on, "arrival_time": visit.arrival_time}
    form = MoveVisitForm(request.POST or None, initial=initial, commission=visit.leg.commission)
    if form.is_valid():
        new = actions.move_visit(visit=visit, by=request.user, **_facts(form))
        messages.success(request, f"The visit is now on {new.on:%-d %B %Y}. Everybody concerned has been told.")
        return redirect(visit)
    return render(request, "exchange/move_visit.html", {"form": form, "thing": visit, "visit": visit})


@once
def cancel_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_cancel_visit.check(request.user, visit)
    form = CancelVisitForm(request.POST or None, visit=visit)
    if form.is_valid():
        facts = {"status": Visit.Status.LATE_CANCELLED, **_facts(form)}
        actions.cancel_visit(visit=visit, by=request.user, **facts)
        messages.success(request, "The visit is cancelled. Its days can be planned again.")
        return redirect(visit)
    return render(request, "exchange/cancel_visit.html", {"form": form, "thing": visit, "visit": visit})


@once
def log_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_log.check(request.user, visit)
    left = _left_to_log(visit.leg)
    form = LogVisitForm(request.POST or None, initial={"days": visit.days}, left=left)
    if form.is_valid():
        actions.log_visit(visit=visit, by=request.user, **_facts(form))
        messages.success(request, f"The visit is logged. {visit.leg.receiving_school} has been asked to confirm it.")
        return redirect(visit)
    context = {"form": form, "thing": visit, "visit": visit, "left": left, "leg": visit.leg}
    return render(request, "exchange/log_visit.html", {**context, "may_vary": rules.can_vary(request.user, visit.leg)})


@once
def confirm_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_confirm.check(request.user, visit)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.confirm_visit(visit=visit, by=request.user)
        messages.success(request, f"The visit on {visit.on:%-d %B %Y} is confirmed.")
        return redirect(visit)
    context = {"form": form, "thing": visit, "visit": visit, **_worth(visit)}
    return render(request, "exchange/confirm_visit.html", context)


def _worth(visit):
    """What confirming brings: what the giver pays of the credits that move and what it keeps, or the price in pence."""
    leg = visit.leg
    if not in_credits(leg, visit.on):
        tariff, day_rate = price_or_refuse(leg.commission, visit.on)
        price = pricing.of_days(visit.days, day_rate)
        return {"in_money": True, "day_rate": day_rate, "price": price, "added": _added_by(tariff)}
    check_rules(leg, visit.on)
    percent = leg.levy_percent(visit.on)
    return {"levy_percent": percent, "kept": visit.days - levy_on(visit.days, percent)}


def _added_by(tariff):
    """What a tariff adds to the price of the days, in words; "" for nothing."""
    has_brokerage = tariff.brokerage_percent or tariff.brokerage_fixed
    added = ["brokerage"] if has_brokerage and not tariff.brokerage_inside else []
    added += [f"VAT at {tariff.vat_percent}%"] if tariff.vat_percent else []
    return " and ".join(added)


@once
def dispute_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_dispute.check(request.user, visit)
    form = ReasonForm(request.POST or None, label="What is wrong?", hint="The coordinator and the leader read this.")
    if form.is_valid():
        actions.dispute_visit(visit=visit, by=request.user, **_facts(form))
        messages.success(request, "The coordinator has been asked to settle it.")
        return redirect(visit)
    return render(request, "exchange/dispute_visit.html", {"form": form, "thing": visit, "visit": visit})


@require_safe
def visit_calendar(request, pk):
    """The visit as a calendar file. Nothing in it that somebody wrote about people: calendars are shared."""
    visit = visit_or_404(request.user, pk)
    if visit.status not in Visit.Status.counting():
        raise Http404
    response = HttpResponse(calendar_of([visit], with_contact=True), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="visit-{visit.pk}.ics"'
    return response


def _left_to_log(leg):
    """Hundredths of a day of a leg that no visit that took place has taken."""
    done = leg.visits.filter(status__in=Visit.Status.done())
    return leg.days - (done.aggregate(total=Sum("days"))["total"] or 0)


def _facts(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}
