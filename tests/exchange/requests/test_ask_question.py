import pytest
from django.urls import reverse

from exchange import actions
from staff.models import Mail
from tests.exchange.cases import a_request, send


def ask(client, cast, request, question="Which year group?"):
    return send(client, cast.coordinator, reverse("exchange:ask_question", args=[request.pk]), question=question)


def test_it_asks_the_school(client, cast):
    request = a_request(cast, status="submitted")
    response = ask(client, cast, request)
    request.refresh_from_db()
    question = request.clarifications.get()
    assert response.url == request.get_absolute_url()
    assert (request.status, question.question, question.asked_by) == (
        "clarification",
        "Which year group?",
        cast.coordinator,
    )
    assert Mail.objects.filter(to=cast.head.email, text__contains="Which year group?").exists()


@pytest.mark.parametrize(
    ("question", "error"),
    [("  ", "Enter your question"), ("x" * 1001, "Ensure this value has at most 1000 characters (it has 1001).")],
)
def test_bad_input_changes_nothing(client, cast, question, error):
    request = a_request(cast, status="submitted")
    response = ask(client, cast, request, question)
    request.refresh_from_db()
    assert response.context["form"].errors["question"] == [error]
    assert (request.status, request.clarifications.count()) == ("submitted", 0)


def test_one_question_at_a_time(client, cast):
    request = a_request(cast, status="submitted")
    ask(client, cast, request)
    assert ask(client, cast, request, "And when?").status_code == 409
    assert request.clarifications.count() == 1


def test_after_the_answer_it_can_be_asked_again(client, cast):
    request = a_request(cast, status="submitted")
    ask(client, cast, request)
    request.refresh_from_db()
    actions.requests.answer(support_request=request, by=cast.head, answer="Year 4")
    assert ask(client, cast, request, "And when?").status_code == 302
    assert request.clarifications.count() == 2
