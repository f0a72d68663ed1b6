"""Movements that a person decides, one verb a view. What the bank refuses stands beside the days."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from bank import balances
from bank.errors import BankError, LimitReached
from bank.models import Account, Transfer
from portal.errors import Refused
from portal.forms import ReasonForm
from portal.once import submit_once
from portal.words import days_long
from schools.models import Alliance, School
from staff import rules as people
from staff.views.fetch import fetch_school

from .. import actions, rules
from ..actions.movements import urgent_room
from ..forms.movements import NO_NAMES, CoverForm, GiftForm, HostingForm, OpeningForm, ServiceForm, SettleLeaverForm
from .alliance import coordinated
from .fetch import refuse_own_school, visit_or_404

FUND = "The common fund has {days} to give."


def _posted(form, act, **data):
    """What the act wrote, or None with what is wrong beside its field. `data` names the form's fields."""
    if not form.is_valid():
        return None
    facts = {name: form.cleaned_data[field] for name, field in data.items()}
    try:
        return act(**facts, key=str(form.cleaned_data["key"]))
    except LimitReached as error:
        field = "days" if "days" in form.fields else None
        form.add_error(field, f"{_named(error.account)} can give {days_long(error.account.to_give())} at most")
    except BankError as error:
        form.add_error(None, str(error))
    return None


def _named(account):
    """At the beginning of a sentence."""
    return str(account) if account.school_id else f"The {str(account).lower()}"


def _page(request, form, alliance, *, title, button, explanation=()):
    context = {
        "form": form,
        "alliance": alliance,
        "subject": alliance,
        "title": title,
        "button": button,
        "explanation": explanation,
        "back_url": reverse("exchange:bank", args=[alliance.slug]),
    }
    return render(request, "exchange/movements/movement.html", context)


def _fund_has(alliance):
    return FUND.format(days=days_long(balances.fund(alliance).to_give()))


@submit_once
def grant_opening(request, slug):
    alliance = coordinated(request, slug)
    form = OpeningForm(request.POST or None, alliance=alliance, user=request.user)
    act = partial(actions.movements.grant_opening, by=request.user)
    row = _posted(form, act, account="account", amount="days", occurred_on="occurred_on", reason="reason")
    if row:
        messages.success(request, f"{row.credit} begins with {days_long(row.amount)}.")
        return redirect("exchange:bank", slug)
    explanation = ["A school that joins may begin with days in hand. They come from outside the bank."]
    return _page(request, form, alliance, title="Opening grant", button="Grant the days", explanation=explanation)


@submit_once
def pay_service(request, slug):
    alliance = coordinated(request, slug)
    form = ServiceForm(request.POST or None, alliance=alliance, user=request.user)
    act = partial(actions.movements.pay_service, by=request.user)
    row = _posted(form, act, provider="account", amount="days", occurred_on="occurred_on", name="reason")
    if row:
        messages.success(request, f"The fund has paid {days_long(row.amount)} for {row.reason}.")
        return redirect("exchange:bank", slug)
    explanation = ["A service that all schools share, paid by the common fund.", _fund_has(alliance)]
    return _page(request, form, alliance, title="Common service", button="Pay from the fund", explanation=explanation)


@submit_once
def credit_hosting(request, slug):
    alliance = coordinated(request, slug)
    form = HostingForm(request.POST or None, alliance=alliance, user=request.user)
    act = partial(actions.movements.credit_hosting, by=request.user)
    row = _posted(form, act, account="account", hosted="days", occurred_on="occurred_on", name="reason")
    if row:
        messages.success(request, f"{row.credit} is credited {days_long(row.amount)} for {row.reason}.")
        return redirect("exchange:bank", slug)
    rate = days_long(alliance.policy().hosting_rate)
    explanation = [f"For each day a school hosts or trains for all, the fund credits {rate}.", _fund_has(alliance)]
    return _page(
        request, form, alliance, title="Hosting or training credit", button="Credit it", explanation=explanation
    )


@submit_once
def give(request, urn, slug):
    school = fetch_school(request.user, urn)
    account = get_object_or_404(Account, school=school, alliance__slug=slug)
    rules.can_give.check(request.user, account)
    policy, most = account.alliance.policy(), account.to_give()
    form = GiftForm(request.POST or None, account=account, low=policy.band_low, most=most)
    act = partial(actions.movements.give, account=account, by=request.user)
    row = _posted(form, act, to="to", amount="days", reason="reason")
    statement = f"{reverse('exchange:statement', args=[urn])}?alliance={slug}"
    if row:
        messages.success(request, f"{days_long(row.amount)} given to {row.credit.school or 'the common fund'}.")
        return redirect(statement)
    context = {
        "form": form,
        "account": account,
        "school": school,
        "policy": policy,
        "most": most,
        "subject": account.alliance,
        "back_url": statement,
    }
    return render(request, "exchange/movements/give.html", context)


@submit_once
def cover_urgent(request, pk):
    visit = visit_or_404(request.user, pk)
    leg = visit.leg
    refuse_own_school(request.user, leg.commission.support_request.alliance, visit, leg.receiving_school)
    rules.can_cover.check(request.user, visit)
    room, cap = urgent_room(visit)
    form = CoverForm(request.POST or None, room=room, initial={"days": room})
    act = partial(actions.movements.cover_urgent, visit=visit, by=request.user)
    row = _posted(form, act, amount="days", reason="reason")
    if row:
        messages.success(request, f"The fund has covered {days_long(row.amount)}.")
        return redirect(visit)
    context = {"form": form, "visit": visit, "subject": visit, "room": room, "cap": cap}
    return render(request, "exchange/movements/cover_urgent.html", context)


@submit_once
def settle_leaver(request, slug, urn):
    alliance = coordinated(request, slug)
    school = get_object_or_404(School, pk=urn)
    account = get_object_or_404(Account.objects.select_related("school", "alliance"), alliance=alliance, school=school)
    if alliance.has_member(account.school):
        bank = reverse("exchange:bank", args=[slug])
        raise Refused(f"{account} is a member of {alliance}: only a school that has left is settled.", bank, "The bank")
    form = SettleLeaverForm(request.POST or None, account=account)
    if form.is_valid() and not rules.can_adjust(request.user, account):
        form.add_error(None, f"You work at {account}: another coordinator has to do this")
    act = partial(actions.movements.settle_leaver, account=account, by=request.user)
    row = _posted(form, act, against="against", reason="reason")
    if row:
        messages.success(request, f"The balance of {account} is settled.")
        return redirect("exchange:bank", slug)
    context = {"form": form, "account": account, "subject": alliance, "back_url": reverse("exchange:bank", args=[slug])}
    return render(request, "exchange/movements/settle_leaver.html", context)


@submit_once
def reverse_movement(request, pk):
    banks = Alliance.objects.filter(pk__in=people.alliances_coordinated_by(request.user).values("pk"))
    rows = Transfer.objects.select_related("debit__alliance", "debit__school", "credit__alliance", "credit__school")
    transfer = rows.filter(pk=pk).first()
    if transfer is None or transfer.debit.alliance not in banks:
        raise Http404
    bank = reverse("exchange:bank", args=[transfer.debit.alliance.slug])
    if not rules.can_reverse(request.user, transfer):
        sentence = "This movement cannot be reversed, or another coordinator has to do it."
        raise Refused(sentence, bank, "Back to the bank")
    form = ReasonForm(request.POST or None, label="Why is it reversed?", hint=NO_NAMES)
    if form.is_valid():
        actions.movements.reverse_movement(transfer=transfer, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The movement is reversed.")
        return redirect(bank)
    context = {"form": form, "transfer": transfer, "subject": transfer.debit.alliance, "back_url": bank}
    return render(request, "exchange/movements/reverse_movement.html", context)
