from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.fields import MOST_DAYS
from portal.forms import KeyedForm, ReasonForm
from portal.once import submit_once
from schools import calendar

from .. import actions, rules
from ..accounting.capacity import days_left
from ..accounting.counting import first_day
from ..forms.terms import YEARS_AHEAD
from ..forms.work import AnswerVariationForm, VariationForm
from ..models import Visit
from ..pages.commission import context_of
from .fetch import commission_or_404, leg_or_404, variation_or_404


@require_safe
def commission(request, pk):
    commission = commission_or_404(request.user, pk)
    return render(request, "exchange/work/commission.html", context_of(commission, request.user))


@submit_once
def propose_variation(request, pk):
    leg = leg_or_404(request.user, pk)
    rules.can_vary.check(request.user, leg)
    commission = leg.commission
    counting = Visit.objects.filter(leg__commission=commission, status__in=Visit.Status.counting()).order_by("on")
    visits = list(counting)
    form = VariationForm(
        request.POST or None,
        initial={"days": leg.days, "starts_on": commission.starts_on, "ends_on": commission.ends_on},
        taken=sum(visit.days for visit in visits if visit.leg_id == leg.pk),
        visit_dates=[visit.on for visit in visits],
        earliest=first_day(leg),
        most=_most_days(leg),
    )
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("days", "starts_on", "ends_on", "reason")}
        actions.work.propose_variation(leg=leg, by=request.user, **facts)
        messages.success(request, "The change is proposed. It counts when both heads have said yes.")
        return redirect(leg)
    return render(request, "exchange/work/propose_variation.html", {"form": form, "subject": leg, "leg": leg})


def _most_days(leg):
    """What the leader of a leg can give in all, with the fullest year left; no bound of its own peer to peer."""
    commission = leg.commission
    if commission.leader_id is None:
        return MOST_DAYS
    years = range(calendar.year_of(calendar.today()), calendar.year_of(calendar.today()) + 1 + YEARS_AHEAD)
    return leg.days + max(days_left(commission.leader, year) for year in years)


@submit_once
def answer_variation(request, pk):
    variation = variation_or_404(request.user, pk)
    rules.can_answer_variation.check(request.user, variation)
    form = AnswerVariationForm(request.POST or None)
    if form.is_valid():
        yes = form.cleaned_data["answer"] == "yes"
        reason = "" if yes else form.cleaned_data["reason"]
        actions.work.answer_variation(variation=variation, by=request.user, yes=yes, reason=reason)
        messages.success(request, "You have agreed to the change." if yes else "You have refused the change.")
        return redirect(variation)
    context = {"form": form, "subject": variation, "variation": variation, "commission": variation.leg.commission}
    return render(request, "exchange/work/answer_variation.html", context)


@submit_once
def pause_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_pause.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why?", hint="For example, illness or an inspection")
    if form.is_valid():
        actions.work.pause(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The work is paused. Everybody concerned has been told.")
        return redirect(commission)
    return render(
        request, "exchange/work/pause_work.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def resume_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_resume.check(request.user, commission)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.work.resume(commission=commission, by=request.user)
        messages.success(request, "The work goes on. Everybody concerned has been told.")
        return redirect(commission)
    return render(
        request, "exchange/work/resume_work.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def cancel_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_cancel.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why is the work cancelled?")
    if form.is_valid():
        actions.work.cancel(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The work is cancelled. Everybody concerned has been told.")
        return redirect(commission)
    return render(
        request, "exchange/work/cancel_work.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def stop_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_stop.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why is the work stopped?")
    if form.is_valid():
        actions.work.stop(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The work is stopped. Everybody concerned has been told.")
        return redirect(commission)
    return render(
        request, "exchange/work/stop_work.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def finish_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_finish.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why is the work finished early?")
    if form.is_valid():
        actions.work.finish(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The work is delivered. Both sides can now say how it went.")
        return redirect(commission)
    return render(
        request, "exchange/work/finish_work.html", {"form": form, "subject": commission, "commission": commission}
    )
