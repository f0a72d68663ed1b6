"""The words of mail about the exchange."""

import re

from exchange import actions
from staff.models import Mail
from tests.exchange.road import a_logged_visit, an_agreement, an_offer


def test_one_day_is_no_days(cast):
    """From the request to the visit that is to be confirmed, all mail of one day of support."""
    a_logged_visit(cast, an_agreement(cast, days=100), days=100)
    texts = list(Mail.objects.values_list("text", flat=True))
    said = {found for text in texts for found in re.findall(r"\b1 days?\b(?: of support| on)?", text)}
    assert said == {"1 day of support", "1 day on"}


def test_a_proposed_day_is_one_too(cast):
    leg = an_agreement(cast, an_offer(cast, days=300)).leg
    facts = {"starts_on": leg.commission.starts_on, "ends_on": leg.commission.ends_on, "reason": "Less is needed"}
    actions.work.propose_variation(leg=leg, by=cast.head, days=100, **facts)
    assert "1 day from" in Mail.objects.get(to=cast.home_head.email, subject__contains="a change is proposed").text
