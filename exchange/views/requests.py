"""The requests a school has sent: the list, the page, and what the school does with one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.forms import KeyedForm, ReasonForm
from portal.once import submit_once
from staff import rules as people
from staff.views.fetch import fetch_school

from .. import actions, rules
from ..forms.requests import AnswerForm, AssignForm, PackageForm, QuestionForm, RequestFilter
from ..models import SupportRequest
from ..pages import answers
from ..pages.supported_person import person_row
from ..pages.timeline import timeline
from .fetch import fetch
from .schools import listed_requests

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
        "may_ask": rules.can_start_request(request.user, school),
    }
    return render(request, "exchange/requests/requests.html", context)


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
    return render(request, "exchange/requests/request.html", context)


def _list_of(user, asked):
    if people.belongs_to(user, asked.school):
        return reverse("exchange:requests", args=[asked.school_id])
    return reverse("exchange:alliance_requests", args=[asked.alliance.slug])


@submit_once
def answer(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_answer.check(request.user, asked)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        actions.requests.answer(support_request=asked, by=request.user, answer=form.cleaned_data["answer"])
        messages.success(request, "Your answer is with the coordinator.")
        return redirect(asked)
    question = asked.clarifications.select_related("asked_by__person").get(answered_at=None)
    return render(request, "exchange/requests/answer.html", {"form": form, "subject": asked, "question": question})


@submit_once
def withdraw(request, pk):
    """A draft is thrown away without a word; of what was sent, the coordinator is told why."""
    asked = _request_or_404(request, pk)
    rules.can_withdraw.check(request.user, asked)
    is_draft = asked.status == SupportRequest.Status.DRAFT
    form = KeyedForm(request.POST or None) if is_draft else ReasonForm(request.POST or None, label="Why?")
    if form.is_valid():
        actions.requests.withdraw(support_request=asked, by=request.user, reason=form.cleaned_data.get("reason", ""))
        messages.success(request, f"{asked.reference} is {'deleted' if is_draft else 'withdrawn'}.")
        return redirect("exchange:school", asked.school_id) if is_draft else redirect(asked)
    return render(request, "exchange/requests/withdraw.html", {"form": form, "subject": asked, "is_draft": is_draft})


@submit_once
def ask_package(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_decide_on_findings.check(request.user, asked)
    form = PackageForm(request.POST or None)
    if form.is_valid():
        actions.requests.ask_package(support_request=asked, by=request.user, days=form.cleaned_data["days"])
        messages.success(request, "You have asked for further support. The coordinator looks for leaders now.")
        return redirect(asked)
    return render(
        request, "exchange/requests/ask_package.html", {"form": form, "subject": asked, "findings": _findings(asked)}
    )


@submit_once
def close_request(request, pk):
    asked = _request_or_404(request, pk)
    rules.can_decide_on_findings.check(request.user, asked)
    form = ReasonForm(request.POST or None, label="Why is no further support needed?")
    if form.is_valid():
        actions.requests.close(support_request=asked, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{asked.reference} is closed.")
        return redirect(asked)
    return render(
        request, "exchange/requests/close_request.html", {"form": form, "subject": asked, "findings": _findings(asked)}
    )


def _request_or_404(request, pk):
    found = SupportRequest.objects.visible_to(request.user).select_related(
        "school", "alliance", "specialism", "assigned_to__person", "asked_by__person"
    )
    return get_object_or_404(found.prefetch_related("outcomes"), pk=pk)


def _findings(asked):
    return asked.commissions.exclude(findings="").with_parts()


def _assign_form(request, subject):
    coordinators = people.coordinators_of(subject.alliance)
    initial = {"to": subject.assigned_to_id or request.user.pk}
    return AssignForm(request.POST or None, coordinators=coordinators, initial=initial)


@submit_once
def triage(request, pk):
    subject = fetch(request, pk)
    rules.can_triage.check(request.user, subject)
    form = _assign_form(request, subject)
    if form.is_valid():
        actions.requests.triage(support_request=subject, by=request.user, assigned_to=form.cleaned_data["to"])
        messages.success(request, "The request is open. Look for a leader now.")
        return redirect(subject)
    return render(request, "exchange/requests/triage.html", {"form": form, "subject": subject})


@submit_once
def ask_question(request, pk):
    subject = fetch(request, pk)
    rules.can_ask_question.check(request.user, subject)
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        actions.requests.ask_question(support_request=subject, by=request.user, question=form.cleaned_data["question"])
        messages.success(request, f"Your question has been sent to {subject.school}.")
        return redirect(subject)
    return render(request, "exchange/requests/ask_question.html", {"form": form, "subject": subject})


@submit_once
def decline_request(request, pk):
    subject = fetch(request, pk)
    rules.can_decline_request.check(request.user, subject)
    form = ReasonForm(
        request.POST or None, label="Why?", hint="The school reads this. Say what else could help, if anything does."
    )
    if form.is_valid():
        actions.requests.decline(support_request=subject, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"The request is declined, and {subject.school} is told why.")
        return redirect(subject)
    return render(request, "exchange/requests/decline_request.html", {"form": form, "subject": subject})


@submit_once
def assign(request, pk):
    subject = fetch(request, pk)
    rules.can_assign.check(request.user, subject)
    form = _assign_form(request, subject)
    if form.is_valid():
        to = form.cleaned_data["to"]
        actions.requests.assign(support_request=subject, by=request.user, to=to)
        messages.success(request, f"{to} looks after the request now.")
        return redirect(subject)
    return render(request, "exchange/requests/assign.html", {"form": form, "subject": subject})


@submit_once
def call_enough(request, pk):
    subject = fetch(request, pk)
    rules.can_call_enough.check(request.user, subject)
    form = ReasonForm(request.POST or None, label="Why are the agreed days enough?")
    if form.is_valid():
        actions.requests.accept_shortfall(support_request=subject, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The request is matched with the days that are agreed.")
        return redirect(subject)
    return render(request, "exchange/requests/call_enough.html", {"form": form, "subject": subject})
