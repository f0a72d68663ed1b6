from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from exchange import actions as work
from exchange.models import Commission
from portal.errors import Refused
from staff import actions
from staff.models import LeaderEvent, Mail, Person, Post, SystemLeader
from tests import factories
from tests.exchange import road
from tests.exchange.cases import a_logged_visit, an_agreement, in_boxes, send
from tests.staff.cases import nomination

TODAY, DAY = timezone.localdate(), timedelta(days=1)


def nominate(client, user, cast, **data):
    data = nomination(alliance=cast.alliance.pk, **data)
    return send(client, user, reverse("exchange:nominate", args=[cast.asking.urn]), **data)


def confirm(client, user, cast, on):
    url = reverse("exchange:confirm_safeguarding", args=[cast.giving.urn, cast.leader.pk])
    return send(client, user, url, **in_boxes("on", on))


@pytest.fixture
def teacher(cast):
    person = factories.PersonFactory(name="Thea Teacher")
    Post.objects.create(person=person, school=cast.asking, starts_on=factories.LONG_AGO)
    return person


# Our leaders -----------------------------------------------------------------------------------


def test_our_leaders_shows_days_work_and_checks(client, cast):
    visit = a_logged_visit(cast, an_agreement(cast), days=150)
    work.confirmations.confirm(visit=visit, by=cast.head)
    SystemLeader.objects.update(safeguarding_confirmed_on=factories.LONG_AGO)
    client.force_login(cast.home_head)
    words = " ".join(client.get(reverse("exchange:our_leaders", args=[cast.giving.urn])).content.decode().split())
    assert "1.5 days given, 10 days left" in words
    assert Commission.objects.get().reference in words
    assert "Confirmed on 1 September 2020, more than 3 years ago: please renew them" in words


def test_our_leaders_hides_from_strangers_and_says_when_there_are_none(client, cast):
    for user in (cast.stranger, cast.head, cast.lead):
        client.force_login(user)
        assert client.get(reverse("exchange:our_leaders", args=[cast.giving.urn])).status_code == 404
    client.force_login(cast.head)
    words = client.get(reverse("exchange:our_leaders", args=[cast.asking.urn])).content.decode()
    assert "Nobody at your school is a system leader yet." in words


# Safeguarding ----------------------------------------------------------------------------------


def test_the_head_confirms_the_checks(client, cast):
    confirm(client, cast.home_head, cast, TODAY - DAY)
    cast.leader.refresh_from_db()
    assert (cast.leader.safeguarding_confirmed_on, cast.leader.safeguarding_confirmed_by) == (
        TODAY - DAY,
        cast.home_head,
    )
    assert cast.leader.events.get().verb == "confirm_safeguarding"


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (TODAY + DAY, "The date must be today or in the past"),
        (TODAY - relativedelta(years=3) - DAY, "The checks are more than 3 years old"),
    ],
)
def test_a_date_out_of_bounds_is_refused(client, cast, on, sentence):
    before = cast.leader.safeguarding_confirmed_on
    response = confirm(client, cast.home_head, cast, on)
    assert sentence in response.content.decode()
    cast.leader.refresh_from_db()
    assert cast.leader.safeguarding_confirmed_on == before


def test_only_the_home_head_and_the_delegate_who_releases_confirm(client, cast):
    releases = factories.delegate_of(cast.giving, cast.home_head, "release")
    asks = factories.delegate_of(cast.giving, cast.home_head, "ask", "agree", "confirm", "evaluate")
    users = [(asks, 403), (cast.coordinator, 403), (cast.head, 404), (cast.lead, 404), (releases, 302)]
    assert [confirm(client, user, cast, TODAY).status_code for user, _ in users] == [status for _, status in users]


def test_a_leader_who_left_the_school_is_not_found(client, cast):
    Post.objects.filter(person=cast.leader.person).update(ends_on=factories.LONG_AGO)
    assert confirm(client, cast.home_head, cast, TODAY).status_code == 404


# Nomination ------------------------------------------------------------------------------------


def test_a_head_nominates_somebody_of_the_school(client, cast, teacher):
    response = nominate(client, cast.head, cast, person=teacher.pk)
    assert response.url == reverse("exchange:our_leaders", args=[cast.asking.urn])
    leader = teacher.leader
    assert (leader.status, leader.nominated_to, leader.about) == ("nominated", cast.alliance, "Early reading")
    assert [str(row) for row in leader.specialisms.all()] == ["Phonics"]
    assert [row.phase for row in leader.phases.all()] == ["Primary"]
    assert (leader.events.get().by, leader.events.get().new) == (cast.head, "nominated")
    assert Mail.objects.get(to=cast.coordinator.email).subject == "Ashgrove nominates Thea Teacher (SLE)"


def test_a_head_nominates_a_new_person(client, cast):
    nominate(client, cast.head, cast, name="Nia New", email="Nia@Example.org", title="middle_leader")
    person = Person.objects.get(email="nia@example.org")
    assert (person.leader.status, list(person.schools_on())) == ("nominated", [cast.asking])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose somebody from the list, or enter a name"),
        ({"name": "Nia New"}, "Choose somebody from the list, or enter an email address"),
        ({"name": "Nia New", "email": "known@example.org"}, "Somebody with this address is known already"),
        ({"name": "Nia New", "email": "nia@example.org", "phases": []}, "Select the phases"),
    ],
)
def test_what_is_missing_is_said_and_nothing_made(client, cast, data, sentence):
    factories.UserFactory(email="known@example.org")
    before = Person.objects.count()
    assert sentence in nominate(client, cast.head, cast, **data).content.decode()
    assert (Person.objects.count(), SystemLeader.objects.count()) == (before, 1)


def test_people_of_other_schools_and_leaders_cannot_be_chosen(client, cast, teacher):
    elsewhere = factories.PersonFactory()
    Post.objects.create(person=elsewhere, school=cast.other, starts_on=factories.LONG_AGO)
    assert "There is a problem" in nominate(client, cast.head, cast, person=elsewhere.pk).content.decode()
    nominate(client, cast.head, cast, person=teacher.pk)
    assert "There is a problem" in nominate(client, cast.head, cast, person=teacher.pk).content.decode()


def test_an_alliance_of_others_cannot_be_chosen(client, cast, teacher):
    data = {"person": teacher.pk, **nomination(), "alliance": factories.AllianceFactory().pk}
    response = send(client, cast.head, reverse("exchange:nominate", args=[cast.asking.urn]), **data)
    assert response.status_code == 200
    assert not SystemLeader.objects.filter(person=teacher).exists()


def test_only_those_who_release_nominate(client, cast, teacher):
    delegate = factories.delegate_of(cast.asking, cast.head, "ask", "agree")
    users = [delegate, factories.business_manager_of(cast.asking), cast.coordinator, cast.stranger]
    answers = [nominate(client, user, cast, person=teacher.pk).status_code for user in users]
    assert answers == [403, 403, 403, 404]


# Designation -----------------------------------------------------------------------------------


def nominated(cast):
    leader = factories.leader_at(cast.giving)
    SystemLeader.objects.filter(pk=leader.pk).update(status="nominated", nominated_to=cast.alliance)
    leader.refresh_from_db()
    return leader


def test_a_designation_has_dates_and_tells_the_home_school(cast):
    leader = nominated(cast)
    actions.designate(leader=leader, by=cast.coordinator, designated_on=TODAY, review_on=date(2030, 7, 1))
    assert (leader.status, leader.designated_on, leader.review_on) == ("active", TODAY, date(2030, 7, 1))
    assert leader.is_fit
    assert Mail.objects.filter(to=cast.home_head.email, subject=f"{leader.person} is now a system leader").count() == 1


def test_a_declined_nomination_tells_the_home_school_why(cast):
    leader = nominated(cast)
    actions.end_designation(leader=leader, by=cast.coordinator, reason="Please come back next year")
    assert leader.status == "ended"
    assert "Please come back next year" in Mail.objects.get(to=cast.home_head.email).text


ACTS = {
    "designate": {"designated_on": TODAY, "review_on": TODAY + DAY},
    "renew_designation": {"review_on": TODAY + DAY},
    "suspend": {"reason": "A question"},
    "reinstate": {"reason": "Answered"},
    "end_designation": {"reason": "Moved away"},
}
ALLOWED = {
    "nominated": {"designate": "active", "end_designation": "ended"},
    "active": {"renew_designation": "active", "suspend": "suspended", "end_designation": "ended"},
    "suspended": {"reinstate": "active", "end_designation": "ended"},
    "ended": {"designate": "active"},
}


@pytest.mark.parametrize("old", ALLOWED)
@pytest.mark.parametrize("act", ACTS)
def test_a_leaders_status_moves_only_along_the_table(cast, old, act):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(status=old)
    cast.leader.refresh_from_db()
    new = ALLOWED[old].get(act)
    if new:
        getattr(actions, act)(leader=cast.leader, by=cast.coordinator, **ACTS[act])
        event = cast.leader.events.get()
        assert (event.old, event.new, event.by, cast.leader.status) == (old, new, cast.coordinator, new)
    else:
        with pytest.raises(Refused):
            getattr(actions, act)(leader=cast.leader, by=cast.coordinator, **ACTS[act])
        cast.leader.refresh_from_db()
        assert cast.leader.status == old
        assert not LeaderEvent.objects.exists()


def test_no_school_confirms_the_checks_of_somebody_who_works_elsewhere(cast):
    with pytest.raises(Refused, match="does not work at Ashgrove today"):
        actions.confirm_safeguarding(leader=cast.leader, by=cast.head, school=cast.asking, on=TODAY)
    assert not LeaderEvent.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_designation_is_for_a_coordinator_of_the_leaders_alliance(cast, act):
    elsewhere = factories.coordinator_of(factories.AllianceFactory())
    for by in (cast.home_head, cast.lead, elsewhere):
        with pytest.raises(PermissionDenied):
            getattr(actions, act)(leader=cast.leader, by=by, **ACTS[act])
    assert not LeaderEvent.objects.exists()


def test_of_two_who_suspend_one_is_told_that_somebody_was_faster(cast):
    stale = SystemLeader.objects.get(pk=cast.leader.pk)
    actions.suspend(leader=cast.leader, by=cast.coordinator, reason="A question")
    with pytest.raises(Refused, match="faster than you"):
        actions.suspend(leader=stale, by=cast.coordinator, reason="A question")
    assert LeaderEvent.objects.count() == 1


@pytest.mark.parametrize("act", ["suspend", "end_designation"])
def test_running_work_is_flagged_and_not_killed(cast, act):
    commission = an_agreement(cast)
    Mail.objects.all().delete()
    getattr(actions, act)(leader=cast.leader, by=cast.coordinator, reason="A private matter")
    commission.refresh_from_db()
    assert commission.status == "agreed"
    assert commission.events.first().verb in ("leader_suspended", "leader_ended")
    told = set(Mail.objects.values_list("to", flat=True))
    assert told == {cast.coordinator.email, cast.head.email, cast.home_head.email}
    assert not Mail.objects.filter(text__contains="private").exists()


def test_a_suspended_leader_is_offered_nothing_and_leaves_the_directory(client, cast):
    actions.suspend(leader=cast.leader, by=cast.coordinator, reason="A question")
    with pytest.raises(Refused):
        road.an_offer(cast)
    client.force_login(cast.head)
    response = client.get(reverse("exchange:directory", args=[cast.asking.urn]))
    assert response.context["entries"] == []
