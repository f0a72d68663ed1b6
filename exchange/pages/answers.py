"""The answers of a request: which questions are asked of whom, what is missing, and how it reads."""

from django.urls import reverse

from .. import rules
from ..accounting.membership import alliances_to_ask
from ..forms.drafts import (
    AllianceQuestion,
    KindQuestion,
    NeedQuestion,
    OutcomesQuestion,
    PhaseQuestion,
    SpecialismQuestion,
)
from ..forms.terms import DaysQuestion, GoalQuestion, PersonQuestion, UrgencyQuestion, WindowQuestion

QUESTIONS = [
    AllianceQuestion,
    KindQuestion,
    SpecialismQuestion,
    PhaseQuestion,
    OutcomesQuestion,
    NeedQuestion,
    DaysQuestion,
    WindowQuestion,
    UrgencyQuestion,
    GoalQuestion,
    PersonQuestion,
]
OPTIONAL = {GoalQuestion, PersonQuestion}
NOT_ANSWERED, NOTHING, HIDDEN = "Not answered yet", "None", "A member of staff, whose name is confidential"


def questions_for(user, draft):
    """The questions of a draft: the alliance where the school is in several, the person of the head only."""
    left_out = set()
    if alliances_to_ask(draft.school).count() < 2:
        left_out.add(AllianceQuestion)
    if not rules.can_name_person(user, draft):
        left_out.add(PersonQuestion)
    return [question for question in QUESTIONS if question not in left_out]


def first_missing(user, draft):
    return next((question for question in questions_for(user, draft) if not question.is_answered(draft)), None)


def rows(user, support_request, *, change=False):
    """Rows for _partials/summary_row.html; with Change links to the questions the user may answer.

    Of a request that was sent, a supported person is no row: exchange/requests/_supported_person.html shows it.
    """
    asked = questions_for(user, support_request) if change else []
    found = []
    for question in QUESTIONS:
        if question is PersonQuestion and support_request.is_confidential and not change:
            continue
        if question is PersonQuestion:
            value = _person(user, support_request)
        elif question is AllianceQuestion and change and question not in asked:
            continue
        else:
            value = question.shown(support_request)
        missing = NOTHING if question in OPTIONAL else NOT_ANSWERED
        url = (
            reverse("exchange:ask", args=[support_request.pk, question.step]) + "?change=1" if question in asked else ""
        )
        found.append({"key": question.label, "value": value or missing, "change_url": url})
    return found


def _person(user, support_request):
    if rules.can_name_person(user, support_request):  # their own answer; nobody else is shown it before it is sent
        return PersonQuestion.shown(support_request)
    return HIDDEN if support_request.is_confidential else ""
