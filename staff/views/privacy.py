"""What is held on people: to read, to take away, to erase, and what goes next."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import spreadsheet
from portal.forms import ReasonForm
from portal.once import submit_once

from .. import actions, rules
from ..forms.privacy import EraseForm
from ..models import Disclosure, Person
from ..privacy import erasing, held
from ..privacy import retention as table
from .joining import sign_in_again

OPEN_FOR = timedelta(hours=1)
NAMED = 50  # rows that the page of retention names, of each kind


@require_safe
def my_data(request):
    sections = held.readable(held.sections_of(request.user.person, most=held.READABLE))
    return render(request, "staff/my_data.html", {"sections": sections})


@require_safe
def my_data_file(request, kind):
    return _file(request, request.user.person, kind)


@submit_once
def disclose(request, pk):
    return _disclose(request, _person_or_404(request, pk, rules.may_disclose))


@sign_in_again
def _disclose(request, person):
    form = ReasonForm(request.POST or None, label="Who asked for it, and when?")
    if form.is_valid():
        disclosure = actions.disclose(person=person, by=request.user, reason=form.cleaned_data["reason"])
        return redirect("staff:disclosure", disclosure.pk)
    return render(request, "staff/disclose.html", {"form": form, "person": person})


@require_safe
def disclosure(request, pk):
    disclosed = _disclosure_or_404(request, pk)
    sections = held.readable(held.sections_of(disclosed.person, most=held.READABLE))
    context = {"disclosure": disclosed, "sections": sections, "until": disclosed.at + OPEN_FOR}
    return render(request, "staff/disclosure.html", context)


@require_safe
def disclosure_file(request, pk, kind):
    return _file(request, _disclosure_or_404(request, pk).person, kind)


@submit_once
def erase_person(request, pk):
    return _erase(request, _person_or_404(request, pk, rules.may_erase))


@sign_in_again
def _erase(request, person):
    form = EraseForm(
        request.POST or None, label="Why?", hint="For example, who asked for it and when. Without the name."
    )
    if form.is_valid():
        erasing.erase(person=person, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"The person is erased, and is called {erasing.name_of(person)} now.")
        return redirect("admin:staff_person_change", person.pk)
    context = {
        "form": form,
        "person": person,
        "pseudonym": erasing.name_of(person),
        "is_erased": erasing.is_erased(person),
        "against": erasing.what_stands_against(person, by=request.user),
        "sections": held.sections_of(person, most=1),
    }
    return render(request, "staff/erase_person.html", context)


@require_safe
def retention(request):
    if not rules.sees_retention(request.user):
        raise PermissionDenied
    now, alliances = timezone.now(), rules.alliances_coordinated_by(request.user)
    lines = []
    for period in table.periods():
        rows, named = period.soon(now), []
        if period.seen_by:
            rows = period.seen_by(rows, request.user, alliances)
            named = [{"row": row, "due": max(period.due(row), timezone.localdate())} for row in rows[:NAMED]]
        lines.append({"period": period, "count": rows.count(), "named": named})
    return render(request, "staff/retention.html", {"lines": lines})


def _person_or_404(request, pk, may):
    person = get_object_or_404(Person.objects.select_related("user", "leader"), pk=pk)
    if not may(request.user, person):
        raise Http404
    return person


def _disclosure_or_404(request, pk):
    """For an hour, to whom it was given, while they may."""
    rows = Disclosure.objects.filter(by=request.user, at__gt=timezone.now() - OPEN_FOR)
    found = get_object_or_404(rows.select_related("person__user"), pk=pk)
    if not rules.may_disclose(request.user, found.person):
        raise Http404
    return found


@sign_in_again
def _file(request, person, kind):
    kinds = {
        "json": ("application/json", lambda: held.as_json(person)),
        "zip": ("application/zip", lambda: held.as_zip(person, spreadsheet.text)),
    }
    if kind not in kinds:
        raise Http404
    content_type, make = kinds[kind]
    response = HttpResponse(make(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="held-on-person-{person.pk}.{kind}"'
    return response
