"""What a coordinator decides about running work: the limit, disputes, concerns, and the end."""

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from staff import rules as people

from .. import actions, matching, rules
from ..forms.base import ReasonForm
from ..forms.coordination import ResolveForm, SettleForm
from ..models import Concern, Transfer, Visit
from ..once import once
from .fetch import commission_or_404, refuse_own_school, visit_or_404


@once
def override_limit(request, pk):
    commission = commission_or_404(request.user, pk)
    schools = [leg.receiving_school for leg in commission.legs.all()]
    refuse_own_school(request.user, commission.request.alliance, commission, *schools)
    rules.can_override.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why may the school go below its limit?")
    if form.is_valid():
        actions.override_limit(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The limit will not stop this offer.")
        return redirect(commission)
    alliance = commission.request.alliance
    legs = [
        {"school": leg.receiving_school, "days": leg.days, "room": matching.room(alliance, leg.receiving_school)}
        for leg in commission.legs.all()
    ]
    context = {"form": form, "thing": commission, "commission": commission, "legs": legs, "policy": alliance.policy()}
    return render(request, "exchange/override_limit.html", context)


@once
def close_work(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_close.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why is it closed without both evaluations?")
    if form.is_valid():
        actions.close_work(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The commission is closed.")
        return redirect(commission)
    return render(request, "exchange/close_work.html", {"form": form, "thing": commission, "commission": commission})


@once
def settle_dispute(request, pk):
    visit = visit_or_404(request.user, pk)
    leg = visit.leg
    refuse_own_school(request.user, leg.commission.request.alliance, visit, leg.giving_school, leg.receiving_school)
    rules.can_settle.check(request.user, visit)
    others = leg.visits.filter(status__in=Visit.Status.done()).exclude(pk=visit.pk)
    most = leg.days - (others.aggregate(total=Sum("days"))["total"] or 0)
    form = SettleForm(request.POST or None, logged=visit.days, most=most, initial={"days": visit.days})
    if form.is_valid():
        actions.settle_dispute(
            visit=visit, by=request.user, days=form.cleaned_data["days"], reason=form.cleaned_data["reason"]
        )
        messages.success(request, "The dispute is settled, and both sides are told.")
        return redirect(visit)
    dispute = visit.events.filter(new=Visit.Status.DISPUTED).select_related("by__person", "acting_for__person").first()
    context = {"form": form, "thing": visit, "visit": visit, "commission": leg.commission, "dispute": dispute}
    return render(request, "exchange/settle_dispute.html", {**context, "covered": _covered(visit)})


def _covered(visit):
    """Hundredths of a day of a visit that the common fund has covered."""
    rows = Transfer.objects.filter(kind=Transfer.Kind.URGENT, reversed_by=None)
    return rows.filter(cause_kind="visit", cause_id=str(visit.pk)).aggregate(total=Sum("amount"))["total"]


@once
def resolve_concern(request, pk):
    alliances = people.alliances_coordinated_by(request.user)
    concern = get_object_or_404(
        Concern.objects.filter(commission__request__alliance__in=alliances).select_related(
            "commission__request__alliance", "commission__request__school", "evaluation__by__person"
        ),
        pk=pk,
    )
    rules.can_resolve.check(request.user, concern)
    back = reverse("exchange:concerns", args=[concern.commission.request.alliance.slug])
    form = ResolveForm(request.POST or None)
    if form.is_valid():
        actions.resolve_concern(concern=concern, by=request.user, resolution=form.cleaned_data["resolution"])
        messages.success(request, "The concern is resolved.")
        return redirect(back)
    context = {"form": form, "thing": concern, "concern": concern, "back_url": back}
    return render(request, "exchange/resolve_concern.html", context)
