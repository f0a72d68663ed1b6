import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from exchange import actions
from exchange.models.history import Verb
from exchange.pages import timeline
from exchange.status import record
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer

ACTIONS = Path(actions.__file__).parent


def titles(subject, user):
    return [entry.title for entry in timeline.timeline(subject.events.all(), user)]


def test_the_actions_know_no_other_verbs_than_there_are():
    text = "".join(path.read_text() for path in ACTIONS.glob("*.py"))
    verbs = {*re.findall(r'verb="(\w+)"', text), *re.findall(r'record\(\s*\w+, "(\w+)"', text)}
    assert len(verbs) > 30
    assert verbs - {*Verb} == set()


def test_a_verb_that_is_none_is_not_recorded(cast):
    asked = a_request(cast)
    before = asked.events.count()
    with pytest.raises(ValueError, match="'forgive'"):
        record(asked, "forgive", by=cast.head)
    assert asked.events.count() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.events.update(verb="forgive")


def test_it_tells_the_story_newest_first(cast):
    commission = an_agreement(cast)
    assert titles(commission, cast.head)[:2] == ["Everybody has said yes", "The receiving school has said yes"]
    assert titles(commission, cast.head)[-1] == "Offer made"


def test_ones_own_acts_are_said_by_you(cast):
    events = a_request(cast, status="submitted").events.all()
    assert timeline.timeline(events, cast.head)[0].who == "You"
    assert timeline.timeline(events, cast.coordinator)[0].who == cast.head.get_full_name()


def test_a_delegate_acts_for_the_head(cast):
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    draft = a_request(cast, status="draft")
    actions.requests.submit(support_request=draft, by=delegate)
    (entry,) = timeline.timeline(draft.events.all(), delegate)
    assert entry.who == f"You for {cast.head}"


def test_a_visit_is_named_by_its_day(cast):
    visit = a_logged_visit(cast, an_agreement(cast))
    assert titles(visit, cast.head) == [f"{visit} logged", f"{visit} planned"]


def test_the_clock_is_named(cast):
    commission = an_offer(cast)
    actions.offers.lapse(commission=commission)
    assert timeline.timeline(commission.events.all(), cast.head)[0].who == "The clock"


def test_a_visit_that_did_not_take_place_says_so(cast):
    visit = a_visit(cast, an_agreement(cast))
    actions.visits.cancel(visit=visit, by=cast.head, ends_as="no_show", reason="Nobody came")
    entry = timeline.timeline(visit.events.all(), cast.head)[0]
    assert (entry.title, entry.detail) == (f"{visit} did not take place", "Nobody came")


def test_each_commission_is_named_where_there_are_several(cast):
    asked = a_request(cast)
    first = an_offer(cast, asked)
    actions.offers.decline(commission=first, by=cast.lead, reason="dates")
    asked.refresh_from_db()
    second = an_offer(cast, asked)
    assert f"{first.reference}: Offer declined" in titles(asked, cast.head)
    assert f"{second.reference}: Offer made" in titles(asked, cast.head)
    assert "Request sent" in titles(asked, cast.head)
