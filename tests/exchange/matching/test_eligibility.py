"""Who may be offered what: each code with the facts that cause it, and that all who ask for it agree."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Account
from exchange import actions
from exchange.actions import offers
from exchange.matching import openings, shortlist
from exchange.matching.eligibility import FORBIDS_OFFER, FORBIDS_YES, Obstacle, has_open_offer, in_reach, judge
from exchange.matching.shortlist import WORDS
from exchange.models import Commission, SupportRequest
from portal.errors import Refused
from schools import calendar
from staff.models import Post, Role, Specialism, SystemLeader
from tests import factories
from tests.exchange.road import a_logged_visit, a_request, an_agreement, an_offer

YESTERDAY = timezone.localdate() - timedelta(days=1)


def set_leader(**fields):
    def change(cast, asked):
        SystemLeader.objects.filter(pk=cast.leader.pk).update(**fields)

    return change


def a_post_at_the_asking_school(cast, asked):
    Post.objects.create(person=cast.leader.person, school=cast.asking, starts_on=factories.LONG_AGO)


def only_posts_at_the_asking_school(cast, asked):
    cast.leader.person.posts.update(school=cast.asking)


def the_home_school_leaves(cast, asked):
    cast.alliance.memberships.filter(school=cast.giving).update(ends_on=YESTERDAY)


def the_post_ends(cast, asked):
    cast.leader.person.posts.update(ends_on=YESTERDAY)


def only_the_other_alliance_may_ask(cast, asked):
    """The home school is in an alliance that may ask this one's leaders; its own are not to be asked."""
    other = factories.AllianceFactory(name="Weald Schools")
    Account.objects.create(alliance=cast.alliance, kind="clearing", partner=other)
    cast.alliance.memberships.filter(school=cast.giving).update(alliance=other)


def one_head_for_both(cast, asked):
    Role.objects.create(user=cast.head, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO)


def the_year_is_full(cast, asked):
    year = calendar.year_of(timezone.localdate())
    cast.leader.years.create(year=year, allowance=1500, taken=1500)


def a_part_is_offered(cast, asked):
    an_offer(cast, asked, days=100)


# Each code, the facts that cause it, what the shortlist says (None: not named at all), what the action says (None:
# it does not refuse).
YEAR = calendar.label(calendar.year_of(timezone.localdate()))
UNFIT = "is suspended or due for review, and cannot be offered new work."
NOWHERE = "or it is a member neither of Netherby Schools nor of an alliance that trades with it."
TABLE = [
    (Obstacle.NOT_ACTIVE, set_leader(status="suspended"), "Not active: suspended", UNFIT),
    (Obstacle.NOT_ACTIVE, set_leader(status="nominated"), "Not active: nominated", UNFIT),
    (Obstacle.NOT_ACTIVE, set_leader(status="ended"), None, UNFIT),
    (Obstacle.NOT_ACTIVE, set_leader(status="suspended", review_on=YESTERDAY), "Not active: suspended", UNFIT),
    (Obstacle.REVIEW_DUE, set_leader(review_on=date(2021, 9, 1)), "The review was due on 1 September 2021", UNFIT),
    (Obstacle.WORKS_THERE, a_post_at_the_asking_school, "Works at Ashgrove", "never deployed to the own school."),
    (Obstacle.WORKS_THERE, only_posts_at_the_asking_school, "Works at Ashgrove", "never deployed to the own school."),
    (Obstacle.NO_BANK, the_home_school_leaves, None, NOWHERE),
    (Obstacle.NO_BANK, the_post_ends, None, NOWHERE),
    (Obstacle.NO_BANK, only_the_other_alliance_may_ask, None, NOWHERE),
    (Obstacle.SAME_HEAD, one_head_for_both, "One person heads both Ashgrove and the home school",
     "One person heads both Ashgrove and Birchwood: no offer can be made between them."),
    (Obstacle.NOT_AVAILABLE, set_leader(is_available=False), "Not open to new work", None),
    (Obstacle.NO_DAYS_LEFT, set_leader(allowance=0), f"No days left in {YEAR}", None),
    (Obstacle.NO_DAYS_LEFT, the_year_is_full, f"No days left in {YEAR}", None),
    (Obstacle.HAS_OPEN_OFFER, a_part_is_offered, "Has an open offer for this request", None),
]  # fmt: skip
CAUSES = [(code, cause) for code, cause, _, _ in TABLE]


@pytest.fixture
def asked(cast):
    """Five days that may be split: one open offer of a part does not keep the action from another."""
    return a_request(cast, may_split=True)


def judged(cast, request):
    [judgement] = judge([request], SystemLeader.objects.filter(pk=cast.leader.pk))
    return judgement


def opened(cast):
    return [(one.support_request, one.leader) for one in openings(posting.school_account(cast.alliance, cast.giving))]


def fresh(request):
    return SupportRequest.objects.get(pk=request.pk)


# The codes ---------------------------------------------------------------------------------------


def test_nothing_stands_against_the_leader_of_the_cast_and_everybody_says_so(cast, asked):
    assert judged(cast, asked).obstacles == ()
    assert shortlist(asked).of(cast.leader).obstacles == []
    assert opened(cast) == [(asked, cast.leader)]
    assert an_offer(cast, asked, days=100).status == "offered"


@pytest.mark.parametrize(("code", "cause"), CAUSES)
def test_each_cause_has_its_code(cast, asked, code, cause):
    cause(cast, asked)
    assert judged(cast, fresh(asked)).obstacles == (code,)


def test_every_code_stands_in_the_table_and_those_that_forbid_are_those_the_action_refuses():
    assert {code for code, *_ in TABLE} == set(Obstacle)
    assert {code for code, _, _, refusal in TABLE if refusal} == FORBIDS_OFFER == set(offers.REFUSALS)
    assert set(WORDS) == set(Obstacle) - {Obstacle.NO_BANK}


def test_all_that_stands_between_them_is_named(cast, asked):
    for cause in (set_leader(status="suspended", is_available=False, allowance=0), one_head_for_both):
        cause(cast, asked)
    codes = (Obstacle.NOT_ACTIVE, Obstacle.SAME_HEAD, Obstacle.NOT_AVAILABLE, Obstacle.NO_DAYS_LEFT)
    assert judged(cast, asked).obstacles == codes


# All who ask agree -------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "cause", "words", "refusal"), TABLE)
def test_the_shortlist_the_page_and_the_way_out_agree(client, cast, asked, code, cause, words, refusal):
    cause(cast, asked)
    request = fresh(asked)
    found = shortlist(request)
    assert (found.candidates, opened(cast)) == ([], [])
    row = found.of(cast.leader)
    assert (row and row.obstacles) == (words and [words])
    client.force_login(cast.coordinator)
    response = client.get(reverse("exchange:offer", args=[request.pk, cast.leader.pk]))
    assert response.status_code == (409 if words else 404)
    if words:
        assert f"cannot be offered this work. {words}." in response.content.decode()


@pytest.mark.parametrize(("code", "cause", "words", "refusal"), TABLE)
def test_the_action_refuses_what_forbids_and_nothing_else(cast, asked, code, cause, words, refusal):
    cause(cast, asked)
    before = Commission.objects.count()
    request = fresh(asked)
    if refusal:
        with pytest.raises(Refused) as refused:
            an_offer(cast, request, days=100)
        assert str(refused.value).endswith(refusal)
        assert Commission.objects.count() == before
    else:
        assert an_offer(cast, request, days=100).status == "offered"


@pytest.mark.parametrize(("code", "cause"), CAUSES)
def test_the_leaders_yes_is_refused_for_what_has_come_between(cast, asked, code, cause):
    commission = an_offer(cast, asked, days=100)
    cause(cast, fresh(asked))
    if code in FORBIDS_YES:
        with pytest.raises(Refused, match="Your designation is suspended or due for review"):
            actions.agreements.accept(commission=commission, by=cast.lead)
    else:
        actions.agreements.accept(commission=commission, by=cast.lead)
        assert commission.leader_yes_by == cast.lead


# What the last yes says; the rest of the codes do not hold it up: the offer's home school releases a leader who has
# moved, and a year that is full is refused by the books.
LAST_YES = {
    Obstacle.NOT_ACTIVE: "has been suspended or is due for review: this can no longer be agreed",
    Obstacle.REVIEW_DUE: "has been suspended or is due for review: this can no longer be agreed",
    Obstacle.SAME_HEAD: "One person heads both Ashgrove and Birchwood",
    Obstacle.NO_DAYS_LEFT: "no room for these days",
}


@pytest.mark.parametrize(
    ("code", "cause"),
    [row for row in CAUSES if row[1] not in (the_home_school_leaves, only_the_other_alliance_may_ask)],
)
def test_the_last_yes_is_refused_for_what_has_come_between(cast, asked, code, cause):
    commission = an_offer(cast, asked, days=100)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    cause(cast, fresh(asked))
    if code in LAST_YES:
        with pytest.raises(Refused, match=LAST_YES[code]):
            actions.agreements.agree(commission=commission, by=cast.head)
    else:
        actions.agreements.agree(commission=commission, by=cast.head)
        assert commission.status == "agreed"


def test_a_leader_suspended_since_the_page_was_read_is_refused(cast, asked):
    leader = SystemLeader.objects.get(pk=cast.leader.pk)
    set_leader(status="suspended")(cast, asked)
    assert leader.is_fit
    with pytest.raises(Refused, match="cannot be offered new work"):
        an_offer(cast, asked, days=100, leader=leader)


def test_of_two_home_schools_the_one_under_the_same_head_cannot_release(cast, asked):
    Post.objects.create(person=cast.leader.person, school=cast.other, starts_on=factories.LONG_AGO)
    one_head_for_both(cast, asked)
    assert [home.school for home in shortlist(asked).of(cast.leader).homes] == [cast.other]
    assert opened(cast) == []
    with pytest.raises(Refused, match="One person heads both Ashgrove and Birchwood"):
        an_offer(cast, asked, days=100)
    assert an_offer(cast, asked, days=100, home_school=cast.other).home_school == cast.other


def test_a_school_where_the_leader_does_not_work_cannot_release(cast, asked):
    with pytest.raises(Refused, match=f"{cast.leader.person}.* does not work at Castle Hill"):
        an_offer(cast, asked, days=100, home_school=cast.other)


def test_days_that_may_not_be_split_wait_for_the_answer_to_the_open_offer(cast):
    whole, split = a_request(cast), a_request(cast, may_split=True)
    for request in (whole, split):
        assert not has_open_offer(request)
        an_offer(cast, request, days=100)
    assert (has_open_offer(whole), has_open_offer(split)) == (True, False)


# Many at once ------------------------------------------------------------------------------------


def facts_of(judgement):
    """All but the objects, for two judgements to be compared."""
    homes = [(home.school, home.bank, home.metres, home.posted, home.has_same_head) for home in judgement.homes]
    rest = {name: value for name, value in vars(judgement).items() if name != "homes"}
    return rest | {"homes": homes, "obstacles": judgement.obstacles}


def test_requests_of_two_alliances_and_two_years_are_judged_as_each_alone(cast):
    other = factories.AllianceFactory(name="Weald Schools")
    school = factories.member(other, name="Dunmore")
    partners_leader = factories.leader_at(school)
    posting.open_trade(cast.alliance, other, 1000, by="user:1", reason="Agreed by both boards")
    factories.MembershipFactory(alliance=other, school=cast.giving)
    done = an_agreement(cast, days=100)
    actions.confirmations.confirm(visit=a_logged_visit(cast, done), by=cast.head)
    first, second = a_request(cast), a_request(cast, days=200, phase="Secondary")
    third = SupportRequest.objects.create(
        alliance=other, school=school, asked_by=cast.head, days=300, status="open",
        starts_on=calendar.first_day(calendar.year_of(timezone.localdate()) + 1),
    )  # fmt: skip
    an_offer(cast, second)
    requests = list(SupportRequest.objects.filter(pk__in=[first.pk, second.pk, third.pk]).order_by("pk"))
    together = judge(requests, SystemLeader.objects.order_by("pk"))
    alone = [row for request in requests for row in judge([request], SystemLeader.objects.order_by("pk"))]
    assert [facts_of(row) for row in together] == [facts_of(row) for row in alone]
    by_pair = {(row.support_request, row.leader): row for row in together}
    assert len(by_pair) == 6
    row = by_pair[first, cast.leader]
    assert (row.homes[0].bank, row.is_own, row.times_before, row.days_left, row.days_offered) == (
        cast.alliance,
        True,
        1,
        1400,
        200,
    )
    row = by_pair[third, cast.leader]
    assert (row.homes[0].bank, row.is_own, row.times_before, row.days_left) == (other, True, 0, 1500)
    assert by_pair[second, cast.leader].obstacles == (Obstacle.HAS_OPEN_OFFER,)
    assert [home.is_partner for home in by_pair[first, partners_leader].homes] == [True]
    assert by_pair[third, partners_leader].obstacles == (Obstacle.WORKS_THERE,)


def test_of_two_alliances_asked_at_once_neither_has_the_others_leaders_without_a_trade(cast, asked):
    other = factories.AllianceFactory()
    leader = factories.leader_at(factories.member(other))
    request = SupportRequest.objects.create(
        alliance=other, school=factories.member(other), asked_by=cast.head, days=300, status="open"
    )
    codes = {(row.support_request, row.leader): row.obstacles for row in judge([asked, request])}
    assert codes == {
        (asked, cast.leader): (),
        (asked, leader): (Obstacle.NO_BANK,),
        (request, cast.leader): (Obstacle.NO_BANK,),
        (request, leader): (),
    }


def test_without_leaders_all_in_reach_are_judged_but_nobody_who_has_ended(cast, asked):
    ended, foreign = factories.leader_at(cast.other), factories.leader_at(factories.SchoolFactory())
    SystemLeader.objects.filter(pk=ended.pk).update(status="ended")
    assert [row.leader for row in judge([asked])] == [cast.leader] == list(in_reach([cast.alliance.pk]))
    assert len(judge([asked], SystemLeader.objects.all())) == 3
    assert foreign not in in_reach([cast.alliance.pk])


@pytest.mark.parametrize(("requests", "leaders"), [(1, 1), (100, 40)])
def test_a_hundred_requests_and_forty_leaders_take_as_many_queries_as_one_and_one(
    cast, requests, leaders, django_assert_num_queries
):
    for _ in range(leaders - 1):
        factories.leader_at(factories.member(cast.alliance))
    maths = Specialism.objects.get(name="Mathematics")
    SupportRequest.objects.bulk_create(
        SupportRequest(
            alliance=cast.alliance, school=cast.asking if n % 2 else cast.other, asked_by=cast.head, days=500,
            status="open", kind="specific", phase="Primary", specialism=maths, starts_on=timezone.localdate(),
        )
        for n in range(requests)
    )  # fmt: skip
    open_requests = list(SupportRequest.objects.filter(status="open"))
    with django_assert_num_queries(12):
        found = judge(open_requests)
        assert {(row.obstacles, row.has_enough, len(row.releasing)) for row in found} == {((), True, 1)}
    assert len(found) == requests * leaders
