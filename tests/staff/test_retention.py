"""What has been kept for its time is ended by the clock, and a page says so before."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange import clock as exchange_clock
from exchange.models import Event, NameViewing, SupportRequest
from portal.models import ClockRecord, Submission
from staff import clock as staff_clock
from staff import invitations
from staff.models import Disclosure, Erasure, Invitation, Mail, Person, Post, Role
from staff.privacy import erasing, retention
from tests import factories
from tests.exchange import clock_cases
from tests.exchange.cases import a_request, an_offer

pytestmark = pytest.mark.slow

NOW = timezone.localtime().replace(hour=12)
PAGE = reverse("staff:retention")


@pytest.fixture(autouse=True)
def list_of_erasures(settings, tmp_path):
    settings.ERASURES = tmp_path / "erasures.jsonl"
    return settings.ERASURES


def days_ago(number):
    return timezone.now() - timedelta(days=number)


def run(*, after=0):
    clock_cases.run(exchange_clock.retention, staff_clock, now=NOW + timedelta(days=after))


def period(title):
    return next(one for one in retention.periods() if one.title.startswith(title))


def a_mail(days, **fields):
    return Mail.objects.create(to="nobody@example.org", subject="-", text="-", created_at=days_ago(days), **fields)


def test_old_mail_and_keys_of_forms_are_deleted_and_younger_ones_stay(cast):
    old, young = a_mail(181), a_mail(179)
    for days in (31, 29):
        Submission.objects.create(key=uuid4(), user=cast.head, path=f"/{days}/", digest="-", at=days_ago(days))
    run()
    assert not Mail.objects.filter(pk=old.pk).exists()
    assert Mail.objects.filter(pk=young.pk).exists()
    assert list(Submission.objects.values_list("path", flat=True)) == ["/29/"]


def test_it_runs_once_a_day_and_in_chunks(cast, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _ in range(5):
        a_mail(200)
    run()
    assert not Mail.objects.filter(subject="-").exists()
    late = a_mail(200)
    run()
    assert Mail.objects.filter(pk=late.pk).exists()
    run(after=1)
    assert not Mail.objects.filter(pk=late.pk).exists()
    assert ClockRecord.objects.filter(kind__startswith="retention_").count() == 2 * len(retention.periods())


# Each period: the row that was made so many days ago, of a kind that is kept for that long.


def a_session(days, key=None):
    return Session.objects.create(session_key=key or uuid4().hex, session_data="-", expire_date=days_ago(days))


def where_signed_in(cast, days):
    """allauth's row; the one of an open session stays, however old."""
    is_open = a_session(-1)
    for key in (is_open.session_key, "gone"):
        UserSession.objects.create(user=cast.head, ip="192.0.2.1", session_key=key, user_agent="-")
    UserSession.objects.update(created_at=days_ago(days))
    return UserSession.objects.get(session_key="gone")


def a_confirmation(cast, days):
    address = EmailAddress.objects.get(user=cast.head)
    return EmailConfirmation.objects.create(email_address=address, key="-", created=days_ago(days))


def an_unaccepted_invitation(cast, days):
    facts = {"email": "new@example.org", "kind": "headteacher", "school": cast.asking}
    accepted, waiting = (invitations.invite(by=cast.coordinator, **facts) for _ in range(2))
    Invitation.objects.filter(pk=accepted.pk).update(accepted_by=cast.stranger, accepted_at=days_ago(days))
    Invitation.objects.update(expires_at=days_ago(days))
    return waiting


def a_change_in_the_admin(cast, days):
    return LogEntry.objects.create(user=cast.head, object_repr="-", action_flag=CHANGE, action_time=days_ago(days))


def a_disclosure(cast, days):
    return Disclosure.objects.create(person=cast.head.person, by=cast.head, reason="-", at=days_ago(days))


def a_sighting(cast, days):
    return NameViewing.objects.create(support_request=a_request(cast), by=cast.head, role="-", at=days_ago(days))


DELETED = {  # the beginning of a period's title: its days, and a row that old
    "Mail": (180, lambda cast, days: a_mail(days)),
    "Sessions": (1, lambda cast, days: a_session(days)),
    "Where somebody": (1, where_signed_in),
    "Links to confirm": (30, a_confirmation),
    "Invitations": (180, an_unaccepted_invitation),
    "Changes made": (730, a_change_in_the_admin),
    "Exports": (2190, a_disclosure),
    "Who was shown": (2190, a_sighting),
}


@pytest.mark.parametrize("what", DELETED)
def test_a_row_is_deleted_when_its_time_is_over_and_no_day_sooner(cast, what):
    days, make = DELETED[what]
    row = make(cast, days)
    rows, others = type(row).objects.filter(pk=row.pk), type(row).objects.exclude(pk=row.pk)
    kept = set(others.values_list("pk", flat=True))
    retention.enforce(period(what), timezone.now() - timedelta(hours=1))
    assert rows.exists()
    retention.enforce(period(what), timezone.now() + timedelta(hours=1))
    assert not rows.exists()
    assert set(others.values_list("pk", flat=True)) == kept


def test_every_period_that_deletes_has_a_row_here():
    """Those that have tests of their own, further down, are named."""
    own = ("Addresses", "People", "Forms", "Requests", "Drafts", "Names")
    missing = [one.title for one in retention.periods() if not one.title.startswith((*DELETED, *own))]
    assert missing == []


def test_what_a_stopped_worker_leaves_the_next_run_ends(cast, monkeypatch):
    """The soft time limit comes in the second period: the first is done, the others are done a minute later."""

    def stopped(rows):
        raise SoftTimeLimitExceeded

    a_mail(200), a_session(2), a_sighting(cast, 2200)
    first, second, *rest = retention.periods()
    monkeypatch.setattr(retention, "_periods", [first, replace(second, end=stopped), *rest])
    with pytest.raises(SoftTimeLimitExceeded):
        run()
    assert ClockRecord.objects.filter(kind__startswith="retention_").count() == 1
    assert (Mail.objects.filter(subject="-").count(), Session.objects.count(), NameViewing.objects.count()) == (0, 1, 1)
    monkeypatch.undo()
    run()
    assert (Session.objects.count(), NameViewing.objects.count()) == (0, 0)


def test_a_draft_that_is_sent_after_it_was_listed_stays(cast):
    old = a_request(cast, status="draft")
    SupportRequest.objects.update(created_at=days_ago(400))
    drafts, asked = period("Requests that were never sent"), []

    def rows(before):
        """Asked for the first time they are listed; the second time they are about to be deleted."""
        asked.append(before)
        if len(asked) == 2:
            actions.requests.submit(support_request=old, by=cast.head)
        return drafts.rows(before)

    assert retention.enforce(replace(drafts, rows=rows), NOW) == 1
    assert SupportRequest.objects.get().status == "submitted"


def test_drafts_are_deleted_after_a_year_and_those_thrown_away_after_a_month(cast):
    old, young, sent = (a_request(cast, status=status) for status in ("draft", "draft", "submitted"))
    SupportRequest.objects.exclude(pk=young.pk).update(created_at=days_ago(366))
    thrown_away = a_request(cast, status="draft")
    actions.requests.withdraw(support_request=thrown_away, by=cast.head)
    run()
    assert set(SupportRequest.objects.all()) == {young, sent, thrown_away}
    SupportRequest.objects.filter(pk=thrown_away.pk).update(ended_at=days_ago(31))
    run(after=1)
    assert set(SupportRequest.objects.all()) == {young, sent}
    assert old not in SupportRequest.objects.all()


# The name of a supported person ------------------------------------------------------------------


def an_ended_request(cast, days, **fields):
    request = a_request(cast, supported_person="Nora Quill", **fields)
    actions.requests.decline(support_request=request, by=cast.coordinator, reason="No leader")
    SupportRequest.objects.filter(pk=request.pk).update(ended_at=days_ago(days))
    return request


def name_in(request):
    return SupportRequest.objects.get(pk=request.pk).supported_person


def test_the_head_is_told_a_month_before_a_name_is_deleted_and_then_it_is(cast):
    request = an_ended_request(cast, 340)
    run()
    mail = Mail.objects.get(subject__contains="the name of the person supported is deleted")
    due = timezone.localdate(NOW) + timedelta(days=30)
    assert mail.to == cast.head.email
    assert f"{due:%-d %B %Y}" in mail.text
    assert "Quill" not in mail.text
    assert name_in(request) == "Nora Quill"
    ClockRecord.objects.filter(kind="forget_person").update(at=days_ago(31))
    run(after=30)
    assert name_in(request) == ""
    assert Event.objects.filter(support_request=request, verb="forget_person", by=None).count() == 1
    assert Mail.objects.filter(subject__contains="the name of the person supported").count() == 1


def test_no_name_is_deleted_before_its_head_was_told_however_old_the_case_is(cast):
    request = an_ended_request(cast, 1000)
    run()
    assert name_in(request) == "Nora Quill"
    ClockRecord.objects.filter(kind="forget_person").update(at=days_ago(30))
    run(after=1)
    assert name_in(request) == ""


def test_a_name_of_a_case_that_runs_or_ended_lately_stays(cast):
    running, lately = a_request(cast, supported_person="Nora Quill"), an_ended_request(cast, 300)
    SupportRequest.objects.filter(pk=running.pk).update(submitted_at=days_ago(1000), opened_at=days_ago(1000))
    run()
    assert (name_in(running), name_in(lately)) == ("Nora Quill", "Nora Quill")
    assert not Mail.objects.filter(subject__contains="the name of the person supported").exists()


def without_a_head(school):
    Role.objects.filter(school=school, kind="headteacher").update(ends_on=timezone.localdate() - timedelta(days=3))


def test_without_a_head_the_coordinators_are_told(cast):
    request = an_ended_request(cast, 340)
    without_a_head(cast.asking)
    run()
    mail = Mail.objects.get(subject__contains="the name of the person supported is deleted")
    assert mail.to == cast.coordinator.email
    ClockRecord.objects.filter(kind="forget_person").update(at=days_ago(31))
    run(after=30)
    assert name_in(request) == ""


def test_a_name_of_which_nobody_was_told_stays_until_a_head_was(cast):
    request = an_ended_request(cast, 400)
    without_a_head(cast.asking)
    Role.objects.filter(kind="coordinator").update(ends_on=timezone.localdate() - timedelta(days=3))
    run()
    assert not ClockRecord.objects.filter(kind="forget_person").exists()
    head = factories.head_of(cast.asking)
    run(after=1)
    assert Mail.objects.get(subject__contains="the name of the person supported").to == head.email
    assert name_in(request) == "Nora Quill"


# People who left -----------------------------------------------------------------------------------


def somebody_who_left(cast, days):
    user = factories.business_manager_of(cast.asking)
    user.roles.update(ends_on=timezone.localdate() - timedelta(days=days))
    return user


def test_people_are_erased_two_years_after_their_last_role_or_post(cast, list_of_erasures):
    gone, lately, back = (somebody_who_left(cast, days) for days in (731, 700, 900))
    Post.objects.create(person=back.person, school=cast.giving, starts_on=factories.LONG_AGO)
    names = {user: str(user) for user in (gone, lately, back)}
    superuser = factories.UserFactory(is_superuser=True)
    run()
    assert Person.objects.get(pk=gone.person_id).name == f"Former colleague {gone.person_id}"
    assert [str(Person.objects.get(pk=user.person_id)) for user in (lately, back)] == [names[lately], names[back]]
    assert [(erasure.person, erasure.by) for erasure in Erasure.objects.all()] == [(gone.person_id, None)]
    assert Person.objects.get(pk=superuser.person_id).name == str(superuser)
    run(after=1)
    assert Erasure.objects.count() == 1
    assert [json.loads(line)["person"] for line in list_of_erasures.read_text().splitlines()] == [gone.person_id]


def test_whoever_has_running_work_is_kept(cast):
    an_offer(cast)
    Post.objects.filter(person=cast.leader.person).update(ends_on=timezone.localdate() - timedelta(days=800))
    run()
    assert not Erasure.objects.exists()


def test_superusers_and_whoever_signed_in_lately_are_kept(cast):
    boss, lately, gone = (somebody_who_left(cast, 900) for _ in range(3))
    type(boss).objects.filter(pk=boss.pk).update(is_superuser=True)
    type(boss).objects.filter(pk=lately.pk).update(last_login=days_ago(700))
    type(boss).objects.filter(pk=gone.pk).update(last_login=days_ago(800))
    run()
    assert [erasure.person for erasure in Erasure.objects.all()] == [gone.person_id]


def invited(cast, email):
    invitations.invite(by=cast.coordinator, email=email, kind="", title="teacher", school=cast.asking)


def invited_before(cast, person):
    """At an address that was the person's when it was sent."""
    facts = {"person": person, "title": "teacher", "school": cast.asking, "invited_by": cast.coordinator}
    Invitation.objects.create(email="former@example.org", token_digest="0" * 64, **facts)


INVITED = {
    "by name": invited_before,
    "at the person's address": lambda cast, person: invited(cast, person.email),
    "at the sign-in's": lambda cast, person: invited(cast, person.user.email),
    "at another confirmed one": lambda cast, person: invited(cast, "second@example.org"),
}


@pytest.mark.parametrize("how", INVITED)
@pytest.mark.parametrize("had_a_role", [True, False])
def test_whoever_is_invited_is_kept_until_the_invitation_is_too_old(cast, how, had_a_role):
    person = somebody_who_left(cast, 900).person if had_a_role else somebody_added(800, last_login=None)
    Person.objects.filter(pk=person.pk).update(email="Own.Address@example.org")
    EmailAddress.objects.create(user=person.user, email="second@example.org", verified=True)
    person.refresh_from_db()
    INVITED[how](cast, person)
    run()
    assert not Erasure.objects.exists()
    Invitation.objects.update(expires_at=days_ago(1))
    run(after=1)
    assert Erasure.objects.get().person == person.pk


def test_one_who_cannot_be_erased_stops_no_other(cast, caplog):
    """Somebody without a name fails, as a bad row would. The others go on, and the log names nobody."""
    bad, good = (somebody_who_left(cast, 900).person for _ in range(2))
    Person.objects.filter(pk=bad.pk).update(name="", email="bad@example.org")
    run()
    assert erasing.is_erased(Person.objects.get(pk=good.pk))
    assert Person.objects.get(pk=bad.pk).email == "bad@example.org"
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line == f"People without a role or a post: {bad.pk} could not be ended, ValueError"
    assert ClockRecord.objects.filter(kind__startswith="retention_").count() == len(retention.periods())


def test_whoever_comes_back_from_a_backup_is_erased_a_second_time(cast):
    person = somebody_who_left(cast, 900).person
    name = person.name
    run()
    Person.objects.filter(pk=person.pk).update(name=name)
    run(after=1)
    assert erasing.is_erased(Person.objects.get(pk=person.pk))
    assert Erasure.objects.count() == 1


# Who never came -------------------------------------------------------------------------------------


def somebody_added(days, **user):
    added = days_ago(days)
    if not user:
        return factories.PersonFactory(added_at=added)
    return factories.UserFactory(person__added_at=added, **user).person


def test_people_who_never_had_a_role_or_a_post_are_erased_after_a_year(cast):
    gone = [somebody_added(366), somebody_added(366, last_login=None), somebody_added(800, last_login=days_ago(366))]
    invited = somebody_added(366)
    invitations.invite(by=cast.coordinator, email="new@example.org", person=invited, kind="", title="teacher",
                       school=cast.asking)  # fmt: skip
    stay = [
        somebody_added(300), somebody_added(800, last_login=days_ago(300)), somebody_added(800, is_superuser=True),
        invited,
    ]  # fmt: skip
    factories.head_of(cast.other, person=somebody_added(800))
    run()
    assert {erasure.person for erasure in Erasure.objects.all()} == {person.pk for person in gone}
    assert [str(Person.objects.get(pk=person.pk)) for person in stay] == [str(person) for person in stay]


def test_an_address_that_was_never_confirmed_goes_a_month_after_the_mail_that_asked_for_it(client, cast):
    client.force_login(cast.head)
    for number, days in ((1, 29), (2, 31)):
        EmailAddress.objects.create(user=cast.head, email=f"typo{number}@example.org")
        Mail.objects.create(to=f"typo{number}@example.org", subject="-", text="-", created_at=days_ago(days))
    EmailAddress.objects.create(user=cast.head, email="second@example.org", verified=True)
    EmailAddress.objects.filter(email=cast.stranger.email).update(verified=False)  # by which somebody signs in
    run()
    kept = set(EmailAddress.objects.filter(user=cast.head).values_list("email", flat=True))
    assert kept == {cast.head.email, "typo1@example.org", "second@example.org"}
    assert EmailAddress.objects.filter(email=cast.stranger.email).exists()


def test_the_page_says_who_never_came(client, cast):
    soon, later = somebody_added(350), somebody_added(300)
    client.force_login(factories.UserFactory(is_superuser=True))
    answer = client.get(PAGE)
    [named] = line_of(answer, "People who never")["named"]
    assert named == {"row": soon, "due": timezone.localdate() + timedelta(days=16)}
    assert str(soon) in answer.content.decode()
    assert str(later) not in answer.content.decode()


# The page ------------------------------------------------------------------------------------------


def line_of(answer, title):
    return next(line for line in answer.context["lines"] if line["period"].title.startswith(title))


def test_the_page_says_what_goes_within_30_days(client, cast):
    a_mail(151), a_mail(149), a_mail(200)
    soon = an_ended_request(cast, 350)
    an_ended_request(cast, 300)
    gone = somebody_who_left(cast, 720)
    client.force_login(cast.coordinator)
    answer = client.get(PAGE)
    page = answer.content.decode()
    assert line_of(answer, "Mail")["count"] == 2
    assert [item["row"] for item in line_of(answer, "Names")["named"]] == [soon]
    assert line_of(answer, "Names")["named"][0]["due"] == timezone.localdate() + timedelta(days=30)
    assert [item["row"] for item in line_of(answer, "People")["named"]] == [gone.person]
    assert soon.reference in page
    assert "Quill" not in page


def test_the_page_does_not_name_a_leader_who_stays_until_the_designation_ends(client, cast):
    post = Post.objects.filter(person=cast.leader.person)
    post.update(starts_on=factories.LONG_AGO, ends_on=timezone.localdate() - timedelta(days=900))
    client.force_login(cast.coordinator)
    assert line_of(client.get(PAGE), "People")["count"] == 0
    cast.leader.status = "ended"
    cast.leader.save()
    assert [item["row"] for item in line_of(client.get(PAGE), "People")["named"]] == [cast.leader.person]


def test_a_coordinator_reads_of_the_own_alliances_only_and_a_superuser_of_all(client, cast):
    an_ended_request(cast, 350)
    somebody_who_left(cast, 720)
    other = factories.coordinator_of(factories.AllianceFactory())
    for user, count in ((other, 0), (factories.UserFactory(is_superuser=True), 1)):
        client.force_login(user)
        answer = client.get(PAGE)
        assert [line_of(answer, title)["count"] for title in ("Names", "People")] == [count, count]


@pytest.mark.parametrize("who", ["head", "lead", "stranger"])
def test_the_page_is_for_coordinators_and_superusers(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(PAGE).status_code == 403


def test_the_length_of_a_period_in_words():
    assert [period(title).length for title in ("Mail", "Sessions", "Changes")] == ["180 days", "1 day", "2 years"]
