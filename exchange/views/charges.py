"""What is charged in money: an alliance's list, a school's, one charge on screen and on paper, and its verbs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.forms import KeyedForm, ReasonForm
from portal.once import submit_once
from schools.models import School
from staff import rules as people

from .. import actions, rules
from ..forms.charges import ChargeFilter, PaymentForm
from ..models import Charge
from ..pages import charge as charge_page
from ..pages.timeline import timeline
from .alliance import coordinated
from .fetch import commission_or_404, refuse_own_school

ROWS = 25
PARTS = (
    "alliance",
    "school",
    "home_school",
    "commission__tariff",
    "commission__support_request__specialism",
    "commission__leader__person",
    "commission__leader__type",
)


def _charges(user):
    return Charge.objects.visible_to(user).select_related(*PARTS).prefetch_related("commission__legs__person")


def _charge_or_404(request, pk):
    return get_object_or_404(_charges(request.user), pk=pk)


@require_safe
def alliance_charges(request, slug):
    alliance = coordinated(request, slug)
    found = ChargeFilter(request.GET, _charges(request.user).filter(alliance=alliance), alliance=alliance)
    context = {
        "alliance": alliance,
        "filter": found,
        "sums": charge_page.totals(found.qs),
        "page_obj": Paginator(found.qs, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "exchange/charges/alliance_charges.html", context)


@require_safe
def school_charges(request, urn):
    school = get_object_or_404(School, pk=urn)
    if not rules.sees_charges_of(request.user, school):
        raise Http404
    charges = _charges(request.user)
    owed = charges.filter(home_school=school).exclude(status=Charge.Status.WAIVED)
    context = {
        "school": school,
        "to_pay": charges.filter(school=school),
        "owed": owed,
        "owed_total": sum(charge.home_share for charge in owed),
    }
    return render(request, "exchange/charges/school_charges.html", context)


@require_safe
def charge(request, pk):
    charge = _charge_or_404(request, pk)
    context = {
        "charge": charge,
        "title": charge_page.title_of(charge),
        "facts": charge_page.facts(charge),
        "lines": charge.lines.all(),
        "sums": charge_page.sums(charge),
        "shares": charge_page.shares(charge),
        "events": timeline(charge.events.all(), request.user),
        "how_to_pay": charge_page.how_to_pay(charge),
        "lacks_how_to_pay": charge_page.lacks_how_to_pay(charge) and people.coordinates(request.user, charge.alliance),
        "may_settle": rules.can_settle_charge(request.user, charge),
    }
    return render(request, "exchange/charges/charge.html", context)


@require_safe
def charge_pdf(request, pk):
    charge = _charge_or_404(request, pk)
    disposition = f'attachment; filename="{charge.reference}.pdf"'
    content = charge_page.as_pdf(charge)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


@submit_once
def charge_now(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_charge.check(request.user, commission)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        charges = actions.charges.charge_now(commission=commission, by=request.user)
        messages.success(request, f"Raised: {', '.join(map(str, charges))}. The school has been told.")
        return redirect(charges[0])
    return render(
        request, "exchange/charges/charge_now.html", {"form": form, "subject": commission, "commission": commission}
    )


def _charge_to_settle(request, pk):
    charge = _charge_or_404(request, pk)
    refuse_own_school(request.user, charge.alliance, charge, charge.school, charge.home_school)
    rules.can_settle_charge.check(request.user, charge)
    return charge


@submit_once
def pay_charge(request, pk):
    charge = _charge_to_settle(request, pk)
    form = PaymentForm(request.POST or None)
    if form.is_valid():
        actions.charges.pay(charge=charge, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{charge} is recorded as paid. The school has been told.")
        return redirect(charge)
    return render(request, "exchange/charges/pay_charge.html", {"form": form, "subject": charge, "charge": charge})


@submit_once
def waive_charge(request, pk):
    charge = _charge_to_settle(request, pk)
    form = ReasonForm(request.POST or None, label="Why is it waived?", hint="The school reads this.")
    if form.is_valid():
        actions.charges.waive(charge=charge, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{charge} is waived. The school has been told.")
        return redirect(charge)
    return render(request, "exchange/charges/waive_charge.html", {"form": form, "subject": charge, "charge": charge})
