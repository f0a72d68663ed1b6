"""What is charged in money: when a charge is raised, what it says, and what becomes of it."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from exchange import actions
from exchange.clock import leavers
from exchange.models import Charge, Event, SupportRequest, Tariff, Visit
from portal.errors import Refused, SomebodyFaster
from staff.models import Mail, Post, Role
from tests import factories
from tests.exchange import clock_cases
from tests.exchange.cases import (
    a_logged_visit,
    a_request,
    a_visit,
    an_agreement,
    an_offer,
    look,
    make_cast,
    peer_offer,
    send,
    url_of,
)
from tests.exchange.money_cases import a_tariff, ago, agreed_outside, fresh, join, leave, visited
from tests.exchange.work_cases import widen
from tests.races import needs_postgresql, together

pytestmark = pytest.mark.slow


def text_of(response):
    return " ".join(response.content.decode().split())


def mails(cast, subject):
    return Mail.objects.filter(to=cast.head.email, subject__contains=subject).count()


def finish(cast, commission):
    actions.work.finish(commission=fresh(commission), by=cast.lead, reason="It was enough")


def charged(cast, *, days=350, **terms):
    """A charge for so many days of work that has ended."""
    commission = agreed_outside(cast, **terms)
    visited(cast, commission, on=ago(3), days=days)
    finish(cast, commission)
    return Charge.objects.get()


def disputed_and_settled(cast, visit, days, *, by=None):
    actions.confirmations.dispute(visit=visit, by=by or cast.head, reason="It was less")
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=days, reason="Both agree")


# When, and how much ---------------------------------------------------------------------------


def test_it_is_raised_when_the_work_is_delivered(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(9), days=200)
    assert not Charge.objects.exists()
    visited(cast, fresh(commission), on=ago(3), days=300)
    charge = Charge.objects.get()
    assert (charge.reference, charge.school, charge.home_school) == ("NETHERBY-0001", cast.asking, cast.giving)
    assert [(line.on, line.days, line.day_rate, line.amount) for line in charge.lines.all()] == [
        (ago(9), 200, 35000, 70000), (ago(3), 300, 35000, 105000)
    ]  # fmt: skip
    assert (charge.work, charge.brokerage, charge.home_share, charge.total) == (175000, 26250, 148750, 175000)
    assert mails(cast, "NETHERBY-0001: £1,750.00 to pay") == 1
    assert charge.status == "due"


def test_350_a_day_for_3_and_a_half_days_is_charged_as_the_rules_say(cast):
    charge = charged(cast, days=350)
    assert (charge.total, charge.brokerage, charge.home_share) == (122500, 18375, 104125)


def test_420_a_day_for_2_days_on_top_with_vat_is_charged_as_the_rules_say(cast):
    charge = charged(cast, days=200, day_rate=42000, brokerage_inside=False, vat_percent=20)
    assert (charge.work, charge.brokerage, charge.vat, charge.total) == (84000, 12600, 19320, 115920)


def test_it_is_raised_when_the_work_is_stopped(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    actions.work.stop(commission=fresh(commission), by=cast.head, reason="The head left")
    assert Charge.objects.get().total == 35000


def test_what_is_confirmed_after_the_end_is_charged_by_the_clock_once(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(9), days=100)
    visit = a_logged_visit(cast, fresh(commission), on=ago(3), days=200)
    finish(cast, commission)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    assert Charge.objects.count() == 1
    for _ in range(2):
        clock_cases.run(leavers)
    assert [(charge.number, charge.total) for charge in Charge.objects.order_by("pk")] == [(1, 35000), (2, 70000)]


def test_visits_in_credits_are_never_charged(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    visited(cast, commission, on=ago(3), days=500)
    clock_cases.run(leavers)
    assert fresh(commission).status == "delivered"
    assert not Charge.objects.exists()


def test_of_a_leavers_work_only_the_later_visits_are_charged(cast):
    a_tariff(cast.alliance)
    commission = widen(an_agreement(cast))
    leave(cast.asking, ago(5))
    visited(cast, commission, on=ago(10), days=200)
    visited(cast, fresh(commission), on=ago(2), days=300)
    assert [line.on for line in Charge.objects.get().lines.all()] == [ago(2)]


def test_the_price_is_that_of_the_agreement_whatever_comes_later(cast):
    commission = agreed_outside(cast)
    Tariff.objects.create(alliance=cast.alliance, starts_on=ago(0), day_rate=99900)
    visited(cast, commission, on=ago(3), days=100)
    finish(cast, commission)
    assert Charge.objects.get().total == 35000


def test_less_after_a_dispute_is_credited_to_the_penny(cast):
    charge = charged(cast, days=125, day_rate=33333, vat_percent=20)
    visit = Visit.objects.get()
    disputed_and_settled(cast, visit, 50)
    clock_cases.run(leavers)
    note = Charge.objects.exclude(pk=charge.pk).get()
    assert note.is_credit_note
    assert [(line.days, line.amount) for line in note.lines.all()] == [(-75, 16667 - 41666)]
    assert charge.total + note.total == 16667 + 3333  # as if half a day had been charged from the start
    assert mails(cast, "NETHERBY-0002: £299.99 back to you") == 1
    disputed_and_settled(cast, Visit.objects.get(), 0)
    for _ in range(2):
        clock_cases.run(leavers)
    for figure in ("work", "brokerage", "home_share", "vat", "total"):
        assert sum(Charge.objects.values_list(figure, flat=True)) == 0
    assert Charge.objects.count() == 3


def test_what_was_waived_is_never_given_back(cast):
    charge = charged(cast, days=200)
    actions.charges.waive(charge=charge, by=cast.coordinator, reason="A gift")
    disputed_and_settled(cast, Visit.objects.get(), 100)
    clock_cases.run(leavers)
    assert Charge.objects.get() == charge
    disputed_and_settled(cast, Visit.objects.get(), 300)
    clock_cases.run(leavers)
    assert Charge.objects.exclude(pk=charge.pk).get().lines.get().days == 100


def test_a_disputed_visit_is_not_charged_before_it_is_settled(cast):
    commission = agreed_outside(cast)
    visit = visited(cast, commission, on=ago(3), days=100)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was less")
    finish(cast, commission)
    clock_cases.run(leavers)
    assert not Charge.objects.exists()
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=75, reason="Both agree")
    clock_cases.run(leavers)
    assert Charge.objects.get().total == 26250


def test_a_fixed_brokerage_is_taken_once_a_commission(cast):
    commission = agreed_outside(cast, brokerage_percent=0, brokerage_fixed=5000, brokerage_inside=False)
    visited(cast, commission, on=ago(9), days=100)
    actions.charges.charge_now(commission=fresh(commission), by=cast.coordinator)
    visited(cast, fresh(commission), on=ago(3), days=100)
    finish(cast, commission)
    assert list(Charge.objects.order_by("pk").values_list("brokerage", "total")) == [(5000, 40000), (0, 35000)]


def peer_work_of_a_leaver(cast, **terms):
    """Work for each other that is in money on both legs by now, two days each."""
    a_tariff(cast.alliance, brokerage_percent=0, brokerage_fixed=5000, **terms)
    commission = peer_offer(cast)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head)
    leave(cast.giving, ago(9))
    return widen(commission)


def visited_on_each_leg(cast, commission, days):
    visits = [a_visit(cast, commission, leg=leg, on=ago(3), days=days) for leg in commission.legs.all()]
    heads = {cast.asking: cast.head, cast.giving: cast.home_head}
    for visit in visits:
        leg = visit.leg
        actions.visits.log(visit=visit, by=heads[leg.giving_school], days=days, note="Watched lessons")
        actions.confirmations.confirm(visit=visit, by=heads[leg.receiving_school])
    return visits


def brokerages():
    return list(Charge.objects.order_by("pk").values_list("school__name", "work", "brokerage", "home_share"))


def test_a_fixed_brokerage_is_taken_once_of_two_schools_that_help_each_other(cast):
    commission = peer_work_of_a_leaver(cast, brokerage_inside=False)
    visited_on_each_leg(cast, commission, 200)
    assert brokerages() == [("Ashgrove", 70000, 5000, 70000), ("Birchwood", 70000, 0, 70000)]


def test_what_was_waived_was_not_taken(cast):
    commission = peer_work_of_a_leaver(cast, brokerage_inside=False)
    visited_on_each_leg(cast, commission, 100)
    first, _ = actions.charges.charge_now(commission=fresh(commission), by=cast.coordinator)
    actions.charges.waive(charge=first, by=cast.coordinator, reason="A gift")
    visited_on_each_leg(cast, fresh(commission), 100)
    assert brokerages()[2:] == [("Ashgrove", 35000, 0, 35000), ("Birchwood", 35000, 5000, 35000)]


def test_what_the_first_school_cannot_bear_of_it_the_other_does(cast):
    commission = peer_work_of_a_leaver(cast, brokerage_inside=True, day_rate=3000)
    visited_on_each_leg(cast, commission, 100)
    actions.charges.charge_now(commission=fresh(commission), by=cast.coordinator)
    assert brokerages() == [("Ashgrove", 3000, 3000, 0), ("Birchwood", 3000, 2000, 1000)]


def test_when_the_school_that_bore_it_has_it_back_the_other_bears_it_with_the_next_charge(cast):
    commission = peer_work_of_a_leaver(cast, brokerage_inside=True)
    visit, other = visited_on_each_leg(cast, commission, 100)
    actions.charges.charge_now(commission=fresh(commission), by=cast.coordinator)
    disputed_and_settled(cast, visit, 0)
    disputed_and_settled(cast, other, 200, by=cast.home_head)
    actions.charges.charge_now(commission=fresh(commission), by=cast.coordinator)
    assert brokerages() == [
        ("Ashgrove", 35000, 5000, 30000), ("Birchwood", 35000, 0, 35000),
        ("Ashgrove", -35000, -5000, -30000), ("Birchwood", 35000, 5000, 30000),
    ]  # fmt: skip


def test_charges_are_numbered_without_gaps_in_each_alliance(cast):
    charge = charged(cast)
    with pytest.raises(Refused):
        actions.charges.charge_now(commission=fresh(charge.commission), by=cast.coordinator)
    second = widen(an_agreement(cast))
    visited(cast, second, on=ago(2), days=100)
    finish(cast, second)
    assert list(Charge.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_charges_raised_at_once_have_numbers_of_their_own():
    cast = make_cast(limit=-100000)
    commissions = [agreed_outside(cast)]
    for _ in range(3):
        leader = factories.leader_at(cast.giving)
        offer = an_offer(cast, leader=leader)
        commissions.append(widen(an_agreement(cast, offer, by=leader.person.user)))
    for commission in commissions:
        visited(cast, commission, on=ago(3), days=100)
    rows = [fresh(commission) for commission in commissions]
    answers = together(
        *[lambda row=row: actions.charges.charge_now(commission=row, by=cast.coordinator) for row in rows]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sorted(Charge.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


# Charging before the end ----------------------------------------------------------------------


def test_a_coordinator_charges_what_is_confirmed_so_far(client, cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    page = text_of(look(client, cast.coordinator, commission.get_absolute_url()))
    assert url_of("charge_now", commission) in page
    assert look(client, cast.coordinator, url_of("charge_now", commission)).status_code == 200
    response = send(client, cast.coordinator, url_of("charge_now", commission))
    charge = Charge.objects.get()
    assert response.url == charge.get_absolute_url()
    assert Event.objects.get(verb="raise_charge").by == cast.coordinator
    page = text_of(look(client, cast.coordinator, commission.get_absolute_url()))
    assert url_of("charge_now", commission) not in page
    assert "NETHERBY-0001" in page


def test_what_the_portal_raises_when_work_ends_names_no_head(client, cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=500)
    assert [event.by for event in Event.objects.filter(verb__in=["confirm_visit", "raise_charge"])] == [None, cast.head]
    page = text_of(look(client, cast.home_head, Charge.objects.get().get_absolute_url()))
    assert "The clock" in page
    assert str(cast.head) not in page


@pytest.mark.parametrize("verb", ["finish", "stop"])
def test_neither_does_it_name_who_ended_the_work(cast, verb):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    by = {"finish": cast.lead, "stop": cast.head}[verb]
    getattr(actions.work, verb)(commission=fresh(commission), by=by, reason="It was enough")
    assert Event.objects.get(verb="raise_charge").by is None


def test_nobody_else_charges_and_nothing_is_charged_twice(client, cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    assert send(client, cast.head, url_of("charge_now", commission)).status_code == 403
    assert send(client, cast.stranger, url_of("charge_now", commission)).status_code == 404
    send(client, cast.coordinator, url_of("charge_now", commission))
    response = send(client, cast.coordinator, url_of("charge_now", commission))
    assert response.status_code == 409
    assert "Nothing is to be charged" in text_of(response)
    assert Charge.objects.count() == 1


def test_the_action_charges_for_a_coordinator_of_the_alliance_only(cast):
    commission = agreed_outside(cast)
    visited(cast, commission, on=ago(3), days=100)
    for user in (cast.stranger, cast.head, factories.coordinator_of(factories.AllianceFactory())):
        with pytest.raises(PermissionDenied):
            actions.charges.charge_now(commission=fresh(commission), by=user)
    assert not Charge.objects.exists()


# One charge -----------------------------------------------------------------------------------


def test_its_page_says_what_is_to_pay_and_for_what(client, cast):
    charge = charged(cast, days=200, day_rate=42000, brokerage_inside=False, vat_percent=20)
    for user in (cast.head, cast.home_head, cast.coordinator, factories.business_manager_of(cast.asking)):
        page = text_of(look(client, user, charge.get_absolute_url()))
        for words in ("Charge NETHERBY-0001", f"{ago(3):%-d %B %Y}", "£420.00", "£840.00", "£126.00", "£1,159.20"):
            assert words in page
        assert "Of this £840.00 is for Birchwood and £126.00 for Netherby Schools." in page


def test_others_cannot_see_it(client, cast):
    charge = charged(cast)
    elsewhere = factories.coordinator_of(factories.AllianceFactory())
    for user in (cast.stranger, cast.lead, elsewhere):
        for url in (charge.get_absolute_url(), url_of("charge_pdf", charge), url_of("pay_charge", charge)):
            assert look(client, user, url).status_code == 404


def test_it_is_raised_on_londons_day(client, cast):
    charge = charged(cast, days=100)
    Charge.objects.update(raised_at="2027-08-31 23:30Z")
    assert "1 September 2027" in text_of(look(client, cast.head, charge.get_absolute_url()))


def test_as_a_pdf_it_says_the_same(client, cast):
    charge = charged(cast, days=350)
    response = look(client, cast.head, url_of("charge_pdf", charge))
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="NETHERBY-0001.pdf"' in response["Content-Disposition"]
    (page,) = PdfReader(BytesIO(response.content)).pages
    words = " ".join(page.extract_text().split())
    for expected in ("Charge NETHERBY-0001", "Ashgrove", "Birchwood", "£350.00", "£1,225.00", "£1,041.25", "£183.75"):
        assert expected in words


def test_it_is_recorded_as_paid(client, cast):
    charge = charged(cast)
    assert url_of("pay_charge", charge) in text_of(look(client, cast.coordinator, charge.get_absolute_url()))
    response = send(client, cast.coordinator, url_of("pay_charge", charge))
    charge.refresh_from_db()
    assert (response.url, charge.status) == (charge.get_absolute_url(), "paid")
    page = text_of(look(client, cast.coordinator, charge.get_absolute_url()))
    assert "Charge paid" in page
    assert "Charge raised" in page
    assert url_of("pay_charge", charge) not in page
    assert mails(cast, "NETHERBY-0001: paid") == 1


def test_the_page_says_that_it_is_final_and_keeps_how_it_was_paid(client, cast):
    charge = charged(cast)
    assert "This cannot be taken back." in text_of(look(client, cast.coordinator, url_of("pay_charge", charge)))
    send(client, cast.coordinator, url_of("pay_charge", charge), reason="By bank transfer on 3 November")
    page = text_of(look(client, cast.head, charge.get_absolute_url()))
    assert f"Paid on {timezone.localdate():%-d %B %Y}: By bank transfer on 3 November" in page
    assert charge.events.get(verb="pay_charge").reason == "NETHERBY-0001: By bank transfer on 3 November"


ACCOUNT = "Netherby Schools, account 00000003.\nPlease quote the number of the charge."


def paper_of(client, user, charge):
    (page,) = PdfReader(BytesIO(look(client, user, url_of("charge_pdf", charge)).content)).pages
    return " ".join(page.extract_text().split())


def test_a_charge_says_how_to_pay_until_it_is_paid(client, cast):
    charge = charged(cast)
    type(cast.alliance).objects.update(how_to_pay=ACCOUNT)
    page = text_of(look(client, cast.head, charge.get_absolute_url()))
    assert "Netherby Schools, account 00000003.<br>Please quote the number of the charge." in page
    assert "How to pay Netherby Schools, account 00000003. Please quote" in paper_of(client, cast.head, charge)
    actions.charges.pay(charge=charge, by=cast.coordinator)
    assert "How to pay" not in text_of(look(client, cast.head, charge.get_absolute_url()))
    assert "How to pay" not in paper_of(client, cast.head, charge)


def test_where_nobody_has_entered_how_to_pay_the_coordinator_is_led_to_where(client, cast):
    charge = charged(cast)
    where = reverse("admin:schools_alliance_change", args=[cast.alliance.pk])
    assert where in text_of(look(client, cast.coordinator, charge.get_absolute_url()))
    assert "how to pay" not in text_of(look(client, cast.head, charge.get_absolute_url())).lower()
    assert "How to pay" not in paper_of(client, cast.head, charge)
    facts = {"name": cast.alliance.name, "lead_school": cast.giving.pk, "colour": "green"}
    assert send(client, cast.coordinator, where, **facts, how_to_pay=ACCOUNT).status_code == 302
    assert "account 00000003" in text_of(look(client, cast.head, charge.get_absolute_url()))


def test_a_credit_note_asks_for_no_payment(client, cast):
    type(cast.alliance).objects.update(how_to_pay=ACCOUNT)
    commission = agreed_outside(cast)
    visit = visited(cast, commission, on=ago(3), days=350)
    finish(cast, commission)
    disputed_and_settled(cast, visit, 100)
    clock_cases.run(leavers)
    note = Charge.objects.get(total__lt=0)
    assert "How to pay" not in text_of(look(client, cast.head, note.get_absolute_url()))


def test_it_is_waived_with_a_reason(client, cast):
    charge = charged(cast)
    response = send(client, cast.coordinator, url_of("waive_charge", charge), reason="")
    assert response.status_code == 200
    assert "Enter a reason" in text_of(response)
    send(client, cast.coordinator, url_of("waive_charge", charge), reason="The school has closed")
    charge.refresh_from_db()
    assert charge.status == "waived"
    assert "The school has closed" in text_of(look(client, cast.head, charge.get_absolute_url()))
    assert mails(cast, "NETHERBY-0001: waived") == 1
    clock_cases.run(leavers)
    assert Charge.objects.count() == 1  # what is waived is not raised again


def test_the_mail_about_one_that_is_waived_names_no_supported_person(cast):
    charge = charged(cast)
    type(charge.commission.support_request).objects.update(supported_person="Nora Quill")
    actions.charges.waive(charge=Charge.objects.get(), by=cast.coordinator, reason="Mrs Quill is away")
    assert "need not be paid: a member of staff is away" in Mail.objects.get(subject__contains="waived").text
    assert Event.objects.get(verb="waive_charge").reason == "NETHERBY-0001: a member of staff is away"


def test_the_action_waives_nothing_without_a_reason(cast):
    charge = charged(cast)
    with pytest.raises(Refused, match="Say why it is waived"):
        actions.charges.waive(charge=charge, by=cast.coordinator, reason=" ")
    assert Charge.objects.get().status == "due"


@pytest.mark.parametrize(
    ("act", "words"),
    [(actions.charges.pay, "Paid on {}: By cheque"), (actions.charges.waive, "Waived on {}: By cheque")],
)
def test_page_and_pdf_say_when_it_was_settled_and_why(client, cast, act, words):
    charge = charged(cast)
    act(charge=charge, by=cast.coordinator, reason="By cheque")
    words = words.format(f"{timezone.localdate():%-d %B %Y}")
    assert words in text_of(look(client, cast.head, charge.get_absolute_url()))
    (page,) = PdfReader(BytesIO(look(client, cast.head, url_of("charge_pdf", charge)).content)).pages
    assert f"Status: {words}" in " ".join(page.extract_text().split())


@pytest.mark.parametrize("facts", [{"status": "paid"}, {"status": "waived"}, {"settled_at": timezone.now()}])
def test_what_is_settled_has_a_time_and_a_name_and_what_is_due_has_none(cast, facts):
    charged(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.update(**facts)


@pytest.mark.parametrize(("act", "word"), [(actions.charges.pay, "Paid"), (actions.charges.waive, "Waived")])
def test_a_charge_keeps_its_date_though_a_supported_person_is_called_like_the_alliance(client, cast, act, word):
    charge = charged(cast)
    SupportRequest.objects.update(supported_person="Netherby")
    act(charge=Charge.objects.get(), by=cast.coordinator, reason="By cheque")
    page = text_of(look(client, cast.coordinator, charge.get_absolute_url()))
    assert f"{word} on {timezone.localdate():%-d %B %Y}: By cheque" in page
    assert f"Charge {word.lower()}" in page


@pytest.mark.parametrize("verb", ["pay_charge", "waive_charge"])
def test_what_is_settled_is_settled(client, cast, verb):
    charge = charged(cast)
    stale = Charge.objects.get()
    actions.charges.pay(charge=charge, by=cast.coordinator)
    response = send(client, cast.coordinator, url_of(verb, charge), reason="Again")
    assert response.status_code == 409
    assert "has been paid or waived already" in text_of(response)
    with pytest.raises(SomebodyFaster):
        actions.charges.waive(charge=stale, by=cast.coordinator, reason="At the same moment")
    assert Charge.objects.get().status == "paid"


@pytest.mark.parametrize("act", [actions.charges.pay, actions.charges.waive])
def test_the_action_settles_for_a_coordinator_who_works_at_neither_school_only(cast, act):
    charge = charged(cast)
    at_home = factories.coordinator_of(cast.alliance)
    Post.objects.create(person=at_home.person, school=cast.giving, starts_on=factories.LONG_AGO)
    for user in (cast.stranger, cast.head, at_home):
        with pytest.raises(PermissionDenied):
            act(charge=charge, by=user, reason="A gift")
    assert Charge.objects.get().status == "due"


@pytest.mark.parametrize("verb", ["pay_charge", "waive_charge"])
def test_a_coordinator_who_works_at_one_of_the_schools_does_not_settle_it(client, cast, verb):
    charge = charged(cast)
    Post.objects.create(person=cast.coordinator.person, school=cast.giving, starts_on=factories.LONG_AGO)
    response = send(client, cast.coordinator, url_of(verb, charge), reason="Ours")
    assert response.status_code == 409
    assert "You work at Birchwood: another coordinator has to decide this." in text_of(response)
    assert send(client, cast.head, url_of(verb, charge), reason="Ours").status_code == 403
    assert url_of(verb, charge) not in text_of(look(client, cast.coordinator, charge.get_absolute_url()))
    assert Charge.objects.get().status == "due"


# Lists ----------------------------------------------------------------------------------------


def three_charges(cast):
    """One due of £350, one paid of £700, one waived of £1,050; 15% inside."""
    a_tariff(cast.alliance)
    leave(cast.asking, ago(20))
    for days in (100, 200, 300):
        commission = widen(an_agreement(cast, an_offer(cast, a_request(cast, days=days))))
        visited(cast, commission, on=ago(3), days=days)
    first, second, third = Charge.objects.order_by("pk")
    actions.charges.pay(charge=second, by=cast.coordinator)
    actions.charges.waive(charge=third, by=cast.coordinator, reason="A gift")
    return first, second, third


def test_the_coordinator_sees_all_charges_with_their_sums(client, cast):
    three_charges(cast)
    page = text_of(look(client, cast.coordinator, reverse("exchange:alliance_charges", args=["netherby"])))
    assert "3 charges" in page
    for label, sum_ in (("Due", "£350.00"), ("Paid", "£700.00"), ("Waived", "£1,050.00"),
                        ("Owed to home schools", "£892.50")):  # fmt: skip
        assert (
            f'<dt class="govuk-summary-list__key">{label}</dt> <dd class="govuk-summary-list__value"> {sum_} </dd>'
            in page
        )


def test_the_list_is_filtered_by_status(client, cast):
    _, paid, _ = three_charges(cast)
    url = reverse("exchange:alliance_charges", args=["netherby"])
    client.force_login(cast.coordinator)
    page = text_of(client.get(url, {"status": "paid"}))
    assert "1 charge" in page
    assert paid.reference in page
    assert "NETHERBY-0001" not in page


def test_the_list_takes_the_same_queries_for_one_and_for_three(client, cast):
    a_tariff(cast.alliance)
    leave(cast.asking, ago(20))
    url = reverse("exchange:alliance_charges", args=["netherby"])
    counts = []
    for _ in range(3):
        commission = widen(an_agreement(cast, an_offer(cast, a_request(cast, days=100))))
        visited(cast, commission, on=ago(3), days=100)
        look(client, cast.coordinator, url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_the_list_is_the_coordinators(client, cast):
    three_charges(cast)
    for user in (cast.head, cast.stranger, factories.observer_of(cast.alliance, Role.Kind.AUDITOR)):
        assert look(client, user, reverse("exchange:alliance_charges", args=["netherby"])).status_code == 404


def test_a_school_sees_what_it_pays_and_what_it_is_owed(client, cast):
    three_charges(cast)
    page = text_of(look(client, cast.head, reverse("exchange:school_charges", args=[cast.asking.pk])))
    assert "NETHERBY-0001" in page
    assert "Nothing is owed to the school in money." in page
    page = text_of(look(client, cast.home_head, reverse("exchange:school_charges", args=[cast.giving.pk])))
    assert "The school has not been charged." in page
    assert "£892.50 of this is for Birchwood." in page  # without the one that was waived
    assert "NETHERBY-0003" not in page


def test_a_schools_charges_are_for_its_own_people(client, cast):
    three_charges(cast)
    url = reverse("exchange:school_charges", args=[cast.asking.pk])
    assert look(client, cast.stranger, url).status_code == 404
    assert look(client, cast.home_head, url).status_code == 404


def test_the_first_page_of_the_school_leads_to_them(client, cast):
    three_charges(cast)
    page = text_of(look(client, cast.head, reverse("exchange:school", args=[cast.asking.pk])))
    assert "Pay NETHERBY-0001: £350.00" in page
    assert "Pay NETHERBY-0002" not in page
    assert reverse("exchange:school_charges", args=[cast.asking.pk]) in page
    page = text_of(look(client, cast.stranger, reverse("exchange:school", args=[cast.other.pk])))
    assert "Charges in money" not in page


def test_the_statement_leads_to_them_where_there_are_any(client, cast):
    three_charges(cast)
    for user, school, leads in (
        (cast.head, cast.asking, True),
        (cast.home_head, cast.giving, True),
        (cast.stranger, cast.other, False),
        (cast.coordinator, cast.giving, False),
    ):
        page = text_of(look(client, user, reverse("exchange:statement", args=[school.pk])))
        assert (reverse("exchange:school_charges", args=[school.pk]) in page) == leads


def test_a_school_that_joined_pays_for_what_was_before(cast):
    commission = agreed_outside(cast)
    join(cast, cast.asking, ago(5))
    visited(cast, commission, on=ago(10), days=200)
    visited(cast, fresh(commission), on=ago(2), days=300)
    assert Charge.objects.get().work == 70000
