"""The name of a supported person: shown on a page of its own, after it was written down who asked to see it."""

from datetime import timedelta

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.forms import KeyedForm, ReasonForm
from portal.once import submit_once

from .. import actions, rules
from ..models import Commission, NameViewing, SupportRequest

SHOWN_FOR = timedelta(minutes=10)


def _confidential_or_404(user, pk):
    """A request that names somebody, of those the user sees, alone or by the work done for it."""
    work = Commission.objects.visible_to(user).filter(support_request=pk)
    seen = Q(pk__in=SupportRequest.objects.visible_to(user).filter(pk=pk)) | Q(pk__in=work.values("support_request"))
    named = ~Q(supported_person="") | Q(name_viewings__isnull=False)
    rows = SupportRequest.objects.filter(seen, named, pk=pk).select_related("school", "alliance", "specialism")
    return get_object_or_404(rows.distinct())


@submit_once
def show_person(request, pk):
    asked = _confidential_or_404(request.user, pk)
    rules.can_see_person.check(request.user, asked)
    needs_reason = rules.role_of_seeing(request.user, asked) == NameViewing.Role.SUPERUSER
    label = "Why do you need to see the name?"
    form = ReasonForm(request.POST or None, label=label) if needs_reason else KeyedForm(request.POST or None)
    if form.is_valid():
        seen = actions.supported_person.show(
            support_request=asked, by=request.user, reason=form.cleaned_data.get("reason", "")
        )
        return redirect("exchange:sighting", seen.pk)
    context = {"form": form, "subject": asked, "needs_reason": needs_reason}
    return render(request, "exchange/requests/show_person.html", context)


@require_safe
def sighting(request, pk):
    """The name, to whom it was written down for, for as long as they may see it and a few minutes."""
    seen = get_object_or_404(
        NameViewing.objects.filter(by=request.user).select_related("support_request__school"), pk=pk
    )
    asked = seen.support_request
    if not asked.is_confidential or rules.role_of_seeing(request.user, asked) != seen.role:
        raise Http404
    until = seen.at + SHOWN_FOR
    context = {"asked": asked, "until": until, "name": asked.supported_person if timezone.now() < until else ""}
    context["back_url"] = _page_of(request.user, asked)
    return render(request, "exchange/requests/sighting.html", context)


@require_safe
def who_saw(request, pk):
    asked = _confidential_or_404(request.user, pk)
    rules.can_see_who_saw.check(request.user, asked)
    return render(
        request, "exchange/requests/who_saw.html", {"asked": asked, "name_viewings": NameViewing.objects.of(asked)}
    )


def _page_of(user, asked):
    """The request, or, for a leader, the work."""
    if SupportRequest.objects.visible_to(user).filter(pk=asked.pk).exists():
        return asked.get_absolute_url()
    return Commission.objects.visible_to(user).filter(support_request=asked).first().get_absolute_url()
