"""Who the tests of the exchange are about, and where their work starts."""

import uuid
from datetime import time, timedelta
from types import SimpleNamespace

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from bank import posting
from exchange import actions
from exchange.accounting import capacity, holds, quotes
from exchange.models import Commission, Event, Leg, Outcome, SupportRequest, Visit
from schools import calendar
from staff.models import Person, Specialism
from tests import factories


def make_cast(**policy):
    alliance = factories.AllianceFactory(
        slug="netherby", name="Netherby Schools", **{f"policy_version__{name}": value for name, value in policy.items()}
    )
    asking, giving, other = (factories.member(alliance, name=name) for name in ("Ashgrove", "Birchwood", "Castle Hill"))
    leader = factories.leader_at(giving)
    return SimpleNamespace(
        alliance=alliance,
        asking=asking,
        giving=giving,
        other=other,
        leader=leader,
        lead=leader.person.user,
        head=factories.head_of(asking),
        home_head=factories.head_of(giving),
        stranger=factories.head_of(other),
        coordinator=factories.coordinator_of(alliance),
    )


def a_request(cast, *, days=500, status="open", **fields):
    """A request of the asking school as a draft, submitted or open, with its history."""
    today = timezone.localdate()
    facts = {
        "kind": "specific",
        "need": "Fractions in year 4",
        "specialism": Specialism.objects.get(name="Mathematics"),
        "phase": "Primary",
        "submitted_at": None if status == "draft" else timezone.now(),
        **fields,
    }
    if status == "open":
        facts |= {"assigned_to": cast.coordinator, "opened_at": timezone.now()}
    support_request = SupportRequest.objects.create(
        alliance=cast.alliance, school=cast.asking, asked_by=cast.head, status=status, days=days, starts_on=today,
        ends_on=today, **facts,
    )  # fmt: skip
    Outcome.objects.create(support_request=support_request, text="Fractions are taught with confidence", baseline=3)
    history = []
    if status != "draft":
        history += [Event(verb="submit", by=cast.head, old="draft", new="submitted")]
    if status == "open":
        history += [
            Event(verb="triage", by=cast.coordinator, old="submitted", new="open"),
            Event(verb="assign", by=cast.coordinator, reason="To themselves"),
        ]
    write_history(history, support_request=support_request)
    return support_request


def write_history(events, **subject):
    for event in events:
        for name, value in subject.items():
            setattr(event, name, value)
    Event.objects.bulk_create(events)


def an_offer(cast, support_request=None, *, days=None, **fields):
    """The leader's offer for a request, with its account on either side."""
    support_request = support_request or a_request(cast, days=days or 500)
    fields = {"leader": cast.leader, "home_school": cast.giving, "objectives": "Plan and model lessons", **fields}
    today, alliance, days = timezone.localdate(), support_request.alliance, days or support_request.days
    commission = Commission.objects.create(
        support_request=support_request, offered_by=cast.coordinator,
        is_diagnostic=support_request.kind == "diagnostic", starts_on=today,
        ends_on=today, **fields,
        lapses_on=calendar.add_days(today, alliance.policy().offer_lapse_days, alliance.closed_days()),
    )  # fmt: skip
    is_member = alliance.has_member(support_request.school)
    Leg.objects.create(
        commission=commission, days=days, person=commission.leader.person,
        giving_school=commission.home_school, giving_account=posting.school_account(alliance, commission.home_school),
        receiving_school=support_request.school,
        receiving_account=posting.school_account(alliance, support_request.school) if is_member
        else posting.outside_account(alliance),
    )  # fmt: skip
    SupportRequest.objects.filter(pk=support_request.pk).update(committed=F("committed") + days)
    support_request.refresh_from_db()
    Event.objects.create(
        support_request=support_request, commission=commission, verb="offer", by=cast.coordinator, new="offered"
    )
    return commission


@transaction.atomic
def an_agreement(cast, commission=None, *, by=None, **fields):
    """An offer to which all three have said yes: its days are held, on the account and in the leader's year."""
    commission = commission or an_offer(cast, **fields)
    support_request, now, lead = commission.support_request, timezone.now(), by or cast.lead
    tariff, day_rate = quotes.tariff_for(support_request.alliance, commission.leader)
    Commission.objects.filter(pk=commission.pk).update(
        status="agreed", tariff=tariff, day_rate=day_rate, leader_yes_by=lead, leader_yes_at=now,
        home_yes_by=cast.home_head, home_yes_at=now, receiving_yes_by=cast.head, receiving_yes_at=now,
    )  # fmt: skip
    commission.refresh_from_db()
    for leg in holds.legs_to_hold(commission):
        holds.hold_or_refuse(leg)
    capacity.rebook(commission)
    said_yes = [
        Event(verb="accept", by=lead),
        Event(verb="release", by=cast.home_head),
        Event(verb="agree", by=cast.head),
        Event(verb="all_agreed", by=cast.head, old="offered", new="agreed"),
    ]
    write_history(said_yes, support_request=support_request, commission=commission)
    is_matched = not commission.support_request.days_wanted
    if is_matched and not support_request.commissions.filter(status="offered").exists():
        SupportRequest.objects.filter(pk=support_request.pk).update(status="matched")
        Event.objects.create(support_request=support_request, verb="match", by=cast.head, old="open", new="matched")
    commission.refresh_from_db()
    return commission


@transaction.atomic
def a_visit(cast, commission, *, days=100, on=None, leg=None, **fields):
    """A planned visit, or, with more fields, one in another state."""
    leg = leg or commission.leg
    visit = Visit.objects.create(
        leg=leg, on=on or timezone.localdate(), days=days, planned_by=cast.lead, arrival_time=time(9, 0),
        arrival_contact="The office", **fields,
    )  # fmt: skip
    holds.sync_hold(leg, override=(f"user:{cast.lead.pk}", holds.AGREED_BEFORE))
    capacity.rebook(leg.commission)
    commission = leg.commission
    write_history([Event(verb="plan_visit", by=cast.lead, new="planned")], support_request=commission.support_request,
                  commission=commission, visit=visit)  # fmt: skip
    return visit


def a_logged_visit(cast, commission, *, days=100, on=None):
    """A visit that the leader has logged, the first of which starts the work."""
    alliance, today = commission.support_request.alliance, timezone.localdate()
    confirm_by = calendar.add_days(today, alliance.policy().confirm_days, alliance.closed_days())
    visit = a_visit(
        cast, commission, days=days, on=on, status="logged", note="Modelled a lesson", logged_by=cast.lead,
        logged_at=timezone.now(), confirm_by=confirm_by,
    )  # fmt: skip
    subject = {"support_request": commission.support_request, "commission": commission}
    write_history([Event(verb="log_visit", by=cast.lead, old="planned", new="logged")], visit=visit, **subject)
    if Commission.objects.filter(pk=commission.pk, status="agreed").update(status="active"):
        write_history([Event(verb="start", by=cast.lead, old="agreed", new="active")], **subject)
    commission.refresh_from_db()
    return visit


TODAY = timezone.localdate


def send(client, user, url, **data):
    client.force_login(user)
    return client.post(url, {"key": uuid.uuid4(), **data})


def look(client, user, url):
    client.force_login(user)
    return client.get(url)


def url_of(verb, subject):
    return reverse(f"exchange:{verb}", args=[subject.pk])


def in_boxes(name, on):
    """A date as the three boxes send it."""
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def a_day(number=1):
    return TODAY() + timedelta(days=number)


def a_finished_diagnostic(cast, *, evaluated=True):
    commission = an_agreement(cast, an_offer(cast, a_request(cast, kind="diagnostic", days=100)))
    visit = a_logged_visit(cast, commission)
    actions.work.report_findings(
        commission=commission, by=cast.lead, findings="Phonics first", no_further_support=False
    )
    actions.confirmations.confirm(visit=visit, by=cast.head)
    if evaluated:
        actions.evaluations.evaluate(commission=commission, by=cast.head, side="receiving", evidence="x", rating=5)
        actions.evaluations.evaluate(commission=commission, by=cast.lead, side="giving", evidence="x", rating=5)
    commission.support_request.refresh_from_db()
    return commission.support_request


def a_question(cast):
    asked = a_request(cast, status="submitted")
    actions.requests.ask_question(support_request=asked, by=cast.coordinator, question="Which year?")
    return asked


def peer_offer(cast, *, days=200, return_days=200):
    support_request = a_request(cast, days=days, kind="peer")
    return actions.offers.offer_peer(
        support_request=support_request,
        by=cast.coordinator,
        partner=cast.giving,
        person=cast.home_head.person,
        days=days,
        return_person=Person.objects.create(name="Somebody Else"),
        return_days=return_days,
        starts_on=support_request.starts_on,
        ends_on=support_request.ends_on,
        objectives="Learn from each other",
    )


def a_delivered_commission(cast):
    commission = an_agreement(cast, days=100)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission, days=100), by=cast.head)
    commission.refresh_from_db()
    return commission
