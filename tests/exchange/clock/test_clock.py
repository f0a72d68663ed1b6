"""What runs by the clock, with the dates of the rules. Every tick below runs twice."""

import logging
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core import mail as sent_mail
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.celery import app
from bank import balances, posting
from bank.models import Account, Balance, Ledger, Snapshot, Transfer
from exchange import actions
from exchange import clock as exchange_clock
from exchange.models import SupportRequest
from portal import clock
from portal.models import ClockRecord
from schools import calendar
from schools.day import Day
from schools.models import Closure, Policy
from staff import clock as staff_clock
from staff import outbox
from staff.models import Mail, Specialism
from tests import factories
from tests.exchange import clock_cases
from tests.exchange.cases import a_logged_visit, a_request, a_visit, an_agreement, an_offer, make_cast
from tests.races import needs_postgresql, together

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")


def at(text):
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=LONDON), tick=False)


def tick(text, *parts):
    """At a moment the whole clock runs, or these parts of it."""
    with at(text):
        for _ in range(2):
            if parts:
                clock_cases.run(*parts)
            else:
                clock.run(Day(timezone.now()))


def told(kind):
    """The addresses that got mail of a kind, sorted."""
    return sorted(Mail.objects.filter(key__startswith=f"{kind}:").values_list("to", flat=True))


def emails(*users):
    return sorted(user.email for user in users)


def shut_in_summer(cast):
    for name, first, last in calendar.default_closures(2026):
        Closure.objects.create(alliance=cast.alliance, name=name, starts_on=first, ends_on=last)


# Offers ----------------------------------------------------------------------------------------


def test_an_offer_of_20_july_does_not_lapse_before_september(cast):
    shut_in_summer(cast)
    with at("2027-07-20 10:00"):
        commission = an_offer(cast)
    for moment in ("2027-07-27 12:00", "2027-08-31 12:00", "2027-09-05 23:50"):
        tick(moment, exchange_clock.offers)
        commission.refresh_from_db()
        assert commission.status == "offered"
    tick("2027-09-06 00:10", exchange_clock.offers)
    commission.refresh_from_db()
    assert commission.status == "lapsed"
    assert commission.events.filter(verb="lapse", by=None).count() == 1
    assert Mail.objects.filter(to=cast.coordinator.email, subject__contains="the offer has lapsed").count() == 1


def test_a_closure_added_later_holds_the_lapse_back(cast):
    with at("2027-03-01 10:00"):
        commission = an_offer(cast)
    Closure.objects.create(alliance=cast.alliance, name="Snow", starts_on="2027-03-05", ends_on="2027-03-09")
    tick("2027-03-08 12:00", exchange_clock.offers)
    commission.refresh_from_db()
    assert commission.status == "offered"
    tick("2027-03-10 12:00", exchange_clock.offers)
    commission.refresh_from_db()
    assert commission.status == "lapsed"


def test_it_reminds_those_who_have_not_answered_after_three_days(cast):
    with at("2027-03-01 10:00"):
        actions.agreements.accept(commission=an_offer(cast), by=cast.lead)
    tick("2027-03-03 12:00", exchange_clock.offers)
    tick("2027-03-04 08:59", exchange_clock.offers)
    assert told("offer") == []
    tick("2027-03-04 09:00", exchange_clock.offers)
    tick("2027-03-05 09:00", exchange_clock.offers)
    assert told("offer") == emails(cast.head, cast.home_head)


def test_a_clock_that_was_off_for_a_day_catches_up_once(cast):
    with at("2027-03-01 10:00"):
        an_offer(cast)
    tick("2027-03-05 11:00")
    tick("2027-03-06 11:00")
    assert told("offer") == emails(cast.lead, cast.head, cast.home_head)


def test_it_does_not_remind_of_an_offer_while_schools_are_shut(cast):
    shut_in_summer(cast)
    with at("2027-07-20 10:00"):
        an_offer(cast)
    tick("2027-08-10 12:00", exchange_clock.offers)
    assert told("offer") == []
    tick("2027-09-02 12:00", exchange_clock.offers)
    assert told("offer") == emails(cast.lead, cast.head, cast.home_head)


@pytest.mark.parametrize(
    ("offered", "before", "after"),
    [
        ("2027-03-25 10:00", "2027-03-28 08:59", "2027-03-28 09:00"),
        ("2027-10-28 10:00", "2027-10-31 08:59", "2027-10-31 09:00"),
    ],
)
def test_f20_reminders_go_out_at_nine_on_both_sides_of_summer_time(cast, offered, before, after):
    with at(offered):
        an_offer(cast)
    tick(before)
    assert told("offer") == []
    tick(after)
    assert told("offer") == emails(cast.lead, cast.head, cast.home_head)


# Visits ----------------------------------------------------------------------------------------


def agreed_on(cast, text, **fields):
    with at(text):
        return an_agreement(cast, **fields)


def test_both_sides_hear_of_a_visit_tomorrow(cast):
    commission = agreed_on(cast, "2027-03-01 10:00")
    with at("2027-03-02 10:00"):
        a_visit(cast, commission, on=date(2027, 3, 10))
    tick("2027-03-08 12:00", exchange_clock.visits)
    assert told("visit_tomorrow") == []
    tick("2027-03-09 09:00", exchange_clock.visits)
    tick("2027-03-10 09:00", exchange_clock.visits)
    assert told("visit_tomorrow") == emails(cast.lead, cast.head)
    assert "a visit tomorrow" in Mail.objects.filter(key__startswith="visit_tomorrow").first().subject


def test_after_a_day_off_the_visit_is_told_on_its_day(cast):
    commission = agreed_on(cast, "2027-03-01 10:00")
    with at("2027-03-02 10:00"):
        a_visit(cast, commission, on=date(2027, 3, 10))
    tick("2027-03-10 09:00", exchange_clock.visits)
    assert [mail.subject for mail in Mail.objects.filter(key__startswith="visit_tomorrow")] == [
        f"{commission.reference}: a visit today"
    ] * 2


def test_a_visit_planned_for_the_same_day_is_not_told_again(cast):
    commission = agreed_on(cast, "2027-03-01 10:00")
    with at("2027-03-10 08:00"):
        a_visit(cast, commission, on=date(2027, 3, 10))
    tick("2027-03-10 09:00", exchange_clock.visits)
    assert told("visit_tomorrow") == []


def test_the_leader_is_asked_to_log_after_five_working_days(cast):
    commission = agreed_on(cast, "2027-03-01 10:00")
    with at("2027-03-02 10:00"):
        a_visit(cast, commission, on=date(2027, 3, 24))
    # Good Friday is 26 March, Easter Monday 29 March.
    tick("2027-04-01 12:00", exchange_clock.visits)
    assert told("visit_to_log") == []
    tick("2027-04-02 12:00", exchange_clock.visits)
    tick("2027-04-03 12:00", exchange_clock.visits)
    assert told("visit_to_log") == emails(cast.lead)


def test_the_school_is_reminded_after_seven_days_and_the_clock_confirms_after_fourteen(cast):
    commission = agreed_on(cast, "2027-03-01 09:00")
    with at("2027-03-01 15:00"):
        visit = a_logged_visit(cast, commission)
    tick("2027-03-07 12:00", exchange_clock.visits)
    assert told("visit_to_confirm") == []
    tick("2027-03-08 12:00", exchange_clock.visits)
    tick("2027-03-14 23:59", exchange_clock.visits)
    assert told("visit_to_confirm") == emails(cast.head)
    visit.refresh_from_db()
    assert visit.status == "logged"
    tick("2027-03-15 00:01", exchange_clock.visits)
    visit.refresh_from_db()
    assert (visit.status, visit.confirmed_by) == ("confirmed", None)
    assert Transfer.objects.filter(cause_kind="visit", cause_id=str(visit.pk), posted_by="clock").count() == 2
    assert Mail.objects.filter(to=cast.head.email, subject__contains="counts as confirmed").count() == 1


def test_a_visit_logged_on_19_july_is_not_confirmed_in_august(cast):
    shut_in_summer(cast)
    commission = agreed_on(cast, "2027-07-19 09:00")
    with at("2027-07-19 15:00"):
        visit = a_logged_visit(cast, commission)
    for moment in ("2027-08-02 12:00", "2027-08-31 12:00", "2027-09-11 12:00"):
        tick(moment, exchange_clock.visits)
        visit.refresh_from_db()
        assert visit.status == "logged"
    tick("2027-09-12 12:00", exchange_clock.visits)
    visit.refresh_from_db()
    assert visit.status == "confirmed"


def test_paused_work_stands_still(cast):
    commission = agreed_on(cast, "2027-03-01 09:00")
    with at("2027-03-01 15:00"):
        visit = a_logged_visit(cast, commission)
        a_visit(cast, commission, on=date(2027, 3, 12))
    with at("2027-03-05 12:00"):
        commission.refresh_from_db()
        actions.work.pause(commission=commission, by=cast.head, reason="Inspection")
    tick("2027-03-11 12:00", exchange_clock.visits)
    tick("2027-03-20 12:00", exchange_clock.visits)
    visit.refresh_from_db()
    assert (visit.status, told("visit"), told("visit_tomorrow")) == ("logged", [], [])
    with at("2027-03-20 13:00"):
        actions.work.resume(commission=commission, by=cast.head)
    # 15 days stood still: what was due on the 8th and the 15th is due on the 23rd and the 30th.
    tick("2027-03-22 12:00", exchange_clock.visits)
    assert told("visit_to_confirm") == []
    tick("2027-03-23 12:00", exchange_clock.visits)
    assert told("visit_to_confirm") == emails(cast.head)
    tick("2027-03-29 12:00", exchange_clock.visits)
    visit.refresh_from_db()
    assert visit.status == "logged"
    tick("2027-03-30 12:00", exchange_clock.visits)
    visit.refresh_from_db()
    assert visit.status == "confirmed"


def test_a_pause_over_the_holidays_is_not_counted_twice(cast):
    shut_in_summer(cast)
    commission = agreed_on(cast, "2027-07-15 09:00")
    with at("2027-07-15 15:00"):
        visit = a_logged_visit(cast, commission)
    with at("2027-07-20 12:00"):
        commission.refresh_from_db()
        actions.work.pause(commission=commission, by=cast.head, reason="Illness")
    with at("2027-09-01 12:00"):
        actions.work.resume(commission=commission, by=cast.head)
    visit.refresh_from_db()
    # Without the pause 8 September; two days of term stood still.
    assert visit.confirm_by == date(2027, 9, 10)


def test_work_stopped_in_a_pause_leaves_the_school_its_days_to_confirm(cast):
    commission = agreed_on(cast, "2027-03-01 09:00")
    with at("2027-03-01 15:00"):
        visit = a_logged_visit(cast, commission)
    with at("2027-03-05 12:00"):
        commission.refresh_from_db()
        actions.work.pause(commission=commission, by=cast.head, reason="Illness")
    with at("2027-04-04 12:00"):
        actions.work.stop(commission=commission, by=cast.head, reason="The leader has moved")
    tick("2027-04-05 12:00", exchange_clock.visits)
    visit.refresh_from_db()
    assert (visit.status, visit.confirm_by) == ("logged", date(2027, 4, 14))


# Evaluations and reviews -----------------------------------------------------------------------


def delivered_on(cast, text):
    commission = agreed_on(cast, text, days=100)
    with at(text):
        actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    commission.refresh_from_db()
    assert commission.status == "delivered"
    return commission


def test_each_missing_side_is_asked_for_an_evaluation_and_again_a_week_later(cast):
    commission = delivered_on(cast, "2027-03-01 12:00")
    tick("2027-03-10 12:00", exchange_clock.evaluations)
    assert told("evaluation") == []
    tick("2027-03-11 12:00", exchange_clock.evaluations)
    assert told("evaluation") == emails(cast.head, cast.lead)
    with at("2027-03-12 12:00"):
        actions.evaluations.evaluate(
            commission=commission, by=cast.lead, side="giving", evidence="Lessons seen", rating=4
        )
    tick("2027-03-17 12:00", exchange_clock.evaluations)
    assert told("evaluation_again") == []
    tick("2027-03-18 12:00", exchange_clock.evaluations)
    tick("2027-03-25 12:00", exchange_clock.evaluations)
    assert (told("evaluation"), told("evaluation_again")) == (emails(cast.head, cast.lead), emails(cast.head))


def test_after_weeks_off_the_evaluation_is_asked_for_once(cast):
    delivered_on(cast, "2027-03-01 12:00")
    tick("2027-04-20 12:00", exchange_clock.evaluations)
    tick("2027-04-21 12:00", exchange_clock.evaluations)
    assert (told("evaluation"), told("evaluation_again")) == ([], emails(cast.head, cast.lead))


def test_a_review_is_announced_90_and_30_days_ahead_and_again_when_it_is_renewed(cast):
    cast.leader.review_on = date(2027, 6, 30)
    cast.leader.save()
    concerned = emails(cast.lead, cast.home_head, cast.coordinator)
    tick("2027-03-31 12:00", exchange_clock.leaders)
    assert told("review_90") == []
    tick("2027-04-01 12:00", exchange_clock.leaders)
    tick("2027-04-02 12:00", exchange_clock.leaders)
    assert (told("review_90"), told("review_30")) == (concerned, [])
    tick("2027-05-31 12:00", exchange_clock.leaders)
    tick("2027-06-01 12:00", exchange_clock.leaders)
    assert (told("review_90"), told("review_30")) == (concerned, concerned)
    cast.leader.review_on = date(2028, 6, 30)
    cast.leader.save()
    tick("2028-04-10 12:00", staff_clock, exchange_clock.leaders)
    assert told("review_90") == concerned  # the mail of a year ago is deleted by now
    assert ClockRecord.objects.filter(kind="review_90").count() == 2


# Balances --------------------------------------------------------------------------------------


def move_days(cast, amount, key):
    """From the asking school to another member's account, below the limit where it must be."""
    asking, other = (posting.school_account(cast.alliance, school) for school in (cast.asking, cast.other))
    debit, credit = (asking, other) if amount > 0 else (other, asking)
    posting.lower_floor_for(debit, abs(amount), by="clock", reason="For the test")
    posting.transfer(kind="adjustment", 
        debit=debit, credit=credit, amount=abs(amount), occurred_on=timezone.localdate(), by="clock",
        reason="For the test", key=key,
    )  # fmt: skip


def test_crossing_a_band_is_told_once_a_crossing_with_what_could_help(cast):
    factories.leader_at(cast.asking, specialism="Phonics")
    with at("2027-03-01 10:00"):
        an_open_request_of(cast, cast.other, "Phonics")
        a_request(cast)  # the school's own request is no help
        move_days(cast, 501, "down")
    tick("2027-03-01 10:01", exchange_clock.bands)
    tick("2027-03-02 10:00", exchange_clock.bands)
    assert told("band") == emails(cast.head, cast.coordinator)
    mail = Mail.objects.get(key__startswith="band:", to=cast.head.email)
    assert "is now −5.01 days" in mail.text
    assert "could help with: Phonics (2 days)." in mail.text
    assert cast.other.name not in mail.text
    assert "Robin Secret" not in mail.text
    with at("2027-03-03 10:00"):
        move_days(cast, -100, "up again")
    tick("2027-03-03 10:01", exchange_clock.bands)
    assert told("band") == emails(cast.head, cast.coordinator)
    with at("2027-03-04 10:00"):
        move_days(cast, 100, "down again")
    tick("2027-03-04 10:01", exchange_clock.bands)
    assert told("band") == sorted(emails(cast.head, cast.coordinator) * 2)


def an_open_request_of(cast, school, specialism):
    return SupportRequest.objects.create(
        alliance=cast.alliance, school=school, asked_by=cast.stranger, status="open", days=200,
        specialism=Specialism.objects.get(name=specialism), supported_person="Robin Secret",
    )  # fmt: skip


def test_at_the_band_nobody_is_told(cast):
    move_days(cast, 500, "to the band")
    clock.run(Day(timezone.now()))
    assert told("band") == []


def test_balances_are_there_at_once(cast):
    commission = agreed_on(cast, "2027-03-01 10:00")
    with at("2027-03-01 11:00"):
        actions.confirmations.confirm(visit=a_logged_visit(cast, commission, days=500), by=cast.head)
    rows = {row.account.school: row for row in Balance.objects.filter(year=2026)}
    assert (rows[cast.giving].given, rows[cast.giving].levy, rows[cast.giving].net) == (500, 50, 450)
    assert (rows[cast.asking].received, rows[cast.asking].net) == (500, -500)


def test_every_night_each_account_has_its_snapshot_and_its_floor_back(cast):
    with at("2027-03-01 10:00"):
        move_days(cast, 1200, "far down")
    tick("2027-03-01 10:01", exchange_clock.balances)
    with at("2027-03-01 10:02"):
        move_days(cast, -1200, "up")
    account = Account.objects.get(school=cast.asking)
    assert account.floor == -1200
    tick("2027-03-02 00:01", exchange_clock.balances)
    tick("2027-03-02 13:00", exchange_clock.balances)
    account.refresh_from_db()
    assert account.floor == -1000
    assert list(Snapshot.objects.filter(account=account).values_list("on", "posted")) == [
        (date(2027, 3, 1), -1200),
        (date(2027, 3, 2), 0),
    ]


def test_of_snapshots_older_than_the_trend_each_months_last_is_kept(cast, django_assert_num_queries):
    first, second = (posting.school_account(cast.alliance, school) for school in (cast.asking, cast.other))
    elsewhere = posting.school_account(factories.AllianceFactory(), cast.other)
    days = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-02-01", "2026-02-27", "2026-03-02", "2026-03-03"]
    for account, dates in ((first, days), (second, days[2:5]), (elsewhere, days)):
        for on in dates:
            Snapshot.objects.create(account=account, on=on, posted=0, held=0)
    with django_assert_num_queries(1):
        balances.thin_out(cast.alliance, date(2027, 3, 1))  # the trend of that day begins on 2 March 2026
    assert days_of(first) == ["2025-12-31", "2026-01-01", "2026-02-27", "2026-03-02", "2026-03-03"]
    assert days_of(second) == ["2026-01-01", "2026-02-27"]
    assert days_of(elsewhere) == days
    tick("2027-03-04 00:01")
    assert days_of(elsewhere) == ["2025-12-31", "2026-01-01", "2026-02-27", "2026-03-03", "2027-03-04"]


def days_of(account):
    return [str(on) for on in account.snapshots.order_by("on").values_list("on", flat=True)]


def test_a_difference_found_at_night_is_logged_and_mailed_and_not_mended(cast, caplog):
    with at("2027-03-01 10:00"):
        move_days(cast, 100, "there")
    Account.objects.filter(school=cast.asking).update(posted=F("posted") + 7, other=F("other") + 7)
    account = Account.objects.get(school=cast.asking)
    with caplog.at_level(logging.ERROR):
        tick("2027-03-02 00:01", exchange_clock.balances)
        tick("2027-03-02 00:02", exchange_clock.balances)
    assert [record.getMessage() for record in caplog.records] == [
        f"The totals of account {account.pk} differ: other -93 but -100 by the rows"
    ]
    assert told("ledger_difference") == emails(cast.coordinator)
    account.refresh_from_db()
    assert account.posted == -93


# The week, and the whole -----------------------------------------------------------------------


def test_the_digest_comes_once_a_week_on_monday_at_seven(cast):
    with at("2027-03-01 12:00"):
        a_request(cast)
    tick("2027-03-08 06:59")
    assert told("digest") == []
    for moment in ("2027-03-08 07:00", "2027-03-08 07:01", "2027-03-14 23:00"):
        tick(moment)
        assert told("digest") == emails(cast.coordinator)
    assert "1 open request has no offer." in Mail.objects.get(key__startswith="digest:").text
    tick("2027-03-16 10:00")
    assert told("digest") == emails(cast.coordinator, cast.coordinator)


def test_one_that_fails_stops_no_other_and_is_logged_without_names(cast, caplog):
    with at("2027-03-01 10:00"):
        other = cast_of(factories.AllianceFactory(name="Southmoor Schools"))
        broken, sound = an_offer(other), an_offer(cast)
    Policy.objects.filter(alliance=other.alliance).delete()
    with at("2027-03-04 10:00"):
        clock.run(Day(timezone.now()))
    assert told("offer") == emails(cast.lead, cast.head, cast.home_head)
    messages = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert any(message.startswith(f"The clock failed at offer {broken.pk}: DoesNotExist") for message in messages)
    assert not any(other.alliance.name in message for message in messages)
    assert ClockRecord.objects.filter(kind="offer", subject=sound.pk).exists()


def cast_of(alliance):
    giving, asking = factories.member(alliance, name="Dale End"), factories.member(alliance, name="Elm Park")
    return SimpleNamespace(
        alliance=alliance, asking=asking, giving=giving, leader=factories.leader_at(giving),
        head=factories.head_of(asking), coordinator=factories.coordinator_of(alliance),
    )  # fmt: skip


def test_a_quiet_tick_costs_the_same_with_one_of_everything_as_with_three(cast):
    costs = []
    for more in (1, 2):
        with at("2027-03-01 10:00"):
            for _ in range(more):
                commission = an_agreement(cast, days=100)
                a_visit(cast, commission, days=25, on=date(2027, 3, 20))
                a_logged_visit(cast, commission, days=25)
                an_offer(cast)
        tick("2027-03-02 12:00")
        with at("2027-03-02 12:01"), CaptureQueriesContext(connection) as queries:
            clock.run(Day(timezone.now()))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def everything():
    """Every row of every table."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def test_f14_every_task_run_twice_has_the_effect_of_once(cast, settings, tmp_path):
    settings.LEDGER_HEADS, settings.ERASURES = tmp_path, tmp_path / "erasures.jsonl"
    with at("2027-03-01 10:00"):
        an_offer(cast)
        a_logged_visit(cast, an_agreement(cast))
    app.loader.import_default_modules()
    with at("2027-03-15 10:00"):
        ours = [task for name, task in sorted(app.tasks.items(), reverse=True) if not name.startswith("celery.")]
        assert [task.name for task in ours] == ["staff.tasks.tick", "staff.tasks.relay", "bank.tasks.seal"]
        for task in (*ours, outbox.relay):
            task()
        done = everything(), len(sent_mail.outbox), (tmp_path / str(Ledger.current().uuid)).read_text()
        for task in ours:
            task()
    assert (everything(), len(sent_mail.outbox), (tmp_path / str(Ledger.current().uuid)).read_text()) == done
    rows = done[0]
    assert sorted(row["status"] for row in rows["exchange.Commission"]) == ["active", "lapsed"]
    assert (len(rows["bank.Transfer"]), len(rows["bank.Block"])) == (2, 1)
    assert {(row["tries"], row["sent_at"] is not None) for row in rows["staff.Mail"]} == {(1, True)}


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_f18_eight_clocks_and_four_relays_make_fifty_mails_of_fifty_reminders(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path)
    cast = make_cast(limit=-1000000)
    on = timezone.localdate() + timedelta(days=1)
    with time_machine.travel(datetime.combine(on - timedelta(days=2), datetime.min.time(), LONDON)):
        for _ in range(25):  # two sides each
            leader = factories.leader_at(cast.giving)
            commission = an_agreement(cast, days=25, leader=leader)
            actions.visits.plan(
                leg=commission.leg, by=leader.person.user, on=on, days=25, arrival_time=datetime.min.time(),
                arrival_contact="The office",
            )  # fmt: skip
    Mail.objects.all().delete()
    noon = datetime.combine(on - timedelta(days=1), datetime.min.time(), LONDON) + timedelta(hours=12)
    results = together(*[lambda: clock.run(Day(noon))] * 8)
    assert results == [None] * 8
    reminders = Mail.objects.filter(key__startswith="visit_tomorrow:")
    assert reminders.count() == 50
    sent = together(*[lambda: outbox.relay(limit=200)] * 4)
    assert sum(sent) == Mail.objects.filter(sent_at__isnull=False).count() >= 50
    assert set(reminders.values_list("tries", flat=True)) == {1}
