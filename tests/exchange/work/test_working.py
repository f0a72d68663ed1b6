"""Visits, disputes, variations, pauses and ends: what the actions promise."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from bank import balances
from bank.models import Account, Transfer
from exchange import actions, rules
from exchange.models import Commission, Evaluation, SupportRequest, Visit
from portal.errors import Refused, SomebodyFaster
from staff.models import Role
from tests import factories
from tests.exchange.cases import make_cast, peer_offer
from tests.exchange.road import a_logged_visit, a_request, a_visit, an_agreement, an_offer


def account_of(school):
    return Account.objects.get(school=school)


def figures_of(school):
    account = account_of(school)
    return balances.figures([account])[account.pk]


@pytest.fixture(autouse=True)
def the_bank_adds_up(db):
    yield
    assert balances.differences() == []
    assert (Account.objects.aggregate(total=Sum("posted"))["total"] or 0) == 0


def test_no_visit_is_planned_without_the_safeguarding_date(cast):
    leader = factories.leader_at(cast.giving, confirmed=False)
    commission = an_agreement(cast, an_offer(cast, leader=leader), by=leader.person.user)
    with pytest.raises(Refused, match="safeguarding"):
        a_visit(cast, commission, by=leader.person.user)
    assert not Visit.objects.exists()


def test_only_a_confirmed_visit_moves_credits(cast):
    commission = an_agreement(cast)
    visit = a_logged_visit(cast, commission)
    assert not Transfer.objects.exists()
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert (account_of(cast.asking).posted, account_of(cast.asking).held) == (-100, 400)


def test_a_visit_is_confirmed_once(cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    stale = Visit.objects.get(pk=visit.pk)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    with pytest.raises(SomebodyFaster):
        actions.confirmations.confirm(visit=stale, by=None)
    assert Transfer.objects.count() == 2


def test_logging_beyond_the_agreed_days_points_to_a_variation(cast):
    visit = a_visit(cast, an_agreement(cast, days=100), days=100)
    with pytest.raises(Refused) as refused:
        actions.visits.log(visit=visit, by=cast.lead, days=125, note="Longer")
    assert refused.value.next_label == "Propose a variation"


def test_a_visit_of_tomorrow_is_not_logged_today(cast):
    visit = a_visit(cast, an_agreement(cast), on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="not taken place"):
        actions.visits.log(visit=visit, by=cast.lead, days=100, note="Early")


def test_a_variation_counts_when_both_heads_have_said_yes(cast):
    commission = an_agreement(cast)
    leg = commission.leg
    variation = actions.work.propose_variation(
        leg=leg, by=cast.lead, days=700, starts_on=commission.starts_on, ends_on=commission.ends_on, reason="More"
    )
    actions.work.answer_variation(variation=variation, by=cast.home_head, yes=True)
    assert account_of(cast.asking).held == 500
    actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    request = SupportRequest.objects.get()
    assert (account_of(cast.asking).held, request.days, request.committed) == (700, 700, 700)


def test_a_refused_variation_changes_nothing(cast):
    commission = an_agreement(cast)
    variation = actions.work.propose_variation(
        leg=commission.leg,
        by=cast.home_head,
        days=700,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="More",
    )
    assert variation.home_yes_by == cast.home_head
    actions.work.answer_variation(variation=variation, by=cast.head, yes=False, reason="Too many")
    assert (variation.status, account_of(cast.asking).held) == ("refused", 500)


def test_fewer_days_make_a_matched_request_ask_for_fewer(cast):
    commission = an_agreement(cast)
    variation = actions.work.propose_variation(
        leg=commission.leg,
        by=cast.home_head,
        days=300,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="Fewer",
    )
    actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    request = SupportRequest.objects.get()
    assert (account_of(cast.asking).held, request.committed, request.days) == (300, 300, 300)


def test_a_dispute_settled_for_fewer_days_reverses_and_posts_anew(cast):
    commission = an_agreement(cast)
    visit = a_logged_visit(cast, commission, days=200)
    actions.confirmations.confirm(visit=visit, by=None)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was one day")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=100, reason="Both agree it was one day")
    assert (visit.status, visit.days) == ("confirmed", 100)
    assert figures_of(cast.giving) == {"given": 100, "received": 0, "levy": 10, "other": 0, "net": 90}
    assert account_of(cast.asking).held == 400


def test_a_dispute_settled_as_it_stood_moves_nothing(cast):
    visit = a_logged_visit(cast, an_agreement(cast), days=200)
    actions.confirmations.confirm(visit=visit, by=None)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Was it two days?")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=200, reason="It was")
    assert (visit.status, Transfer.objects.count()) == ("confirmed", 2)


def test_a_dispute_before_confirming_may_end_with_no_visit(cast):
    visit = a_logged_visit(cast, an_agreement(cast), days=200)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Nobody came")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=0, reason="Nobody came")
    assert (visit.status, Transfer.objects.count(), account_of(cast.asking).held) == ("no_show", 0, 500)


def test_a_posted_visit_that_did_not_happen_is_taken_back_whole(cast):
    visit = a_logged_visit(cast, an_agreement(cast), days=200)
    actions.confirmations.confirm(visit=visit, by=None)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Nobody came")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=0, reason="Nobody came")
    assert (account_of(cast.giving).posted, account_of(cast.asking).posted) == (0, 0)
    assert (visit.status, account_of(cast.asking).held) == ("no_show", 500)


def test_a_dispute_can_be_settled_twice(cast):
    visit = a_logged_visit(cast, an_agreement(cast), days=200)
    actions.confirmations.confirm(visit=visit, by=None)
    for days in (100, 150):
        actions.confirmations.dispute(visit=visit, by=cast.head, reason="Not right")
        actions.confirmations.settle(visit=visit, by=cast.coordinator, days=days, reason="Settled")
    assert figures_of(cast.giving)["given"] == 150


def test_the_leader_closes_early_and_the_rest_of_the_hold_is_released(cast):
    commission = an_agreement(cast)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    waiting = a_logged_visit(cast, commission)
    planned = a_visit(cast, commission)
    actions.work.finish(commission=commission, by=cast.lead, reason="The aims are met")
    planned.refresh_from_db()
    assert (commission.status, planned.status, account_of(cast.asking).held) == ("delivered", "late_cancelled", 100)
    actions.confirmations.confirm(visit=waiting, by=cast.head)
    assert (account_of(cast.asking).posted, account_of(cast.asking).held) == (-200, 0)


def test_a_stopped_commission_keeps_what_was_done_and_opens_the_request(cast):
    commission = an_agreement(cast)
    waiting = a_logged_visit(cast, commission)
    actions.work.stop(commission=commission, by=cast.head, reason="The leader is ill for long")
    request = SupportRequest.objects.get()
    assert (commission.status, request.status, request.days_wanted) == ("stopped", "open", 400)
    actions.confirmations.confirm(visit=waiting, by=cast.head)
    assert (account_of(cast.asking).posted, account_of(cast.asking).held) == (-100, 0)


def test_a_pause_keeps_the_hold_and_moves_the_clock_of_confirming(db, time_machine):
    time_machine.move_to("2027-02-01 10:00")
    cast = make_cast()
    commission = an_agreement(cast)
    visit = a_logged_visit(cast, commission)
    before = visit.confirm_by
    actions.work.pause(commission=commission, by=cast.head, reason="Inspection")
    assert account_of(cast.asking).held == 500
    time_machine.move_to("2027-02-11 10:00")
    actions.work.resume(commission=commission, by=cast.head)
    visit.refresh_from_db()
    assert (commission.status, visit.confirm_by - before) == ("active", timedelta(days=10))


def test_a_low_rating_opens_a_concern(cast):
    commission = delivered(cast)
    actions.evaluations.evaluate(
        commission=commission, by=cast.head, side=Evaluation.Side.RECEIVING, evidence="Little", rating=2
    )
    concern = commission.concerns.get()
    actions.evaluations.resolve_concern(concern=concern, by=cast.coordinator, resolution="Talked to both")
    concern.refresh_from_db()
    assert concern.resolved_by == cast.coordinator


def delivered(cast, commission=None):
    commission = commission or an_agreement(cast, days=100)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    commission.refresh_from_db()
    return commission


def evaluated(cast, commission):
    for side, by in ((Evaluation.Side.RECEIVING, cast.head), (Evaluation.Side.GIVING, cast.lead)):
        actions.evaluations.evaluate(commission=commission, by=by, side=side, evidence="Books", rating=4)
    commission.refresh_from_db()


def test_a_diagnostic_leads_to_a_package(cast):
    request = a_request(cast, days=100, kind="diagnostic")
    diagnostic = an_agreement(cast, an_offer(cast, request))
    delivered(cast, diagnostic)
    actions.work.report_findings(commission=diagnostic, by=cast.lead, findings="Maths", no_further_support=False)
    evaluated(cast, diagnostic)
    request.refresh_from_db()
    assert (diagnostic.status, request.status) == ("closed", "matched")
    actions.requests.ask_package(support_request=request, by=cast.head, days=300)
    package = an_offer(cast, request, days=300)
    assert (package.parent, package.is_diagnostic, request.days) == (diagnostic, False, 400)


def test_a_diagnostic_may_end_with_no_further_support(cast):
    request = a_request(cast, days=100, kind="diagnostic")
    diagnostic = delivered(cast, an_agreement(cast, an_offer(cast, request)))
    actions.work.report_findings(commission=diagnostic, by=cast.lead, findings="All is well", no_further_support=True)
    evaluated(cast, diagnostic)
    request.refresh_from_db()
    assert request.status == "closed"


def test_equal_legs_of_peer_to_peer_net_zero_without_levy(cast):
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    assert (account_of(cast.asking).held, account_of(cast.giving).held) == (200, 200)
    for leg, logs, confirms in (
        (commission.legs.get(giving_school=cast.giving), cast.home_head, cast.head),
        (commission.legs.get(giving_school=cast.asking), cast.head, cast.home_head),
    ):
        visit = a_visit(cast, commission, by=logs, days=200, leg=leg)
        actions.visits.log(visit=visit, by=logs, days=200, note="Watched lessons")
        actions.confirmations.confirm(visit=visit, by=confirms)
    commission.refresh_from_db()
    assert commission.status == "delivered"
    for school in (cast.asking, cast.giving):
        assert figures_of(school) == {"given": 200, "received": 200, "levy": 0, "other": 0, "net": 0}
        assert account_of(school).held == 0


def test_a_leg_is_levied_where_the_policy_says_so(db):
    cast = make_cast(levy_on_peer_to_peer=True)
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    visit = a_visit(cast, commission, by=cast.home_head, days=200, leg=commission.leg)
    actions.visits.log(visit=visit, by=cast.home_head, days=200, note="Watched lessons")
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert figures_of(cast.giving)["levy"] == 20


def test_the_days_of_a_peer_use_no_allowance(cast):
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    assert not Commission.objects.get().leader_days.exists()


def test_a_request_asked_before_31_july_for_next_year_is_early(cast, time_machine):
    time_machine.move_to("2027-07-30 10:00")
    request = a_request(cast, status="draft")
    SupportRequest.objects.filter(pk=request.pk).update(starts_on="2027-09-20", ends_on="2027-10-20")
    request.refresh_from_db()
    actions.requests.submit(support_request=request, by=cast.head)
    assert request.is_early
    SupportRequest.objects.filter(pk=request.pk).update(submitted_at=timezone.now() + timedelta(days=1))
    request.refresh_from_db()
    assert not request.is_early


def vary(cast, commission, *, days, ends_on=None):
    """Both heads agree to a change."""
    variation = actions.work.propose_variation(
        leg=commission.leg, by=cast.home_head, days=days, starts_on=commission.starts_on,
        ends_on=ends_on or commission.ends_on, reason="As we go",
    )  # fmt: skip
    actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    commission.refresh_from_db()
    return variation


def test_a_variation_down_to_what_is_confirmed_delivers_the_work(cast):
    commission = an_agreement(cast)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission, days=200), by=cast.head)
    vary(cast, commission, days=200)
    assert commission.status == "delivered"


def test_work_confirmed_whole_while_paused_is_delivered_when_it_goes_on(cast):
    commission = an_agreement(cast, days=100)
    visit = a_logged_visit(cast, commission)
    actions.work.pause(commission=commission, by=cast.head, reason="Inspection")
    actions.confirmations.confirm(visit=visit, by=cast.head)
    commission.refresh_from_db()
    actions.work.resume(commission=commission, by=cast.head)
    assert commission.status == "delivered"


def test_a_variation_is_checked_again_at_the_second_yes(cast):
    commission = an_agreement(cast)
    variation = actions.work.propose_variation(
        leg=commission.leg,
        by=cast.head,
        days=100,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="Fewer",
    )
    a_visit(cast, commission, days=400)
    with pytest.raises(Refused, match="cannot be fewer"):
        actions.work.answer_variation(variation=variation, by=cast.home_head, yes=True)
    assert commission.leg.days == 500


def test_dates_that_leave_out_a_planned_visit_are_refused(cast):
    commission = an_agreement(cast)
    a_visit(cast, commission, on=timezone.localdate() + timedelta(days=3))
    with pytest.raises(Refused, match="outside these dates"):
        vary(cast, commission, days=500)


def test_who_may_answer_for_both_gives_the_missing_yes(cast):
    both = factories.delegate_of(cast.asking, cast.head, "agree")
    Role.objects.create(
        user=both,
        kind="delegate",
        school=cast.giving,
        delegated_by=cast.home_head,
        rights=["release"],
        starts_on=factories.LONG_AGO,
    )
    commission = an_agreement(cast)
    variation = actions.work.propose_variation(
        leg=commission.leg,
        by=cast.home_head,
        days=600,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="More",
    )
    actions.work.answer_variation(variation=variation, by=both, yes=True)
    assert (variation.status, variation.receiving_yes_by) == ("agreed", both)


def test_a_variation_at_the_limit_needs_an_override_of_its_own(db):
    cast = make_cast(limit=-500)
    commission = an_agreement(cast)
    variation = actions.work.propose_variation(
        leg=commission.leg,
        by=cast.home_head,
        days=600,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        reason="More",
    )
    with pytest.raises(Refused, match="reached its limit"), transaction.atomic():
        actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    variation.refresh_from_db()
    actions.agreements.override_limit(commission=commission, by=cast.coordinator, reason="Inspection")
    actions.work.answer_variation(variation=variation, by=cast.head, yes=True)
    assert account_of(cast.asking).held == 600


def test_a_disputed_visit_of_stopped_work_keeps_its_days(cast):
    commission = an_agreement(cast)
    visit = a_logged_visit(cast, commission, days=200)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Was it two days?")
    actions.work.stop(commission=commission, by=cast.head, reason="Ill for long")
    request = SupportRequest.objects.get()
    assert request.days_wanted == 300
    an_offer(cast, request, days=300)
    with pytest.raises(Refused, match="promised to somebody else"):
        actions.confirmations.settle(visit=visit, by=cast.coordinator, days=225, reason="A little more")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=100, reason="One day")
    request.refresh_from_db()
    assert request.days_wanted == 100


def test_a_dispute_settled_before_confirming_is_not_opened_for_ever(cast, time_machine):
    visit = a_logged_visit(cast, an_agreement(cast), days=200)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Was it two days?")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=200, reason="It was")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert not rules.can_dispute(cast.head, visit)
