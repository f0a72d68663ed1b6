"""Early warning with a way out: what a school out of its band is told, and what lifts it."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from bank import posting
from exchange import actions
from exchange.clock import bands
from exchange.matching import openings
from exchange.models import BandCrossing, Commission, SupportRequest
from staff.models import Mail, Post, Role, Specialism, SystemLeader
from tests import factories
from tests.exchange import clock_cases
from tests.exchange.cases import a_request, an_agreement, an_offer, make_cast
from tests.exchange.work_cases import widen

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
START = datetime(2027, 3, 1, 10, tzinfo=LONDON)


@pytest.fixture
def cast(db):
    with time_machine.travel(START, tick=False):
        yield make_cast()


def account_of(cast, school):
    return posting.school_account(cast.alliance, school)


def move(cast, school, amount, key="moved"):
    """Take so many days from a school's account, or, below zero, give them."""
    account, outside = account_of(cast, school), posting.outside_account(cast.alliance)
    debit, credit = (account, outside) if amount > 0 else (outside, account)
    posting.lower_floor_for(debit, abs(amount), by="clock", reason="For the test")
    posting.transfer(
        kind="adjustment", debit=debit, credit=credit, amount=abs(amount), occurred_on=timezone.localdate(),
        by="clock", reason="For the test", key=key,
    )  # fmt: skip


def asked_by(cast, school, *, specialism="Mathematics", days=200, **fields):
    fields = {"kind": "specific", "status": "open", "starts_on": timezone.localdate(), **fields}
    return SupportRequest.objects.create(
        alliance=cast.alliance, school=school, asked_by=cast.stranger, days=days, submitted_at=timezone.now(),
        specialism=Specialism.objects.get(name=specialism), supported_person="Robin Secret", **fields,
    )  # fmt: skip


def gives(cast, days):
    """The giving school is booked to give so many days to the asking one."""
    return widen(an_agreement(cast, an_offer(cast, a_request(cast, days=days))))


def tick():
    clock_cases.run(bands)


def told():
    """Who had a mail about a band, each time."""
    return sorted(Mail.objects.filter(key__startswith="band:").values_list("to", flat=True))


def mail_to(user):
    return Mail.objects.get(key__startswith="band:", to=user.email)


def sides(cast, school):
    return list(BandCrossing.objects.filter(account__school=school).order_by("pk").values_list("side", flat=True))


def statement(client, cast, user, school):
    client.force_login(user)
    return _text(client.get(reverse("exchange:statement", args=[school.pk])))


def _text(response):
    return " ".join(unescape(response.content.decode()).split())


# What is named -----------------------------------------------------------------------------------


def test_the_coordinator_comes_by_link_to_each_request_and_the_school_to_its_own_leaders(cast):
    request = asked_by(cast, cast.other)
    move(cast, cast.giving, 600)
    tick()
    assert told() == sorted([cast.home_head.email, cast.coordinator.email])
    head, coordinator = mail_to(cast.home_head), mail_to(cast.coordinator)
    assert "The school's leaders could help with: Mathematics (2 days)." in head.text
    url, leader = (
        request.get_absolute_url(),
        reverse("exchange:leader_page", args=[cast.giving.pk, cast.leader.pk]),
    )
    assert url in coordinator.text
    assert f'{url}">{request.reference}, Mathematics</a>' in coordinator.html
    assert url not in head.text  # another school's request: the head may not see it
    assert leader in head.text
    assert reverse("exchange:statement", args=[cast.giving.pk]) + "#way-out" in head.text
    for mail in (head, coordinator):
        assert "Castle Hill" not in mail.text + mail.html
        assert "Robin Secret" not in mail.text + mail.html


def test_up_to_three_are_named_those_sent_first(client, cast):
    requests = [asked_by(cast, cast.other) for _ in range(4)]
    move(cast, cast.giving, 600)
    html = statement(client, cast, cast.coordinator, cast.giving)
    assert [request.get_absolute_url() in html for request in requests] == [True, True, True, False]


@pytest.mark.parametrize(
    "fields", [{"specialism": "Phonics"}, {"status": "matched"}, {"committed": 200}, {"days": 1600}, {"kind": "peer"}]
)
def test_a_request_that_the_leaders_cannot_serve_is_not_named(cast, fields):
    asked_by(cast, cast.other, **fields)
    move(cast, cast.giving, 600)
    tick()
    assert "No open request fits the school's leaders just now." in mail_to(cast.home_head).text


def too_long(cast):
    asked_by(cast, cast.other, days=9000)


def where_the_leader_works(cast):
    Post.objects.get_or_create(person=cast.leader.person, school=cast.other, starts_on=factories.LONG_AGO)
    asked_by(cast, cast.other)


def under_the_same_head(cast):
    Role.objects.get_or_create(user=cast.home_head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    asked_by(cast, cast.other)


def offered_to_the_leader(cast):
    an_offer(cast, asked_by(cast, cast.other, may_split=True), days=100)


def one_leader_works_there_and_the_other_has_no_days(cast):
    where_the_leader_works(cast)
    if cast.giving.posts.count() < 3:
        factories.leader_at(cast.giving, allowance=100)


MISFITS = [
    too_long,
    where_the_leader_works,
    under_the_same_head,
    offered_to_the_leader,
    one_leader_works_there_and_the_other_has_no_days,
]


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_request_that_fits_is_named_however_many_before_it_do_not(
    cast, misfit, django_assert_num_queries, django_assert_max_num_queries
):
    misfit(cast)
    fit = asked_by(cast, factories.member(cast.alliance))
    with django_assert_max_num_queries(25) as one:
        assert [found.support_request for found in openings(account_of(cast, cast.giving))] == [fit]
    for _ in range(10):
        misfit(cast)
    SupportRequest.objects.filter(pk=fit.pk).update(submitted_at=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(len(one)):
        assert [found.support_request for found in openings(account_of(cast, cast.giving))] == [fit]


def test_a_school_that_has_left_has_no_way_out_and_no_shortlist_is_made(cast, django_assert_max_num_queries):
    for _ in range(3):
        asked_by(cast, cast.other)
    cast.alliance.memberships.filter(school=cast.giving).update(ends_on=factories.LONG_AGO)
    with django_assert_max_num_queries(10):
        assert openings(account_of(cast, cast.giving)) == []


@pytest.mark.parametrize(
    ("leader", "sentence"),
    [
        ({"is_available": False}, "No open request fits the school's leaders just now."),
        ({"status": "suspended"}, "The school has no active system leader: its head can nominate one."),
        ({"review_on": "2027-02-28"}, "The school has no active system leader: its head can nominate one."),
    ],
)
def test_a_leader_who_cannot_be_asked_is_no_way_out(cast, leader, sentence):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(**leader)
    asked_by(cast, cast.other)
    move(cast, cast.giving, 600)
    tick()
    assert sentence in mail_to(cast.home_head).text


def test_a_school_without_leaders_is_led_to_where_one_is_nominated(client, cast):
    our_leaders = reverse("exchange:our_leaders", args=[cast.asking.pk])
    move(cast, cast.asking, 600)
    tick()
    text = mail_to(cast.head).text
    assert "The school has no active system leader: its head can nominate one. Hosting, or training for all," in text
    assert our_leaders in text
    html = statement(client, cast, cast.head, cast.asking)
    assert "The school has no active system leader: its head can nominate one." in html
    assert f'href="{our_leaders}">Nominate a system leader</a>' in html
    assert "the coordinator knows what is wanted." in html
    html = statement(client, cast, cast.coordinator, cast.asking)
    assert "The school has no active system leader: its head can nominate one." in html


def test_where_no_request_fits_the_school_reads_of_hosting(client, cast):
    move(cast, cast.giving, 600)
    tick()
    text = mail_to(cast.home_head).text
    assert "No open request fits the school's leaders just now. Hosting, or training for all," in text
    html = statement(client, cast, cast.home_head, cast.giving)
    assert "Hosting, or training for all, is credited in days too" in html
    html = statement(client, cast, cast.coordinator, cast.giving)
    assert reverse("exchange:credit_hosting", args=["netherby"]) in html


def test_the_coordinators_page_says_what_is_true_of_each_school(client, cast):
    move(cast, cast.giving, 600)
    move(cast, cast.asking, 600, key="moved again")
    client.force_login(cast.coordinator)
    html = _text(client.get(reverse("exchange:alliance", args=["netherby"])))
    assert html.count("Ask what its leaders could give") == 1
    assert html.count("It has no active system leader: ask whom it could nominate") == 1


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (600, "now −6 days. It is below the alliance's band, which begins at −5 days."),
        (-1100, "now 11 days. It is above the alliance's band, which ends at 10 days."),
    ],
)
def test_no_reason_is_given_that_is_not_known(cast, taken, words):
    move(cast, cast.giving, taken)
    tick()
    text = mail_to(cast.home_head).text
    assert f"{words} So far the school has given 0 days and received 0 days." in text
    assert "much more" not in text


def test_a_school_that_has_left_is_not_warned(client, cast):
    move(cast, cast.giving, 600)
    cast.alliance.memberships.filter(school=cast.giving).update(ends_on=factories.LONG_AGO)
    tick()
    assert told() == []
    html = statement(client, cast, cast.home_head, cast.giving)
    assert "Birchwood is not a member of Netherby Schools today" in html
    assert "system leader" not in html
    assert "the alliance's band" not in html


def test_a_request_of_a_school_under_the_same_head_is_no_way_out(cast):
    Role.objects.create(user=cast.home_head, kind="headteacher", school=cast.other, starts_on=factories.LONG_AGO)
    asked_by(cast, cast.other)
    move(cast, cast.giving, 600)
    tick()
    assert "No open request fits the school's leaders just now." in mail_to(cast.home_head).text


def test_a_school_that_is_owed_too_much_reads_what_it_could_ask_for(client, cast):
    factories.leader_at(cast.other, specialism="Phonics")
    factories.leader_at(cast.other, specialism="Assessment", is_available=False)
    move(cast, cast.giving, -1100)
    tick()
    head, coordinator = mail_to(cast.home_head), mail_to(cast.coordinator)
    assert "Leaders nearby have days left for Phonics." in head.text
    for name in ("start_request", "directory"):
        assert reverse(f"exchange:{name}", args=[cast.giving.pk]) in head.text
        assert reverse(f"exchange:{name}", args=[cast.giving.pk]) not in coordinator.text
    html = statement(client, cast, cast.home_head, cast.giving)
    assert "11 days is above the alliance's band, which ends at 10 days." in html
    assert "Leaders nearby have days left for Phonics." in html


# On screen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["school", "statement"])
def test_the_head_reads_the_way_out_without_a_link_to_another_schools_request(client, cast, name):
    request = asked_by(cast, cast.other)
    move(cast, cast.giving, 600)
    client.force_login(cast.home_head)
    html = _text(client.get(reverse(f"exchange:{name}", args=[cast.giving.pk])))
    assert "−6 days is below the alliance's band, which begins at −5 days." in html
    assert "Mathematics, 2 days:" in html
    assert reverse("exchange:leader_page", args=[cast.giving.pk, cast.leader.pk]) in html
    assert request.get_absolute_url() not in html
    assert "Castle Hill" not in html


def test_within_the_band_nothing_is_said(client, cast):
    asked_by(cast, cast.other)
    move(cast, cast.giving, 500)
    html = statement(client, cast, cast.home_head, cast.giving)
    assert "the alliance's band" not in html
    assert "could help with" not in html


# What lifts it -----------------------------------------------------------------------------------


def test_booked_work_that_brings_it_back_means_no_warning(client, cast):
    gives(cast, 200)
    move(cast, cast.giving, 600)
    tick()
    assert (told(), sides(cast, cast.giving)) == ([], [])
    html = statement(client, cast, cast.home_head, cast.giving)
    assert "The work agreed for this year mends it: nothing more needs to be done." in html


def test_booked_work_that_is_not_enough_lifts_nothing(cast):
    gives(cast, 100)
    move(cast, cast.giving, 600)
    tick()  # 1 day less its levy: -5.10 is still below the band
    assert told() == sorted([cast.home_head.email, cast.coordinator.email])


def test_work_to_be_received_does_not_lift_what_is_owed(cast):
    gives(cast, 200)
    move(cast, cast.asking, 600)
    tick()
    assert told() == sorted([cast.head.email, cast.coordinator.email])


def test_work_to_be_received_lifts_what_a_school_is_owed(cast):
    gives(cast, 200)
    move(cast, cast.asking, -1100)
    tick()
    assert told() == []


def test_work_of_next_year_lifts_nothing(cast):
    commission = gives(cast, 200)
    Commission.objects.filter(pk=commission.pk).update(starts_on="2027-09-01", ends_on="2027-12-01")
    move(cast, cast.giving, 600)
    tick()
    assert told() == sorted([cast.home_head.email, cast.coordinator.email])


def test_a_warning_already_given_is_lifted_by_an_agreement_and_told_anew_when_the_work_falls(client, cast):
    move(cast, cast.giving, 600)
    tick()
    once = sorted([cast.home_head.email, cast.coordinator.email])
    commission = gives(cast, 200)
    tick()
    tick()
    assert (told(), sides(cast, cast.giving)) == (once, [-1, 0])
    client.force_login(cast.coordinator)
    html = client.get(reverse("exchange:alliance", args=["netherby"])).content.decode()
    assert "Agreed work mends it" in html
    actions.work.cancel(commission=commission, by=cast.head, reason="The plan has changed")
    tick()
    tick()
    assert (told(), sides(cast, cast.giving)) == (sorted(once * 2), [-1, 0, -1])
    html = client.get(reverse("exchange:alliance", args=["netherby"])).content.decode()
    assert "Ask what its leaders could give" in html


def test_an_offer_alone_lifts_nothing(cast):
    an_offer(cast, a_request(cast, days=200))
    move(cast, cast.giving, 600)
    tick()
    assert len(told()) == 2
