"""What a coordinator does with a request before and besides looking for a leader."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from staff import rules as people

from .. import actions, rules
from ..forms.base import ReasonForm
from ..forms.coordination import AssignForm, QuestionForm
from ..models import SupportRequest
from ..once import once


def fetch(request, pk):
    visible = SupportRequest.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("alliance", "school", "specialism"), pk=pk)


def _assign_form(request, thing):
    coordinators = people.coordinators_of(thing.alliance)
    initial = {"to": thing.assigned_to_id or request.user.pk}
    return AssignForm(request.POST or None, coordinators=coordinators, initial=initial)


@once
def triage(request, pk):
    thing = fetch(request, pk)
    rules.can_triage.check(request.user, thing)
    form = _assign_form(request, thing)
    if form.is_valid():
        actions.triage(request=thing, by=request.user, assigned_to=form.cleaned_data["to"])
        messages.success(request, "The request is open. Look for a leader now.")
        return redirect(thing)
    return render(request, "exchange/triage.html", {"form": form, "thing": thing})


@once
def ask_question(request, pk):
    thing = fetch(request, pk)
    rules.can_ask_question.check(request.user, thing)
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        actions.ask_question(request=thing, by=request.user, question=form.cleaned_data["question"])
        messages.success(request, f"Your question has been sent to {thing.school}.")
        return redirect(thing)
    return render(request, "exchange/ask_question.html", {"form": form, "thing": thing})


@once
def decline_request(request, pk):
    thing = fetch(request, pk)
    rules.can_decline_request.check(request.user, thing)
    form = ReasonForm(
        request.POST or None, label="Why?", hint="The school reads this. Say what else could help, if anything does."
    )
    if form.is_valid():
        actions.decline_request(request=thing, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"The request is declined, and {thing.school} is told why.")
        return redirect(thing)
    return render(request, "exchange/decline_request.html", {"form": form, "thing": thing})


@once
def assign(request, pk):
    thing = fetch(request, pk)
    rules.can_assign.check(request.user, thing)
    form = _assign_form(request, thing)
    if form.is_valid():
        to = form.cleaned_data["to"]
        actions.assign(request=thing, by=request.user, to=to)
        messages.success(request, f"{to} looks after the request now.")
        return redirect(thing)
    return render(request, "exchange/assign.html", {"form": form, "thing": thing})


@once
def call_enough(request, pk):
    thing = fetch(request, pk)
    rules.can_call_enough.check(request.user, thing)
    form = ReasonForm(request.POST or None, label="Why are the agreed days enough?")
    if form.is_valid():
        actions.call_enough(request=thing, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The request is matched with the days that are agreed.")
        return redirect(thing)
    return render(request, "exchange/call_enough.html", {"form": form, "thing": thing})
