from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.forms import ReasonForm
from portal.once import submit_once
from staff import rules as people

from .. import actions, rules
from ..forms.evaluations import EvaluationForm, FindingsForm, ResolveForm
from ..models import Concern, Evaluation
from .fetch import commission_or_404


@submit_once
def evaluate(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_evaluate.check(request.user, commission)
    side = rules.evaluation_side(request.user, commission)
    form = EvaluationForm(request.POST or None, outcomes=list(commission.support_request.outcomes.all()), side=side)
    if form.is_valid():
        facts = {name: form.cleaned_data.get(name, "") for name in ("evidence", "gained", "rating", "flagged")}
        actions.evaluations.evaluate(commission=commission, by=request.user, side=side, scores=form.scores(), **facts)
        messages.success(request, "Thank you. Your evaluation has been sent.")
        return redirect(commission)
    is_receiving = side == Evaluation.Side.RECEIVING
    context = {"form": form, "subject": commission, "commission": commission, "is_receiving": is_receiving}
    return render(request, "exchange/evaluations/evaluate.html", context)


@submit_once
def report_findings(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_report_findings.check(request.user, commission)
    initial = {"findings": commission.findings, "no_further_support": commission.no_further_support}
    form = FindingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.work.report_findings(
            commission=commission,
            by=request.user,
            findings=form.cleaned_data["findings"],
            no_further_support=form.cleaned_data["no_further_support"],
        )
        messages.success(request, f"Your findings have been sent to {commission.support_request.school}.")
        return redirect(commission)
    context = {"form": form, "subject": commission, "commission": commission}
    return render(request, "exchange/work/report_findings.html", context)


@submit_once
def close_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_close.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why is it closed without both evaluations?")
    if form.is_valid():
        actions.evaluations.close_work(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The commission is closed.")
        return redirect(commission)
    return render(
        request, "exchange/evaluations/close_work.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def resolve_concern(request, pk):
    alliances = people.alliances_coordinated_by(request.user)
    concern = get_object_or_404(
        Concern.objects.filter(commission__support_request__alliance__in=alliances).select_related(
            "commission__support_request__alliance", "commission__support_request__school", "evaluation__by__person"
        ),
        pk=pk,
    )
    rules.can_resolve.check(request.user, concern)
    back = reverse("exchange:concerns", args=[concern.commission.support_request.alliance.slug])
    form = ResolveForm(request.POST or None)
    if form.is_valid():
        actions.evaluations.resolve_concern(
            concern=concern, by=request.user, resolution=form.cleaned_data["resolution"]
        )
        messages.success(request, "The concern is resolved.")
        return redirect(back)
    context = {"form": form, "subject": concern, "concern": concern, "back_url": back}
    return render(request, "exchange/evaluations/resolve_concern.html", context)
