import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import exchange.matching
from bank import posting
from bank.models import Account
from exchange import actions
from exchange.accounting import capacity
from exchange.matching import partners, room, shortlist
from exchange.matching.distance import in_words
from portal.errors import Refused
from schools import calendar
from staff.models import Post, Role, SystemLeader
from tests import factories
from tests.exchange import road
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer

HERE = {"easting": 400000, "northing": 300000}
MILE = 1609


def a_leader(cast, name, *, miles=1, phase="Primary", **fields):
    """A leader at a new member school so many miles east of the asking one."""
    school = factories.member(
        cast.alliance, name=f"{name} School", easting=400000 + miles * MILE, northing=300000, phase=phase
    )
    leader = factories.leader_at(school, **fields)
    leader.person.name = name
    leader.person.save()
    leader.school = school
    return leader


def owes(cast, school, hundredths):
    account = posting.school_account(cast.alliance, school)
    fund = posting.fund_account(cast.alliance)
    posting.transfer(kind="adjustment", 
        debit=account, credit=fund, amount=hundredths, occurred_on=timezone.localdate(), by="clock", reason="Opening",
        key=f"opening:{school.pk}",
    )  # fmt: skip


def names(rows):
    return [row.leader.person.name for row in rows]


@pytest.fixture
def asked(cast):
    """A request for five days of mathematics at a primary school; the cast's own leader is away."""
    SystemLeader.objects.filter(pk=cast.leader.pk).update(status="ended")
    for name, value in HERE.items():
        setattr(cast.asking, name, value)
    cast.asking.save()
    return a_request(cast, days=500)


# Ranks -------------------------------------------------------------------------------------------


def test_the_ranks_are_exact(cast, asked):
    a_leader(cast, "Far", miles=9)
    a_leader(cast, "Near", miles=2)
    a_leader(cast, "Phonics", specialism="Phonics")
    a_leader(cast, "Two days", allowance=200)
    a_leader(cast, "Secondary", phase="Secondary")
    a_leader(cast, "Unchecked", confirmed=False)
    owes(cast, a_leader(cast, "Owing", miles=20).school, 300)
    lost = a_leader(cast, "Off the map").school
    lost.easting = None
    lost.save()
    assert names(shortlist(asked).candidates) == [
        "Owing",
        "Near",
        "Far",
        "Off the map",
        "Unchecked",
        "Secondary",
        "Two days",
        "Phonics",
    ]


def test_each_row_shows_its_facts(cast, asked):
    leader = a_leader(cast, "Ruth", miles=5, specialism="Phonics", confirmed=False, phase="Secondary", allowance=200)
    owes(cast, leader.school, 300)
    row = shortlist(asked).of(leader)
    assert (row.home.school, row.home.posted, row.home.distance, row.days_left) == (
        leader.school,
        -300,
        "5.0\N{NO-BREAK SPACE}miles",
        200,
    )
    assert row.reasons == [
        "another specialism",
        "fewer days left than wanted",
        "another phase",
        "checks not confirmed",
        "the school owes days",
    ]


def test_checks_that_are_to_be_renewed_are_said_and_nothing_stands_against_the_leader(cast, asked):
    leader = a_leader(cast, "Ruth")
    SystemLeader.objects.filter(pk=leader.pk).update(safeguarding_confirmed_on=factories.LONG_AGO)
    row = shortlist(asked).of(leader)
    assert (row.obstacles, "checks to be renewed" in row.reasons, "checks confirmed" in row.reasons) == (
        [],
        True,
        False,
    )


def test_earlier_work_at_the_school_counts_before_distance(cast, asked):
    a_leader(cast, "Near", miles=1)
    known = a_leader(cast, "Known", miles=9)
    cast.lead = known.person.user
    cast.home_head = factories.head_of(known.school)
    earlier = an_agreement(cast, an_offer(cast, a_request(cast, days=100), leader=known, home_school=known.school))
    actions.confirmations.confirm(visit=a_logged_visit(cast, earlier, days=100), by=cast.head)
    found = shortlist(asked).candidates
    assert names(found) == ["Known", "Near"]
    assert "worked there once before" in found[0].reasons
    assert found[0].days_left == 1400


def test_work_that_the_school_rated_low_is_no_reason_to_ask_again(cast, asked):
    a_leader(cast, "Near", miles=1)
    known = a_leader(cast, "Known", miles=9)
    cast.lead = known.person.user
    cast.home_head = factories.head_of(known.school)
    earlier = an_agreement(cast, an_offer(cast, a_request(cast, days=100), leader=known, home_school=known.school))
    actions.confirmations.confirm(visit=a_logged_visit(cast, earlier, days=100), by=cast.head)
    earlier.refresh_from_db()
    actions.evaluations.evaluate(
        commission=earlier, by=cast.head, side="receiving", evidence="Nothing changed", rating=2
    )
    assert names(shortlist(asked).candidates) == ["Near", "Known"]


def test_who_said_no_comes_last_with_the_reason(cast, asked):
    first, second = a_leader(cast, "First", miles=1), a_leader(cast, "Second", miles=2, specialism="Phonics")
    commission = an_offer(cast, asked, leader=first, home_school=first.school)
    actions.offers.decline(commission=commission, by=first.person.user, reason="dates", note="The show is in May")
    asked.refresh_from_db()
    found = shortlist(asked).candidates
    today = f"{timezone.localdate():%-d %B %Y}"
    assert [row.leader for row in found] == [second, first]
    assert found[1].answers == [f"an offer was declined on {today}: The dates do not work: The show is in May"]


def test_who_did_not_answer_comes_last_too(cast, asked):
    first, second = a_leader(cast, "First", miles=1), a_leader(cast, "Second", miles=2)
    actions.offers.lapse(commission=an_offer(cast, asked, leader=first, home_school=first.school))
    asked.refresh_from_db()
    found = shortlist(asked).candidates
    assert [row.leader for row in found] == [second, first]
    assert found[1].answers == [f"an offer was not answered by {timezone.localdate():%-d %B %Y}"]


def test_days_in_open_offers_are_shown(cast, asked):
    leader = a_leader(cast, "Ruth")
    an_offer(cast, a_request(cast, days=200), leader=leader, home_school=leader.school)
    assert "2 days in open offers" in shortlist(asked).of(leader).reasons


def test_the_phases_of_the_leader_count_before_the_schools(cast, asked):
    leader = a_leader(cast, "Ruth", phase="Secondary")
    assert not shortlist(asked).of(leader).has_phase
    leader.phases.create(phase="Primary")
    assert shortlist(asked).of(leader).has_phase


def test_the_days_left_are_those_of_the_year_of_the_work(cast, asked):
    leader = a_leader(cast, "Ruth")
    year = calendar.year_of(timezone.localdate())
    leader.years.create(year=year, allowance=1500, taken=1500)
    assert shortlist(asked).of(leader).obstacles == [f"No days left in {calendar.label(year)}"]
    asked.starts_on = asked.ends_on = calendar.first_day(year + 1) + timedelta(days=30)
    asked.save()
    assert shortlist(asked).of(leader).days_left == 1500


def test_of_two_home_schools_the_owing_one_is_asked_first(cast, asked):
    leader = a_leader(cast, "Ruth", miles=1)
    second = factories.member(cast.alliance, name="Second home", easting=400000 + 8 * MILE, northing=300000)
    Post.objects.create(person=leader.person, school=second, starts_on=factories.LONG_AGO)
    assert [home.school for home in shortlist(asked).of(leader).homes] == [leader.school, second]
    owes(cast, second, 100)
    row = shortlist(asked).of(leader)
    assert (row.home.school, len(row.homes)) == (second, 2)


# Who cannot be asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "suspended"}, "Not active: suspended"),
        ({"status": "nominated"}, "Not active: nominated"),
        ({"review_on": calendar.first_day(2021)}, "The review was due on 1 September 2021"),
        ({"is_available": False}, "Not open to new work"),
        ({"allowance": 0}, None),
    ],
)
def test_leaders_who_cannot_be_asked_are_shown_with_the_reason(cast, asked, fields, why):
    leader = a_leader(cast, "Ruth")
    SystemLeader.objects.filter(pk=leader.pk).update(**fields)
    found = shortlist(asked)
    why = why or f"No days left in {calendar.label(found.year)}"
    assert found.candidates == []
    assert [(row.leader, row.obstacles) for row in found.others] == [(leader, [why])]


def test_a_leader_is_never_deployed_to_the_own_school(cast, asked):
    leader = a_leader(cast, "Ruth")
    Post.objects.create(person=leader.person, school=cast.asking, starts_on=factories.LONG_AGO)
    assert shortlist(asked).of(leader).obstacles == ["Works at Ashgrove"]


def test_no_offer_between_schools_of_one_head(cast, asked):
    leader = a_leader(cast, "Ruth")
    Role.objects.create(user=cast.head, kind="headteacher", school=leader.school, starts_on=factories.LONG_AGO)
    assert shortlist(asked).of(leader).obstacles == ["One person heads both Ashgrove and the home school"]


def test_an_open_offer_is_not_made_twice(cast, asked):
    leader = a_leader(cast, "Ruth")
    an_offer(cast, asked, leader=leader, home_school=leader.school)
    asked.refresh_from_db()
    assert shortlist(asked).of(leader).obstacles == ["Has an open offer for this request"]


def test_leaders_of_other_alliances_and_former_posts_are_not_there(cast, asked):
    factories.leader_at(factories.member(factories.AllianceFactory()))
    gone = a_leader(cast, "Gone")
    gone.person.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
    found = shortlist(asked)
    assert (found.candidates, found.others) == ([], [])
    assert found.of(gone) is None


def test_what_is_proposed_can_be_offered(cast, asked):
    """The proposals and the action judge alike: every candidate can be offered, nobody else can."""
    leaders = [a_leader(cast, f"Leader {n}") for n in range(4)]
    SystemLeader.objects.filter(pk=leaders[1].pk).update(status="suspended")
    Post.objects.create(person=leaders[2].person, school=cast.asking, starts_on=factories.LONG_AGO)
    Role.objects.create(user=cast.head, kind="headteacher", school=leaders[3].school, starts_on=factories.LONG_AGO)
    assert [row.leader for row in shortlist(asked).candidates] == [leaders[0]]
    for leader in leaders[1:]:
        leader.refresh_from_db()
        with pytest.raises(Refused):
            road.an_offer(cast, asked, leader=leader, home_school=leader.school)
    assert road.an_offer(cast, asked, leader=leaders[0], home_school=leaders[0].school).status == "offered"


# Queries and writing -----------------------------------------------------------------------------


def test_the_queries_do_not_grow_with_leaders_and_schools(cast, asked, django_assert_num_queries):
    a_leader(cast, "First")
    shortlist(asked)  # reads the request's alliance and school once
    with django_assert_num_queries(12):
        assert len(shortlist(asked).candidates) == 1
    for n in range(40):
        a_leader(cast, f"Leader {n}")
    for _ in range(20):
        factories.member(cast.alliance)
    with django_assert_num_queries(12):
        assert len(shortlist(asked).candidates) == 41
    with django_assert_num_queries(4):
        assert len(partners(asked)) == 63


def test_matching_never_writes():
    """It imports nothing that does."""
    for path in Path(exchange.matching.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"actions", "status", "capacity", "bank.posting", "notices"}
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"save", "create", "update", "delete", "get_or_create", "bulk_create"}


# Partners and room -------------------------------------------------------------------------------


def test_partners_are_ranked_by_phase_balance_and_distance(cast, asked):
    def school(name, miles, **fields):
        found = factories.member(cast.alliance, name=name, easting=400000 + miles * MILE, northing=300000, **fields)
        Post.objects.create(person=factories.PersonFactory(), school=found, starts_on=factories.LONG_AGO)
        return found

    school("Far", 30)
    school("Near", 1)
    school("Secondary", 1, phase="Secondary")
    owes(cast, school("Owing", 40), 100)
    same_head = school("Same head", 1)
    Role.objects.create(user=cast.head, kind="headteacher", school=same_head, starts_on=factories.LONG_AGO)
    factories.member(cast.alliance, name="Nobody known", easting=400000, northing=300000)
    for known in (cast.giving, cast.other):
        cast.alliance.memberships.filter(school=known).delete()
    assert [row.school.name for row in partners(asked)] == ["Owing", "Near", "Far", "Secondary", "Nobody known"]


def test_a_person_with_two_posts_at_a_school_is_one_person(cast, asked):
    Post.objects.create(person=cast.leader.person, school=cast.giving, title="deputy", starts_on=factories.LONG_AGO)
    row = next(row for row in partners(asked) if row.school == cast.giving)
    assert sorted(person.pk for person in row.people) == sorted([cast.leader.person.pk, cast.home_head.person.pk])


def test_room_is_what_is_left_before_the_limit(cast):
    assert room(cast.alliance, cast.asking) == 1000  # no account yet, and a limit of ten days
    an_agreement(cast, days=300)
    assert room(cast.alliance, cast.asking) == 700


def test_a_lowered_floor_makes_no_room(cast):
    an_agreement(cast, days=300)
    Account.objects.filter(school=cast.asking).update(floor=-5000)
    assert room(cast.alliance, cast.asking) == 700


def test_there_is_never_less_than_no_room(cast):
    an_agreement(cast, days=900)
    cast.alliance.policies.update(limit=-500)
    assert room(cast.alliance, cast.asking) == 0


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (None, "Not known"),
        (0, "0.0\N{NO-BREAK SPACE}miles"),
        (1609, "1.0\N{NO-BREAK SPACE}miles"),
        (8050, "5.0\N{NO-BREAK SPACE}miles"),
        (1290, "0.8\N{NO-BREAK SPACE}miles"),
    ],
)
def test_distance_in_words(metres, words):
    assert in_words(metres) == words


def test_the_days_left_agree_with_the_books(cast, asked):
    leader = a_leader(cast, "Ruth")
    cast.lead, cast.home_head = leader.person.user, factories.head_of(leader.school)
    an_agreement(cast, an_offer(cast, a_request(cast, days=400), leader=leader, home_school=leader.school))
    found = shortlist(asked)
    assert found.of(leader).days_left == capacity.days_left(leader, found.year) == 1100
