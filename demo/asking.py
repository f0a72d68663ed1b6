"""From the request to the agreement. Each function is a part of a story; see telling.Telling."""

from exchange import actions
from exchange.models import Commission, Outcome, SupportRequest

from .story import hundredths
from .words import DECLINED, EXIT_PLAN, MODES, NEEDS

FIRST_VISIT_AFTER = 9  # school days from the offer to the first visit
VISIT_EVERY = 6


def draft(telling):
    """The request as the school writes it, with a desired outcome and where it stands now."""
    story, cast = telling.story, telling.cast
    alliance = cast.alliances[story.alliance] if story.alliance else cast.alliance_of(story.school)
    need, outcome, _ = NEEDS[story.specialism]
    support_request = actions.requests.start_draft(
        by=cast.heads[story.school], school=cast.schools[story.school], alliance=alliance
    )
    facts = {
        "kind": story.kind,
        "specialism": cast.specialisms[story.specialism],
        "need": need,
        "days": story.days,
        "may_split": bool(story.second) and not story.twist,
        "starts_on": telling.on(6),
        "ends_on": telling.on(70),
        "urgency": story.urgency,
        "goal": f"Appraisal: {outcome.lower()}",
        "plan": f"{story.specialism}, school improvement plan",
        "supported_person": story.person,
    }
    SupportRequest.objects.filter(pk=support_request.pk).update(**facts)
    support_request.refresh_from_db()
    Outcome.objects.create(support_request=support_request, text=outcome, baseline=telling.dice.choice([2, 3, 3, 4]))
    return support_request


def ask(telling):
    support_request = draft(telling)
    if telling.story.until == "draft":
        return None
    head, coordinator = (
        telling.cast.heads[telling.story.school],
        telling.cast.coordinators[support_request.alliance.slug],
    )
    actions.requests.submit(support_request=support_request, by=head)
    if telling.story.twist == "question":
        yield 1, "question"
        actions.requests.ask_question(
            support_request=support_request, by=coordinator, question="Which year groups is it about?"
        )
        yield 2, "answer"
        actions.requests.answer(
            support_request=support_request, by=head, answer="Years 3 to 5, and two teachers above all."
        )
    if telling.story.twist == "withdraw":
        yield 1, "withdraw"
        actions.requests.withdraw(
            support_request=support_request, by=head, reason="We have appointed somebody with this experience."
        )
        return None
    yield 1, "triage"
    support_request.refresh_from_db()
    if telling.story.twist == "refuse":
        reason = "The spring programme for subject leaders fits better: a place is kept for you."
        actions.requests.decline(support_request=support_request, by=coordinator, reason=reason)
        return None
    actions.requests.triage(support_request=support_request, by=coordinator)
    return support_request


def find(telling, support_request):
    """Offers that come to nothing, as the story has them, before the one that is agreed."""
    for leader, reason in telling.story.declined:
        yield 2, "offer"
        commission = offer(telling, support_request, leader, hundredths(telling.story.visits))
        yield 1, "decline"
        by = commission.leader.person.user
        actions.offers.decline(commission=commission, by=by, reason=reason, note=DECLINED[reason])
    if telling.story.lapsed:
        yield 2, "offer"
        commission = offer(telling, support_request, telling.story.lapsed, hundredths(telling.story.visits))
        yield commission.lapses_on, "lapse"
        actions.offers.lapse(commission=commission)


def offer(telling, support_request, leader, visits):
    support_request.refresh_from_db()
    cast = telling.cast
    return actions.offers.offer(
        support_request=support_request,
        by=cast.coordinators[support_request.alliance.slug],
        leader=cast.leaders[leader],
        home_school=cast.schools[cast.homes[leader]],
        days=sum(visits),
        **terms(telling, len(visits)),
    )


def terms(telling, visits):
    _, _, objectives = NEEDS[telling.story.specialism]
    last_visit = FIRST_VISIT_AFTER + VISIT_EVERY * visits
    return {
        "starts_on": telling.on(FIRST_VISIT_AFTER),
        "ends_on": telling.on(last_visit + 5),
        "objectives": objectives,
        "modes": telling.dice.choice(MODES),
    }


def find_leader(telling, support_request, leader, visits):
    """An offer and its three yeses."""
    yield 2, "offer"
    commission = offer(telling, support_request, leader, visits)
    yield 1, "accept"
    actions.agreements.accept(commission=commission, by=commission.leader.person.user)
    yield from agree(telling, commission)
    return commission


def agree(telling, commission):
    """The yeses of the home head (who, leading, has given it with the other) and of the receiving head."""
    cast = telling.cast
    yield 1, "release"
    commission.refresh_from_db()
    if commission.home_yes_at is None:
        cost = telling.dice.choice([19500, 21000, 22500])
        payer = Commission.TravelPayer.RECEIVING
        actions.agreements.release(
            commission=commission, by=cast.head_of(commission.home_school), backfill_cost=cost, travel_payer=payer
        )
    yield 1, "agree"
    commission.refresh_from_db()
    actions.agreements.agree(
        commission=commission, by=cast.acting_for(commission.support_request.school), exit_plan=EXIT_PLAN
    )
    commission.refresh_from_db()


def offer_peer(telling, support_request):
    story, cast = telling.story, telling.cast
    there, back = hundredths(story.visits), hundredths(story.back)
    yield 2, "offer"
    commission = actions.offers.offer_peer(
        support_request=support_request,
        by=cast.coordinators[support_request.alliance.slug],
        partner=cast.schools[story.partner],
        person=cast.heads[story.partner].person,
        days=sum(there),
        return_person=cast.heads[story.school].person,
        return_days=sum(back),
        **terms(telling, len(there) + len(back)),
    )
    yield from agree(telling, commission)
    return commission
