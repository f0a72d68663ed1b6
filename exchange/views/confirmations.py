from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import redirect, render

from bank.models import Transfer
from bank.posting import levy_on
from portal.forms import KeyedForm, ReasonForm
from portal.once import submit_once

from .. import actions, rules
from ..accounting import pricing
from ..accounting.counting import check_rules, price_or_refuse
from ..accounting.membership import in_credits
from ..forms.confirmations import SettleForm
from ..models import Visit
from ..models.history import in_whose_name
from .fetch import refuse_own_school, visit_or_404
from .visits import _facts


@submit_once
def confirm_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_confirm.check(request.user, visit)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.confirmations.confirm(visit=visit, by=request.user)
        messages.success(request, f"The visit on {visit.on:%-d %B %Y} is confirmed.")
        return redirect(visit)
    context = {"form": form, "subject": visit, "visit": visit, **_worth(visit)}
    return render(request, "exchange/visits/confirm_visit.html", context)


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


@submit_once
def dispute_visit(request, pk):
    visit = visit_or_404(request.user, pk)
    rules.can_dispute.check(request.user, visit)
    form = ReasonForm(request.POST or None, label="What is wrong?", hint="The coordinator and the leader read this.")
    if form.is_valid():
        actions.confirmations.dispute(visit=visit, by=request.user, **_facts(form))
        messages.success(request, "The coordinator has been asked to settle it.")
        return redirect(visit)
    return render(request, "exchange/visits/dispute_visit.html", {"form": form, "subject": visit, "visit": visit})


@submit_once
def settle_dispute(request, pk):
    visit = visit_or_404(request.user, pk)
    leg = visit.leg
    refuse_own_school(
        request.user, leg.commission.support_request.alliance, visit, leg.giving_school, leg.receiving_school
    )
    rules.can_settle.check(request.user, visit)
    others = leg.visits.filter(status__in=Visit.Status.done()).exclude(pk=visit.pk)
    most = leg.days - (others.aggregate(total=Sum("days"))["total"] or 0)
    form = SettleForm(request.POST or None, logged=visit.days, most=most, initial={"days": visit.days})
    if form.is_valid():
        actions.confirmations.settle(
            visit=visit, by=request.user, days=form.cleaned_data["days"], reason=form.cleaned_data["reason"]
        )
        messages.success(request, "The dispute is settled, and both sides are told.")
        return redirect(visit)
    disputed_by = in_whose_name(visit.disputed_by, visit.disputed_for)
    context = {"form": form, "subject": visit, "visit": visit, "commission": leg.commission, "disputed_by": disputed_by}
    return render(request, "exchange/visits/settle_dispute.html", {**context, "covered": _covered(visit)})


def _covered(visit):
    """Hundredths of a day of a visit that the common fund has covered."""
    rows = Transfer.objects.filter(kind=Transfer.Kind.URGENT, reversed_by=None)
    return rows.filter(cause_kind="visit", cause_id=str(visit.pk)).aggregate(total=Sum("amount"))["total"]
