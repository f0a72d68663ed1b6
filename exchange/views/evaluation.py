from django.contrib import messages
from django.shortcuts import redirect, render

from .. import actions, rules
from ..forms.evaluation import EvaluationForm
from ..forms.work import FindingsForm
from ..once import once
from .fetch import commission_or_404


@once
def evaluate(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_evaluate.check(request.user, commission)
    side = rules.evaluation_side(request.user, commission)
    form = EvaluationForm(request.POST or None, outcomes=list(commission.request.outcomes.all()), side=side)
    if form.is_valid():
        facts = {name: form.cleaned_data.get(name, "") for name in ("evidence", "gained", "rating", "flagged")}
        actions.evaluate(commission=commission, by=request.user, side=side, scores=form.scores(), **facts)
        messages.success(request, "Thank you. Your evaluation has been sent.")
        return redirect(commission)
    context = {"form": form, "thing": commission, "commission": commission, "side": side}
    return render(request, "exchange/evaluate.html", context)


@once
def report_findings(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_report_findings.check(request.user, commission)
    initial = {"findings": commission.findings, "no_further_support": commission.no_further_support}
    form = FindingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.report_findings(
            commission=commission,
            by=request.user,
            findings=form.cleaned_data["findings"],
            no_further_support=form.cleaned_data["no_further_support"],
        )
        messages.success(request, f"Your findings have been sent to {commission.request.school}.")
        return redirect(commission)
    context = {"form": form, "thing": commission, "commission": commission}
    return render(request, "exchange/report_findings.html", context)
