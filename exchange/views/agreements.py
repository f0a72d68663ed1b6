from django.contrib import messages
from django.shortcuts import redirect, render

from portal.forms import ReasonForm
from portal.once import submit_once
from staff import rules as people

from .. import actions, matching, rules
from ..accounting import quotes
from ..accounting.membership import in_credits
from ..forms.agreements import AcceptForm, AgreeForm, ReleaseForm
from .fetch import commission_or_404, refuse_own_school


@submit_once
def accept(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_accept.check(request.user, commission)
    heads_the_school = people.is_head(request.user, commission.home_school)
    form = AcceptForm(request.POST or None, heads_the_school=heads_the_school)
    if form.is_valid():
        actions.agreements.accept(commission=commission, by=request.user)
        messages.success(request, "You have accepted. The visits can be planned when both heads have said yes.")
        return redirect(commission)
    return render(
        request, "exchange/offers/accept.html", {"form": form, "subject": commission, "commission": commission}
    )


@submit_once
def release(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_release.check(request.user, commission)
    form = ReleaseForm(request.POST or None, heads_the_school=rules.is_its_leader(request.user, commission))
    if form.is_valid():
        actions.agreements.release(
            commission=commission,
            by=request.user,
            backfill_cost=form.cleaned_data["backfill_cost"],
            travel_payer=form.cleaned_data["travel_payer"],
        )
        messages.success(request, f"You have released {commission.leg.person.name} for this work.")
        return redirect(commission)
    context = {"form": form, "subject": commission, "commission": commission, **_price(commission)}
    return render(request, "exchange/offers/release.html", context | {"levy_percent": _levy_percent(commission)})


def _levy_percent(commission):
    """Of the work's first day: each visit is levied by its own."""
    leg = commission.leg
    return leg.levy_percent(commission.starts_on) if in_credits(leg, commission.starts_on) else 0


@submit_once
def agree(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_agree.check(request.user, commission)
    form = AgreeForm(request.POST or None)
    if form.is_valid():
        actions.agreements.agree(commission=commission, by=request.user, exit_plan=form.cleaned_data["exit_plan"])
        messages.success(request, "You have agreed to the offer.")
        return redirect(commission)
    context = {"form": form, "subject": commission, "commission": commission, **_after_the_yes(commission)}
    return render(request, "exchange/offers/agree.html", context)


def _after_the_yes(commission):
    """What it costs where it is in money; else the school's balance, and what remains once the days are held."""
    price = _price(commission)
    if price["is_charged"]:
        return price
    account = commission.leg.receiving_account
    # The limit that governs a hold is the policy's of the moment; the account's floor follows it.
    available = max(account.posted - account.held - commission.support_request.alliance.policy().limit, 0)
    return {**price, "account": account, "available": available, "remains": available - commission.days}


def _price(commission):
    standings = quotes.terms_of(commission)
    return {"standings": standings, "is_charged": not all(standing.in_credits for standing in standings)}


@submit_once
def override_limit(request, pk):
    commission = commission_or_404(request.user, pk)
    schools = [leg.receiving_school for leg in commission.legs.all()]
    refuse_own_school(request.user, commission.support_request.alliance, commission, *schools)
    rules.can_override.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why may the school go below its limit?")
    if form.is_valid():
        actions.agreements.override_limit(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The limit will not stop this offer.")
        return redirect(commission)
    alliance = commission.support_request.alliance
    legs = [
        {"school": leg.receiving_school, "days": leg.days, "room": matching.room(alliance, leg.receiving_school)}
        for leg in commission.legs.all()
    ]
    context = {"form": form, "subject": commission, "commission": commission, "legs": legs, "policy": alliance.policy()}
    return render(request, "exchange/offers/override_limit.html", context)
