"""Asking for support: one question a page, saved at each, then check the answers and send."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.errors import Refused
from portal.forms import KeyedForm
from portal.once import submit_last, submit_once
from schools import calendar
from staff.views.fetch import fetch_school

from .. import actions, rules
from ..accounting import quotes
from ..accounting.membership import alliances_to_ask
from ..forms.drafts import StartForm
from ..models import SupportRequest
from ..pages import answers
from .schools import listed_requests


@submit_once
def start_request(request, urn):
    school = fetch_school(request.user, urn)
    rules.can_start_request.check(request.user, school)
    alliances = alliances_to_ask(school)
    if not alliances:
        raise Refused(
            f"{school} is not a member of an alliance today, and no alliance serves schools outside it.",
            reverse("exchange:school", args=[urn]),
            "Back to your first page",
        )
    form = StartForm(request.POST or None, alliances=alliances)
    if form.is_valid():
        alliance = form.cleaned_data.get("alliance") or alliances[0]
        draft = actions.requests.start_draft(by=request.user, school=school, alliance=alliance)
        return redirect("exchange:ask", draft.pk, "kind")
    drafts = listed_requests(request.user, school).filter(status=SupportRequest.Status.DRAFT)
    days = {alliance.policy().reply_working_days for alliance in alliances}
    context = {
        "form": form,
        "school": school,
        "drafts": drafts,
        "tariffs": quotes.tariffs_for(school, alliances),
        "reply_working_days": max(days),
    }
    return render(request, "exchange/requests/start_request.html", context)


@submit_last
def ask(request, pk, step):
    draft = _draft_or_404(request, pk)
    questions = answers.questions_for(request.user, draft)
    at = next((place for place, question in enumerate(questions) if question.step == step), None)
    if at is None:
        raise Http404
    is_change = "change" in request.GET
    form = questions[at](request.POST or None, draft=draft)
    if form.is_valid():
        actions.requests.save_draft(support_request=draft, **form.answers())
        last = is_change or at + 1 == len(questions)
        return _to_check(draft) if last else redirect("exchange:ask", pk, questions[at + 1].step)
    context = {
        "form": form,
        "draft": draft,
        "back_url": _back(draft, questions, at, is_change),
        "number": at + 1,
        "total": len(questions),
        **_weeks_left(draft.alliance),
    }
    return render(request, [f"exchange/requests/ask_{step}.html", "exchange/requests/ask.html"], context)


@submit_once
def check_request(request, pk):
    draft = _draft_or_404(request, pk)
    missing = answers.first_missing(request.user, draft)
    if request.method == "POST" and missing:
        messages.warning(request, "One question is not answered yet. Answer it, then send the request.")
        return redirect("exchange:ask", pk, missing.step)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        actions.requests.submit(support_request=draft, by=request.user)
        return redirect("exchange:request_sent", pk)
    context = {
        "form": form,
        "draft": draft,
        "rows": answers.rows(request.user, draft, change=True),
        "missing_step": missing.step if missing else "",
        "reply_working_days": draft.alliance.policy().reply_working_days,
    }
    return render(request, "exchange/requests/check_request.html", context)


@require_safe
def request_sent(request, pk):
    sent = get_object_or_404(_visible(request).exclude(submitted_at=None), pk=pk)
    alliance = sent.alliance
    policy = alliance.policy()
    reply_by = calendar.add_working_days(
        timezone.localdate(sent.submitted_at), policy.reply_working_days, alliance.closed_days()
    )
    context = {
        "support_request": sent,
        "reply_working_days": policy.reply_working_days,
        "reply_by": reply_by,
        "tariffs": quotes.tariffs_for(sent.school, [alliance]),
    }
    return render(request, "exchange/requests/request_sent.html", context)


def _visible(request):
    return SupportRequest.objects.visible_to(request.user).select_related("school", "alliance", "specialism")


def _draft_or_404(request, pk):
    draft = get_object_or_404(_visible(request).prefetch_related("outcomes"), pk=pk)
    rules.can_edit.check(request.user, draft)
    return draft


def _to_check(draft):
    return redirect("exchange:check_request", draft.pk)


def _back(draft, questions, at, is_change):
    if is_change:
        return reverse("exchange:check_request", args=[draft.pk])
    if at == 0:
        return reverse("exchange:school", args=[draft.school_id])
    return reverse("exchange:ask", args=[draft.pk, questions[at - 1].step])


def _weeks_left(alliance):
    today = timezone.localdate()
    year = calendar.year_of(today)
    return {
        "weeks_left": calendar.weeks_left(today, alliance.closed_days()),
        "this_year": calendar.label(year),
        "next_year": calendar.label(year + 1),
        "may_be_early": (today.month, today.day) < (7, 31) or today.month >= calendar.FIRST_MONTH,
    }
