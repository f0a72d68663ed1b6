"""From the agreement to the evaluations. Each function is a part of a story; see telling.Telling."""

from datetime import time

from exchange import actions
from exchange.models import Evaluation, SupportRequest

from . import asking
from .asking import VISIT_EVERY
from .story import hundredths
from .words import CONTACT, EVIDENCE, GAINED, NEXT_STEPS, NOTES

TO_LOG, TO_CONFIRM = 1, 3  # school days from the visit to the note, and from the note to the yes
ARRIVALS = [time(8, 45), time(9, 0), time(13, 15)]


def work(telling, commission):
    """Plan the visits, hold them and see them confirmed. A twist comes after the first."""
    visits = hundredths(telling.story.visits)
    yield 2, "plan"
    if telling.story.twist in TWISTS:
        yield from visit(telling, commission, visits[:1])
        visits = yield from TWISTS[telling.story.twist](telling, commission, visits[1:])
    yield from visit(telling, commission, visits)


def visit(telling, commission, visits, leg=None):
    """Visits, all planned at once, each held and confirmed in its turn."""
    leg = leg or commission.leg
    planned = [_plan(telling, leg, 4 + VISIT_EVERY * n, days) for n, days in enumerate(visits)]
    for number, each in enumerate(planned):
        yield VISIT_EVERY - TO_CONFIRM if number else 4 + TO_LOG, "log"
        _log(telling, each)
        if telling.story.twist == "dispute" and number == len(planned) - 1:
            yield from dispute(telling, each)
        elif telling.story.twist == "unanswered":
            yield each.confirm_by, "confirm"
            actions.confirmations.confirm(visit=each, by=None)
        else:
            yield TO_CONFIRM, "confirm"
            actions.confirmations.confirm(visit=each, by=telling.cast.acting_for(each.leg.receiving_school))


def _plan(telling, leg, after, days):
    dice = telling.dice
    return actions.visits.plan(
        leg=leg,
        by=leg.person.user,
        on=telling.on(after),
        days=days,
        arrival_time=dice.choice(ARRIVALS),
        arrival_contact=dice.choice(CONTACT),
        purpose=telling.story.specialism,
    )


def _log(telling, visit):
    dice = telling.dice
    note, steps = dice.choice(NOTES), dice.choice(NEXT_STEPS)
    actions.visits.log(visit=visit, by=visit.leg.person.user, days=visit.days, note=note, next_steps=steps)


def dispute(telling, visit):
    yield 2, "dispute"
    by = telling.cast.acting_for(visit.leg.receiving_school)
    actions.confirmations.dispute(visit=visit, by=by, reason="The visit ended at noon: half of the day was held.")
    yield 3, "settle"
    leg = visit.leg
    alliance = leg.commission.support_request.alliance
    coordinator = telling.cast.coordinator_elsewhere(alliance, leg.giving_school, leg.receiving_school)
    half = max(visit.days // 50 * 25, 25)
    actions.confirmations.settle(visit=visit, by=coordinator, days=half, reason="Both sides agree that half was held.")
    yield 2, "finish"
    commission = leg.commission
    commission.refresh_from_db()
    by, reason = commission.leader.person.user, "The rest is not needed any more."
    actions.work.finish(commission=commission, by=by, reason=reason)


# Twists: what happens after the first visit. Each returns the visits that remain. ---------------


def pause(telling, commission, rest):
    head = telling.cast.heads[telling.story.school]
    yield 2, "pause"
    commission.refresh_from_db()
    actions.work.pause(commission=commission, by=head, reason="The school is being inspected.")
    yield 12, "resume"
    actions.work.resume(commission=commission, by=head)
    return rest


def stop(telling, commission, rest):
    """Stopped early; another leader takes what remains."""
    head, support_request = telling.cast.heads[telling.story.school], commission.support_request
    yield 2, "stop"
    commission.refresh_from_db()
    reason = "The leader has taken a post elsewhere."
    actions.work.stop(commission=commission, by=head, reason=reason)
    support_request.refresh_from_db()
    leader, visits = telling.story.second[0], hundredths(telling.story.second[1])
    other = yield from asking.find_leader(telling, support_request, leader, visits)
    yield 2, "plan"
    yield from visit(telling, other, visits)
    yield from evaluate(telling, other)
    return ()


def finish(telling, commission, rest):
    yield 2, "finish"
    commission.refresh_from_db()
    by, reason = commission.leader.person.user, "The aim was reached sooner than planned."
    actions.work.finish(commission=commission, by=by, reason=reason)
    return ()


def vary(telling, commission, rest):
    """Another half day, proposed by the leader and agreed by both heads."""
    yield 2, "propose"
    commission.refresh_from_db()
    leg, by = commission.leg, commission.leader.person.user
    variation = actions.work.propose_variation(
        leg=leg,
        by=by,
        days=leg.days + 50,
        starts_on=commission.starts_on,
        ends_on=telling.on(30),
        reason="One more class has asked to join.",
    )
    variation.refresh_from_db()
    # A leader who heads the home school has said yes for it by proposing.
    waiting = [leg.receiving_school] if variation.home_yes_at else [leg.giving_school, leg.receiving_school]
    for school in waiting:
        yield 2, "answer"
        actions.work.answer_variation(variation=variation, by=telling.cast.head_of(school), yes=True)
    commission.refresh_from_db()
    return (*rest, 50)


def move(telling, commission, rest):
    """The next visit is moved once, and the school forgets the one after."""
    yield 1, "plan"
    first, *others = rest
    planned = _plan(telling, commission.leg, 3, first)
    yield 1, "move"
    leader = commission.leader.person.user
    moved = actions.visits.move(
        visit=planned, by=leader, on=telling.on(5), arrival_time=time(9, 0), reason="A training day in between."
    )
    yield 5, "no show"
    actions.visits.cancel(visit=moved, by=leader, ends_as="no_show", reason="Snow: the roads were closed.")
    return (first, *others)


TWISTS = {"pause": pause, "stop": stop, "finish": finish, "vary": vary, "move": move}


# The end ----------------------------------------------------------------------------------------


def evaluate(telling, commission):
    """Both sides say what came of it. A concern is looked into, and resolved some days later."""
    yield 4, "evaluate"
    commission.refresh_from_db()
    if commission.status != commission.Status.DELIVERED:
        return
    story, cast, dice = telling.story, telling.cast, telling.dice
    rating = story.rating or dice.choice([5, 5, 4, 4, 4, 3])
    head = cast.heads[story.school]
    evaluation = actions.evaluations.evaluate(
        commission=commission,
        by=head,
        side=Evaluation.Side.RECEIVING,
        evidence=EVIDENCE[rating],
        rating=rating,
        scores={
            row: min(10, row.baseline + max(rating - 2, 0) + 1) for row in commission.support_request.outcomes.all()
        },
    )
    yield 2, "evaluate in return"
    by = commission.leader.person.user if commission.leader else cast.heads[story.partner]
    actions.evaluations.evaluate(
        commission=commission,
        by=by,
        side=Evaluation.Side.GIVING,
        evidence="The school was ready for each visit.",
        rating=dice.choice([5, 4, 4]),
        gained=dice.choice(GAINED),
    )
    if evaluation.opens_a_concern:
        yield 6, "resolve"
        coordinator = cast.coordinators[commission.support_request.alliance.slug]
        words = "Spoke to both heads. Another leader offers a free morning."
        actions.evaluations.resolve_concern(concern=evaluation.concern, by=coordinator, resolution=words)


def report(telling, commission):
    """What a diagnostic found, with or without need for more."""
    yield 1, "report"
    commission.refresh_from_db()
    enough = not telling.story.package
    actions.work.report_findings(
        commission=commission,
        by=commission.leader.person.user,
        findings="Planning is sound and lessons are calm. "
        + ("The school has what it needs." if enough else "Two year groups need help with what comes next."),
        no_further_support=enough,
    )


def ask_package(telling, support_request, visits):
    yield 3, "ask package"
    support_request = SupportRequest.objects.get(pk=support_request.pk)
    actions.requests.ask_package(
        support_request=support_request, by=telling.cast.heads[telling.story.school], days=sum(visits)
    )
    support_request.refresh_from_db()
    return support_request
