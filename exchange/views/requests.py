"""The requests a school has sent: the list, the page, and what the school does with one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from staff import rules as people

from .. import actions, answers, rules
from ..forms.base import KeyedForm, ReasonForm
from ..forms.requests import AnswerForm, PackageForm, RequestFilter
from ..models import SupportRequest
from ..once import once
from ..supported_person import person_row
from ..timeline import timeline
from .home import listed_requests
from .schools import fetch_school

PAGE = 20
BUTTONS = {
    "can_answer": rules.can_answer,
    "can_decide_on_findings": rules.can_decide_on_findings,
    "can_withdraw": rules.can_withdraw,
    "can_triage": rules.can_triage,
    "can_ask_question": rules.can_ask_question,
    "can_decline_request": rules.can_decline_request,
    "can_assign": rules.can_assign,
    "can_offer": rules.can_offer,
    "can_call_enough": rules.can_call_enough,
}


@require_safe
def requests(request, urn):
    people.remember(request.user)
    school = fetch_school(request.user, urn)
    shown = RequestFilter(request.GET, listed_requests(request.user, school))
    context = {
        "school": school,
        "filter": shown,
        "page_obj": Paginator(shown.qs, PAGE).get_page(request.GET.get("page")),
        "may_ask": people.may(request.user, "ask", school),
    }
    return render(request, "exchange/requests.html", context)


@require_safe
def support_request(request, pk):
    people.remember(request.user)
    asked = _request_or_404(request, pk)
    if rules.can_edit(request.user, asked):
        return redirect("exchange:check_request", pk)
    context = {
        "support_request": asked,
        "back_url": _list_of(request.user, asked),
        "rows": answers.rows(request.user, asked),
        "person": person_row(request.user, asked),
        "commissions": asked.commissions.with_parts(),
        "clarifications": asked.clarifications.select_related("asked_by__person", "answered_by__person"),
        "is_urgent": SupportRequest.Urgency.URGENT in (asked.urgency, asked.kind),
        "events": timeline(asked.events.all(), request.user),
        "may": {name: may(request.user, asked) for name, may in BUTTONS.items()},
    }
    return render(request, "exchange/request.html", context)


def _list_of(user, asked):
    if people.belongs_to(user, asked.school):
        return reverse("exchange:requests", args=[asked.school_id])
    return reverse("exchange:alliance_requests", args=[asked.alliance.slug])


@once
def answer(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_answer.check(request.user, asked)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        actions.answer(request=asked, by=request.user, answer=form.cleaned_data["answer"])
        messages.success(request, "Your answer is with the coordinator.")
        return redirect(asked)
    question = asked.clarifications.select_related("asked_by__person").get(answered_at=None)
    return render(request, "exchange/answer.html", {"form": form, "thing": asked, "question": question})


@once
def withdraw(request, pk):
    """A draft is thrown away without a word; of what was sent, the coordinator is told why."""
    asked = _request_or_404(request, pk)
    rules.can_withdraw.check(request.user, asked)
    is_draft = asked.status == SupportRequest.Status.DRAFT
    form = KeyedForm(request.POST or None) if is_draft else ReasonForm(request.POST or None, label="Why?")
    if form.is_valid():
        actions.withdraw(request=asked, by=request.user, reason=form.cleaned_data.get("reason", ""))
        messages.success(request, f"{asked.reference} is {'deleted' if is_draft else 'withdrawn'}.")
        return redirect("exchange:school", asked.school_id) if is_draft else redirect(asked)
    return render(request, "exchange/withdraw.html", {"form": form, "thing": asked, "is_draft": is_draft})


@once
def ask_package(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_decide_on_findings.check(request.user, asked)
    form = PackageForm(request.POST or None)
    if form.is_valid():
        actions.ask_package(request=asked, by=request.user, days=form.cleaned_data["days"])
        messages.success(request, "You have asked for further support. The coordinator looks for leaders now.")
        return redirect(asked)
    return render(request, "exchange/ask_package.html", {"form": form, "thing": asked, "findings": _findings(asked)})


@once
def close_request(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_decide_on_findings.check(request.user, asked)
    form = ReasonForm(request.POST or None, label="Why is no further support needed?")
    if form.is_valid():
        actions.close_request(request=asked, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{asked.reference} is closed.")
        return redirect(asked)
    return render(request, "exchange/close_request.html", {"form": form, "thing": asked, "findings": _findings(asked)})


def _request_or_404(request, pk):
    found = SupportRequest.objects.visible_to(request.user).select_related(
        "school", "alliance", "specialism", "assigned_to__person", "asked_by__person"
    )
    return get_object_or_404(found.prefetch_related("outcomes"), pk=pk)


def _findings(asked):
    return asked.commissions.exclude(findings="").with_parts()
