import pytest

from exchange import actions
from exchange.models import Concern, Evaluation
from tests import factories
from tests.exchange.cases import look, send, url_of
from tests.exchange.work_cases import delivered, evaluated_by_school


def evaluate(client, user, commission, *, score="8", **data):
    outcome = commission.support_request.outcomes.get()
    facts = {f"score_{outcome.pk}": score, "evidence": "Books show it", "rating": "4", **data}
    return send(client, user, url_of("evaluate", commission), **facts)


def test_the_school_evaluates(client, cast):
    commission = delivered(cast)
    evaluate(client, cast.head, commission)
    evaluation = commission.evaluations.get()
    assert (evaluation.side, evaluation.rating, evaluation.by) == ("receiving", 4, cast.head)
    assert evaluation.scores.get().score == 8


def test_the_leader_says_what_the_home_school_gained(client, cast):
    commission = delivered(cast)
    evaluate(client, cast.lead, commission, gained="A scheme of work")
    assert commission.evaluations.get().gained == "A scheme of work"


def test_only_the_leader_is_asked_what_the_home_school_gained(client, cast):
    commission = delivered(cast)
    asked = [
        "gained" in look(client, user, url_of("evaluate", commission)).context["form"].fields
        for user in (cast.lead, cast.head)
    ]
    assert asked == [True, False]


def test_the_baseline_stands_beside_the_score(client, cast):
    page = look(client, cast.head, url_of("evaluate", delivered(cast))).content.decode()
    assert "At the start: 3." in page


@pytest.mark.parametrize("score", ["", "11", "-1", "7.5", "good"])
def test_a_score_is_from_0_to_10(client, cast, score):
    commission = delivered(cast)
    response = evaluate(client, cast.head, commission, score=score)
    assert list(response.context["form"].errors.values()) == [["Enter a whole number from 0 to 10"]]
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize(("data", "concerns"), [({"rating": "2"}, 1), ({"flagged": "on"}, 1), ({"rating": "3"}, 0)])
def test_a_low_rating_or_a_flag_opens_a_concern(client, cast, data, concerns):
    evaluate(client, cast.head, delivered(cast), **data)
    assert Concern.objects.count() == concerns


def test_the_second_evaluation_closes_the_work(client, cast):
    commission = evaluated_by_school(cast)
    evaluate(client, cast.lead, commission)
    commission.refresh_from_db()
    assert commission.status == "closed"


def test_a_delegate_evaluates_for_the_head(client, cast):
    commission = delivered(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "evaluate")
    evaluate(client, delegate, commission)
    assert commission.events.get(verb="evaluate").who == f"{delegate} for {cast.head}"


def test_a_side_evaluates_once(client, cast):
    commission = evaluated_by_school(cast)
    assert evaluate(client, cast.head, commission).status_code == 409
    actions.evaluations.close_work(commission=commission, by=cast.coordinator, reason="Long ago")
    assert evaluate(client, cast.lead, commission).status_code == 409
    assert commission.evaluations.count() == 1
