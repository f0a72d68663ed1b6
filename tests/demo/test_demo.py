"""The demonstration, loaded once for the whole file: the tests read it, or act inside a savepoint."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils import timezone

from bank import balances
from bank.models import Account, Snapshot, Transfer
from demo import load, today
from demo.accounts import accounts
from demo.chapters import of_exchange
from exchange import rules
from exchange.models import Commission, Concern, Event, SupportRequest, Visit
from exchange.todo import leader as leader_todo
from exchange.todo import queues
from portal.chapters import Chapter
from schools import calendar
from schools.models import Alliance, School
from staff import rules as people
from staff import todo
from staff.models import Mail, SystemLeader, User
from tests import factories
from tests.bank.ledger_cases import verified
from tests.demo.cases import KEYS
from tests.races import FULL

pytestmark = pytest.mark.slow

#: Each costs a whole demonstration, so all of them only where the tests run in full.
OTHER_DAYS = [date(2027, 8, 31), date(2027, 8, 15), date(2027, 9, 1), date(2028, 2, 29)][: None if FULL else 0]


def run(capsys, *options):
    capsys.readouterr()
    call_command("demo", *options, "--force")
    return SimpleNamespace(**capsys.readouterr()._asdict())


def everything():
    counted = (School, User, SupportRequest, Commission, Visit, Event, Transfer, Mail, Snapshot)
    return {model.__name__: model.objects.count() for model in counted}


def shown(role):
    """The accounts shown for a role: user, school and alliance of each."""
    found = [account for account in accounts() if account["role"] == role]
    return [
        (
            User.objects.get(email=account["email"]),
            School.objects.filter(pk=account["school_urn"]).first(),
            Alliance.objects.filter(slug=account["alliance"]).first(),
        )
        for account in found
    ]


def test_most_confirmations_of_checks_hold_and_two_are_to_be_renewed(demo):
    old = [leader for leader in SystemLeader.objects.all() if leader.checks_are_old]
    assert sorted(leader.person.name for leader in old) == ["Grace Gathercole", "Hugo Ashmantle"]
    home_head = User.objects.get(email="head.hexcombe@example.org")
    grace = next(leader for leader in old if leader.person.name == "Grace Gathercole")
    found = [item["title"] for item in todo.for_school(home_head, grace.home_schools()[0])]
    assert "Renew the safeguarding confirmation of Grace Gathercole" in found


def test_its_ledger_verifies(demo, settings):
    settings.LEDGER_KEYS = KEYS
    assert Transfer.objects.filter(posted_at__lt=timezone.now() - timedelta(days=300)).exists()
    code, (line,) = verified()
    assert (code, line.endswith(" 0 not sealed yet.")) == (0, True)


def test_loading_again_changes_nothing_and_says_so(demo, capsys):
    before = everything()
    assert run(capsys).err == "The demonstration is loaded already: nothing was changed.\n"
    assert everything() == before


def test_if_empty_loads_nothing_again_and_lists_the_accounts(demo, capsys):
    before = everything()
    assert run(capsys, "--if-empty").out == run(capsys, "--list").out
    assert everything() == before


@pytest.mark.django_db
def test_if_empty_does_nothing_beside_other_schools(capsys):
    factories.SchoolFactory()
    assert run(capsys, "--if-empty").err == "There are schools already: nothing was loaded.\n"
    assert School.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_where_debug_is_off():
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("demo")
    assert not School.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("option", ["--accounts", "--list"])
def test_it_shows_no_accounts_before_it_is_loaded(option, capsys):
    with pytest.raises(CommandError, match="not loaded"):
        call_command("demo", option, "--force")
    assert capsys.readouterr().out == ""


def test_the_accounts_are_json_and_nothing_else(demo, capsys):
    printed = run(capsys, "--accounts")
    rows = json.loads(printed.out)
    assert printed.err == ""
    assert {tuple(sorted(row)) for row in rows} == {("alliance", "email", "password", "role", "school_urn")}
    roles = Counter(row["role"] for row in rows)
    wanted = {"headteacher": 2, "business_manager": 1, "leader": 3, "coordinator": 2, "superuser": 1}
    assert {role: roles[role] for role in wanted} == wanted
    assert {row["alliance"] for row in rows if row["role"] == "coordinator"} == {"larkmere", "stonnerford"}
    for row in rows:
        assert User.objects.filter(email=row["email"], is_active=True).exists()
        assert row["school_urn"] is None or School.objects.filter(pk=row["school_urn"]).exists()


def test_the_list_names_the_address_and_each_account(demo, capsys, settings):
    settings.SITE_URL = "http://127.0.0.1:8107"
    out = run(capsys, "--list").out
    assert out.startswith("Sign in at http://127.0.0.1:8107\n")
    assert all(account["email"] in out for account in accounts())


def test_everybody_on_the_list_signs_in(demo, client):
    for account in accounts():
        client.logout()
        user = User.objects.get(email=account["email"])
        response = client.post(
            reverse("account_login"), {"login": account["email"], "password": account["password"]}, secure=True
        )
        assert response.status_code == 302, account["role"]
        assert client.session["_auth_user_id"] == str(user.pk)
        validate_password(account["password"], user)


def test_the_books_balance(demo):
    assert balances.differences() == []
    sums = Account.objects.values("alliance__slug").annotate(total=Sum("posted")).order_by("alliance__slug")
    assert list(sums) == [{"alliance__slug": "larkmere", "total": 0}, {"alliance__slug": "stonnerford", "total": 0}]


def test_books_that_do_not_balance_are_not_kept(demo):
    Account.objects.filter(kind="fund", alliance__slug="larkmere").update(posted=F("posted") + 1, other=F("other") + 1)
    with pytest.raises(load.Unsound):
        load.check()


def test_one_school_is_out_of_band_and_the_others_spread(demo):
    found = [account for alliance in Alliance.objects.all() for account in queues.out_of_band(alliance)]
    assert [account.school.name for account in found] == ["Sallowfield Primary School"]
    posted = list(Account.objects.filter(kind="school", alliance__slug="larkmere").values_list("posted", flat=True))
    assert (sum(p > 300 for p in posted) >= 3, sum(p < -300 for p in posted) >= 3) == (True, True)
    assert sum(abs(p) <= 100 for p in posted) >= 3


def test_one_urgent_request_waits(demo):
    urgent = Q(urgency="urgent") | Q(kind="urgent")
    request = SupportRequest.objects.waiting().get(urgent)
    assert (request.status, timezone.localdate(request.submitted_at)) == ("submitted", timezone.localdate())


def test_one_school_is_in_both_alliances(demo):
    both = [school.name for school in School.objects.all() if school.memberships.count() == 2]
    assert both == ["Kestlebeck Primary School"]
    assert Account.objects.filter(school__name=both[0]).count() == 2


def test_the_alliances_have_their_size_and_every_school_a_head(demo):
    today = timezone.localdate()
    large, small = Alliance.objects.order_by("slug")
    assert (large.members().count(), small.members().count()) == (25, 8)
    assert SystemLeader.objects.of_alliance(large, today).count() >= 30
    assert SystemLeader.objects.of_alliance(small, today).count() >= 8
    assert all(people.with_right("agree", school).exists() for school in School.objects.all())


def test_every_kind_and_every_turn_is_in_the_history(demo):
    assert set(SupportRequest.objects.values_list("kind", flat=True)) == set(SupportRequest.Kind.values)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert verbs >= {
        "decline", "lapse", "settle_dispute", "vary", "pause", "resume", "stop", "finish", "ask_package",
        "report_findings", "raise_concern", "resolve_concern", "move_visit", "answer", "withdraw", "decline_request",
    }  # fmt: skip
    assert Commission.objects.filter(parent__isnull=False).exists()
    assert Commission.objects.filter(no_further_support=True, status="closed").exists()
    assert Visit.objects.filter(status="confirmed", confirmed_by=None).exists()
    assert Visit.objects.filter(days__in=[25, 75, 175], status="confirmed").count() >= 3
    assert Event.objects.exclude(acting_for=None).exists()
    assert Snapshot.objects.values("on").distinct().count() >= 24


def test_what_is_over_is_over(demo):
    """Work without an end in the history would look forgotten."""
    long_ago = timezone.now() - timedelta(days=120)
    waiting = SupportRequest.objects.exclude(status__in=SupportRequest.Status.ended())
    assert not waiting.filter(submitted_at__lt=long_ago).exists()


def test_only_todays_mail_is_still_to_go(demo):
    waiting = Mail.objects.filter(sent_at=None)
    assert {timezone.localdate(mail.created_at) for mail in waiting} == {timezone.localdate()}
    assert waiting.count() < 5


def assert_something_waits_for_everybody():
    for head, school, _ in shown("headteacher"):
        assert_a_head_is_waited_for(head, school)
    for leader, school, _ in shown("leader"):
        assert_a_leader_is_waited_for(leader, school)
    for coordinator, _, alliance in shown("coordinator"):
        assert_a_coordinator_is_waited_for(coordinator, alliance)
    for manager, school, _ in shown("business_manager"):
        assert any(rules.can_confirm(manager, visit) for visit in Visit.objects.filter(leg__receiving_school=school))


def assert_a_head_is_waited_for(head, school):
    commissions = Commission.objects.filter(support_request__school=school)
    assert any(rules.can_agree(head, each) for each in commissions)
    assert any(rules.can_evaluate(head, each) for each in commissions)
    assert any(rules.can_confirm(head, each) for each in Visit.objects.filter(leg__receiving_school=school))
    assert any(rules.can_answer(head, each) for each in SupportRequest.objects.filter(school=school))
    assert len(todo.for_school(head, school)) >= 4


def assert_a_leader_is_waited_for(user, school):
    leader = user.person.leader
    assert school in leader.home_schools()
    assert any(rules.can_accept(user, each) for each in leader_todo.offers(leader))
    assert any(item["tag"] in ("To log", "Overdue") for item in todo.for_leader(leader))
    assert len(leader_todo.next_visits(leader)) >= 1


def assert_a_coordinator_is_waited_for(coordinator, alliance):
    requests = SupportRequest.objects.filter(alliance=alliance)
    assert any(rules.can_triage(coordinator, each) for each in requests)
    assert any(rules.can_offer(coordinator, each) for each in queues.unmatched(alliance))
    disputed = Visit.objects.filter(leg__commission__support_request__alliance=alliance, status="disputed")
    assert any(rules.can_settle(coordinator, each) for each in disputed)
    concerns = Concern.objects.filter(commission__support_request__alliance=alliance)
    assert any(rules.can_resolve(coordinator, each) for each in concerns)
    soon = calendar.add_days(timezone.localdate(), 3, alliance.closed_days())
    assert Commission.objects.filter(support_request__in=requests, status="offered", lapses_on__lte=soon).exists()


def assert_nothing_is_overdue_for_the_clock():
    now = timezone.localdate()
    assert not Commission.objects.filter(status="offered", lapses_on__lte=now).exists()
    assert not Visit.objects.filter(status="logged", confirm_by__lte=now).exists()


def test_something_waits_for_everybody(demo):
    assert_something_waits_for_everybody()
    assert_nothing_is_overdue_for_the_clock()


@pytest.mark.django_db
@pytest.mark.parametrize("day", OTHER_DAYS, ids=str)
def test_something_waits_for_everybody_on_any_day(day):
    with time_machine.travel(datetime(day.year, day.month, day.day, 7, tzinfo=UTC), tick=False):
        load.load_chapters([of_exchange(today.STORIES)])
        assert_something_waits_for_everybody()
        assert_nothing_is_overdue_for_the_clock()


def told_events():
    return [
        (str(event.support_request.school), event.verb, timezone.localtime(event.at).isoformat(), event.reason)
        for event in Event.objects.select_related("support_request__school").order_by("pk")
    ]


@pytest.mark.django_db
def test_the_same_day_brings_the_same_demonstration():
    told = []
    for _ in range(2):
        with time_machine.travel(datetime(2027, 3, 10, 7, tzinfo=UTC), tick=False), transaction.atomic():
            load.load_chapters([of_exchange(today.LEADERS)])
            told.append(told_events())
            transaction.set_rollback(True)
    assert told[0] == told[1] != []


class Bell:
    """What another app could tell: it rings on two days."""

    def __init__(self, days):
        self.days, self.position, self.rung = days, days.today - 2, []

    @property
    def moment(self):
        return datetime.combine(self.days[self.position], time(12), UTC)

    def go_on(self):
        self.rung.append(timezone.localdate())
        self.position += 1
        return self.position < self.days.today


@pytest.mark.django_db
def test_another_apps_chapter_is_told_beside_the_exchanges():
    bells, ended = [], []

    def tell(cast, days):
        bells.append(Bell(days))
        return bells

    load.load_chapters([of_exchange(today.LEADERS[:1]), Chapter(tell, ended.append)])
    (bell,), (cast,) = bells, ended
    assert bell.rung == [bell.days[bell.days.today - 2], bell.days[bell.days.today - 1]]
    assert cast.head_of(SupportRequest.objects.get().school)
