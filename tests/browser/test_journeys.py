"""The ways that people go together, each in a browser of their own, page after page as they would click."""

from datetime import timedelta
from types import SimpleNamespace

from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import Commission, SupportRequest
from tests import factories
from tests.browser.cases import sign_in
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, make_cast
from tests.exchange.work_cases import widen

WEEKS_AHEAD = timedelta(weeks=6)
MINUS = "\N{MINUS SIGN}"
FIGURES = ("Given", "Received", "Levy", "Other", "Net")


def test_the_whole_exchange(visit, db):
    cast = make_cast()
    head, coordinator, leader, home_head = visit(), *map(visit, (cast.coordinator, cast.lead, cast.home_head))
    ask_for_support(head, cast, days="5")
    offer_the_leader(coordinator, cast)
    say_yes_three_times(leader, home_head, head, cast)
    one_visit(leader, head, cast)
    commission = Commission.objects.get()
    for _ in range(4):
        actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    evaluate(head, f"Evaluate the work of {cast.leader}")
    assert head.tag == "Delivered"
    evaluate(leader, "Say how your work for Ashgrove went")
    assert leader.tag == "Closed"
    assert leader.history()[:2] == ["Work closed", "Work evaluated"]
    assert leader.history()[-4:] == [
        "The receiving school has said yes",
        "The home school has said yes",
        "The leader has said yes",
        "Offer made",
    ]
    head.open(commission.support_request.get_absolute_url())
    assert head.tag == "Closed"
    the_balances_are_equal_to(
        {"Ashgrove": ["0", "5", "0", "0", f"{MINUS}5"], "Birchwood": ["5", "0", "0.5", "0", "+4.5"]},
        {cast.asking: head, cast.giving: home_head},
        coordinator,
    )


def ask_for_support(head, cast, days):
    """From signing in to the panel with the reference, each question on its page."""
    today = timezone.localdate()
    head.open("/")
    sign_in(head, cast.head.email)
    head.follow_button("Request support")
    head.press("Start")
    answers = [
        lambda: head.choose("A specific need"),
        lambda: head.choose("Mathematics"),
        lambda: head.choose("Primary"),
        lambda: (
            head.fill("Outcome 1", "Fractions are taught with confidence"),
            head.page.get_by_label("Where you stand now, from 0 to 10").first.fill("3"),
        ),
        lambda: head.fill("What do you need?", "Pupils in year 4 find fractions hard."),
        lambda: head.fill("Days", days),
        lambda: (head.fill_date("First day", today), head.fill_date("Last day", today + WEEKS_AHEAD)),
        lambda: head.choose("This term"),
        lambda: None,
        lambda: None,
    ]
    for answer in answers:
        answer()
        head.press("Save and continue")
    assert head.heading == "Check your answers"
    assert head.value_of("Days") == f"{days} days"
    head.press("Send request")
    assert head.heading == "Request sent"
    assert head.sees(SupportRequest.objects.get().reference)


def offer_the_leader(coordinator, cast):
    request = SupportRequest.objects.get()
    coordinator.open("/")
    coordinator.follow(request.reference)
    coordinator.follow_button("Take it on")
    coordinator.press("Take it on")
    assert coordinator.tag == "Looking for a leader"
    coordinator.follow_button("Find a leader")
    coordinator.follow(f"Offer it to {cast.leader.person}")
    coordinator.press("Send the offer")
    assert coordinator.tag == "Offered"


def say_yes_three_times(leader, home_head, head, cast):
    leader.open("/")
    leader.follow("Answer the offer: 5 days of Mathematics for Ashgrove")
    leader.follow_button("Accept")
    leader.press("Accept")
    home_head.open("/")
    home_head.follow(f"Release {cast.leader} for {cast.asking}")
    home_head.fill("What does backfill cost you a day? (optional)", "180")
    home_head.choose("The receiving school")
    home_head.press("Release")
    assert home_head.tag == "Offered"
    head.open("/")
    head.follow(f"Agree to support from {cast.leader}")
    assert head.value_of("Available to you") == "10 days"
    head.fill("How will your school carry on afterwards?", "The maths lead keeps the lessons going.")
    head.press("Agree")
    assert head.tag == "Agreed"


def one_visit(leader, head, cast):
    """Planned for today, logged and confirmed."""
    today = timezone.localdate()
    leader.open(Commission.objects.get().get_absolute_url())
    leader.follow_button("Plan a visit")
    leader.fill_date("Date", today)
    leader.fill("How many days?", "1")
    leader.fill("Arriving at", "9.30am")
    leader.fill("Ask for", "The school office")
    leader.press("Plan the visit")
    if leader.sees("Plan it all the same"):  # today is no day of school
        leader.choose("Plan it all the same")
        leader.press("Plan the visit")
    assert leader.sees("4 left to plan")
    leader.follow(f"Log (visit on {today:%-d %B})")
    leader.fill("What was done", "Modelled a lesson on fractions.")
    leader.press("Log the visit")
    head.open("/")
    head.follow(f"Confirm the visit of {today:%-d %B}")
    head.press("Confirm the visit")
    assert head.tag == "Under way"
    assert head.sees("1 of 5 days confirmed")


def evaluate(visitor, task):
    visitor.open("/")
    visitor.follow(task)
    visitor.fill("Fractions are taught with confidence", "8")
    visitor.fill("What shows it?", "Work in books, and two lessons seen.")
    visitor.choose("Good")
    visitor.press("Send")


def the_balances_are_equal_to(worked, heads, coordinator):
    """Given, received, levy, other and net: on each school's statement, and in the admin's balances."""
    for school, head in heads.items():
        head.open(reverse("exchange:statement", args=[school.pk]))
        assert [head.value_of(name) for name in FIGURES] == worked[school.name]
    coordinator.open(reverse("admin:bank_account_changelist"))
    for name, figures in worked.items():
        row = coordinator.row(name)
        assert [row[figure] for figure in FIGURES] == figures
    assert coordinator.sees("add up to 0, as they must")


def test_decline_and_re_offer(visit, db):
    cast = make_cast()
    second = factories.leader_at(cast.other)
    first_offer = an_offer(cast)
    leader, coordinator = visit(cast.lead), visit(cast.coordinator)
    leader.open("/")
    leader.follow("Answer the offer: 5 days of Mathematics for Ashgrove")
    leader.open(reverse("exchange:decline_offer", args=[first_offer.pk]))
    leader.choose("No capacity")
    leader.fill("Anything the coordinator should know (optional)", "After Easter I could.")
    leader.press("Decline")
    assert leader.tag == "Declined"
    coordinator.open("/")
    coordinator.follow(first_offer.support_request.reference)
    coordinator.follow_button("Find a leader")
    assert coordinator.sees("After Easter I could.")
    coordinator.follow(f"Offer it to {second.person}")
    coordinator.press("Send the offer")
    assert coordinator.tag == "Offered"
    coordinator.open(first_offer.support_request.get_absolute_url())
    statuses = [coordinator.row(commission.reference)["Status"] for commission in Commission.objects.order_by("pk")]
    assert statuses == ["Declined", "Offered"]


def test_limit_reached_and_override(visit, db):
    cast = make_cast(limit=-300)
    commission = an_offer(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    head, coordinator = visit(cast.head), visit(cast.coordinator)
    agree(head, commission, status=409)
    assert head.heading == "That was not possible"
    assert head.sees("Ashgrove has reached its limit")
    head.follow_button("Back to the commission")
    assert head.tag == "Offered"
    coordinator.open(commission.get_absolute_url())
    coordinator.follow("Override the limit")
    coordinator.fill("Why may the school go below its limit?", "Inspection in six weeks.")
    coordinator.press("Override the limit")
    agree(head, commission)
    assert head.tag == "Agreed"
    assert "Limit overridden for this offer" in head.history()
    head.open(reverse("exchange:statement", args=[cast.asking.pk]))
    assert head.value_of("Held now") == "5"


def agree(head, commission, status=200):
    head.open(reverse("exchange:agree", args=[commission.pk]))
    head.fill("How will your school carry on afterwards?", "The maths lead keeps the lessons going.")
    head.press("Agree", status)


def test_diagnostic_to_package(visit, db):
    cast = make_cast()
    diagnostic = widen(an_agreement(cast, an_offer(cast, a_request(cast, days=100, kind="diagnostic"))))
    confirmed = a_logged_visit(cast, diagnostic)
    leader, head, coordinator = map(visit, (cast.lead, cast.head, cast.coordinator))
    leader.open(diagnostic.get_absolute_url())
    leader.follow_button("Report findings")
    leader.fill("What did you find?", "Planning differs from class to class.")
    leader.press("Send the findings")
    actions.confirmations.confirm(visit=confirmed, by=cast.head)
    head.open("/")
    head.follow(f"Decide what follows from the findings of {diagnostic.reference}")
    head.follow_button("Ask for further support")
    assert head.sees("Planning differs from class to class.")
    head.fill("How many more days do you need?", "3")
    head.press("Ask for these days")
    assert head.tag == "Looking for a leader"
    coordinator.open(reverse("exchange:shortlist", args=[diagnostic.support_request_id]))
    coordinator.follow(f"Offer it to {cast.leader.person}")
    coordinator.press("Send the offer")
    package = Commission.objects.get(parent=diagnostic)
    an_agreement(cast, package)
    head.open(diagnostic.get_absolute_url())
    head.follow(package.reference)
    assert head.tag == "Agreed"
    assert head.sees(diagnostic.reference)


def test_peer_to_peer(visit, db):
    cast = make_cast()
    giver = factories.leader_at(cast.asking).person
    request = a_request(cast, days=200, kind="peer")
    coordinator, head, home_head = map(visit, (cast.coordinator, cast.head, cast.home_head))
    coordinator.open(request.get_absolute_url())
    coordinator.follow_button("Find a partner school")
    coordinator.follow(f"Offer it to {cast.giving}")
    coordinator.page.get_by_label(f"Who at {cast.giving}?").select_option(label=str(cast.leader.person))
    coordinator.page.get_by_label(f"Who at {cast.asking}?").select_option(label=str(giver))
    coordinator.press("Send the offer")
    commission = Commission.objects.get()
    home_head.open("/")
    home_head.follow(f"Release {commission.who} for {cast.asking}")
    home_head.choose("The receiving school")
    home_head.press("Release")
    agree(head, commission)
    assert head.tag == "Agreed"
    for leg, school_head in zip(commission.legs.order_by("pk"), (cast.head, cast.home_head), strict=True):
        visit_of_leg = a_logged_visit_by(leg, cast)
        assert visit_of_leg.days == 200
        confirming = head if school_head == cast.head else home_head
        confirming.open(reverse("exchange:confirm_visit", args=[visit_of_leg.pk]))
        confirming.press("Confirm the visit")
    assert home_head.tag == "Delivered"
    the_balances_are_equal_to(
        {"Ashgrove": ["2", "2", "0", "0", "0"], "Birchwood": ["2", "2", "0", "0", "0"]},
        {cast.asking: head, cast.giving: home_head},
        coordinator,
    )


def a_logged_visit_by(leg, cast):
    """All the days of a leg at once, planned and logged by the head who gives them."""
    giving_head = cast.home_head if leg.giving_school == cast.giving else cast.head
    planned = a_visit(SimpleNamespace(lead=giving_head), leg.commission, days=leg.days, leg=leg)
    actions.visits.log(visit=planned, by=giving_head, days=leg.days, note="Taught two lessons together")
    return planned
