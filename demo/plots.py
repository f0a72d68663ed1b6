"""How each kind of story goes, from its parts."""

from . import asking, deciding, working
from .story import Movement, hundredths


def acts(telling):
    """The generator of a row's acts."""
    if isinstance(telling.story, Movement):
        return deciding.move_days(telling)
    return _acts(telling)


def _acts(telling):
    support_request = yield from asking.ask(telling)
    if support_request is None:
        return
    yield from asking.find(telling, support_request)
    if telling.story.kind == "peer":
        yield from peer(telling, support_request)
    elif telling.story.kind == "diagnostic":
        yield from diagnostic(telling, support_request)
    elif telling.story.second and not telling.story.twist:
        yield from split(telling, support_request)
    else:
        commission = yield from _lead(telling, support_request)
        yield from working.evaluate(telling, commission)


def _lead(telling, support_request):
    story = telling.story
    visits = hundredths(story.visits)
    commission = yield from asking.find_leader(telling, support_request, story.leader, visits)
    yield from working.work(telling, commission)
    return commission


def split(telling, support_request):
    """Two leaders share the days: both are agreed before either begins."""
    story = telling.story
    parts = [(story.leader, hundredths(story.visits)), (story.second[0], hundredths(story.second[1]))]
    agreed = []
    for leader, visits in parts:
        agreed.append((yield from asking.find_leader(telling, support_request, leader, visits)))
    yield 2, "plan"
    for commission, (_, visits) in zip(agreed, parts, strict=True):
        yield from working.visit(telling, commission, visits)
    for commission in agreed:
        yield from working.evaluate(telling, commission)


def peer(telling, support_request):
    """Each school helps the other, in its own subject."""
    story = telling.story
    commission = yield from asking.offer_peer(telling, support_request)
    yield 2, "plan"
    back = next(leg for leg in commission.legs.all() if leg != commission.leg)
    yield from working.visit(telling, commission, hundredths(story.visits))
    yield from working.visit(telling, commission, hundredths(story.back), leg=back)
    yield from working.evaluate(telling, commission)


def diagnostic(telling, support_request):
    """A visit to find out what is needed, and the package that carries it out."""
    commission = yield from _lead(telling, support_request)
    yield from working.report(telling, commission)
    yield from working.evaluate(telling, commission)
    if telling.story.package:
        leader, days = telling.story.package
        visits = hundredths(days)
        support_request = yield from working.ask_package(telling, support_request, visits)
        follow_up = yield from asking.find_leader(telling, support_request, leader, visits)
        yield 2, "plan"
        yield from working.visit(telling, follow_up, visits)
        yield from working.evaluate(telling, follow_up)
