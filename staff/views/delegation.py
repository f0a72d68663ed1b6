from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.once import submit_once
from schools import calendar

from .. import actions, rules
from ..forms.delegation import EndDelegationForm, HandOverForm
from ..models import Invitation, Role
from ..workplaces import first_page
from .fetch import fetch_school


def fetch_headed_school(user, urn):
    school = fetch_school(user, urn)
    rules.may_delegate.check(user, school)
    return school


def _delegations(school):
    delegations = Role.objects.filter(school=school, kind=Role.Kind.DELEGATE)
    return delegations.select_related("user__person", "delegated_by__person", "ended_by__person").order_by("-starts_on")


@require_safe
def delegates(request, urn):
    school = fetch_headed_school(request.user, urn)
    delegations = _delegations(school)
    now_or_to_come = Q(ended_at=None) & (Q(ends_on=None) | Q(ends_on__gte=calendar.today()))
    context = {
        "school": school,
        "first_page": first_page("school", school.pk),
        "current": delegations.filter(now_or_to_come),
        "past": delegations.exclude(now_or_to_come),
        "today": calendar.today(),
        "invitations": Invitation.objects.usable().filter(school=school, invited_by=request.user),
    }
    return render(request, "staff/delegates.html", context)


@submit_once
def hand_over(request, urn):
    school = fetch_headed_school(request.user, urn)
    form = HandOverForm(request.POST or None, school=school, head=request.user)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("rights", "starts_on", "ends_on")}
        actions.hand_over(user=form.user, by=request.user, school=school, **facts)
        messages.success(request, f"{form.user} can act for you, and is told by email.")
        return redirect("staff:delegates", urn)
    return render(request, "staff/hand_over.html", {"form": form, "school": school})


@submit_once
def end_delegation(request, urn, pk):
    school = fetch_headed_school(request.user, urn)
    role = get_object_or_404(_delegations(school), pk=pk)
    form = EndDelegationForm(request.POST or None)
    if form.is_valid():
        actions.end_delegation(role=role, by=request.user)
        messages.success(request, f"{role.user} can no longer act for you.")
        return redirect("staff:delegates", urn)
    return render(request, "staff/end_delegation.html", {"form": form, "school": school, "role": role})
