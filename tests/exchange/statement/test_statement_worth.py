"""What a statement says of a period's days beside their number."""

import csv
import io
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from bank import posting
from exchange import actions
from exchange.models import Charge, Commission, Evaluation, Tariff, Visit
from exchange.statement import figures, in_money, periods, value_of
from exchange.statement.value import Money, Share
from staff.models import Specialism
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer, make_cast

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 17)


@pytest.fixture
def cast(db):
    with time_machine.travel(TODAY, tick=False):
        yield make_cast()


def give(cast, days, on=TODAY, specialism="Mathematics", **terms):
    """So many days confirmed, given by the giving to the asking school."""
    request = a_request(cast, days=days, specialism=Specialism.objects.get(name=specialism))
    commission = an_agreement(cast, an_offer(cast, request))
    Commission.objects.filter(pk=commission.pk).update(**terms)
    visit = a_logged_visit(cast, commission, days=days, on=on)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return visit


def of(school, period="2026"):
    account = school.accounts.get()
    return value_of(account, periods(account)[period])


def a_tariff(cast, day_rate, starts_on=factories.LONG_AGO):
    return Tariff.objects.create(alliance=cast.alliance, starts_on=starts_on, day_rate=day_rate)


# By specialism and by partner ----------------------------------------------------------------------


def test_days_are_told_by_specialism_and_by_partner(cast):
    give(cast, 200)
    give(cast, 100, specialism="Phonics")
    assert of(cast.giving).specialisms == [Share("Mathematics", 200, 0), Share("Phonics", 100, 0)]
    assert of(cast.asking).specialisms == [Share("Mathematics", 0, 200), Share("Phonics", 0, 100)]
    assert of(cast.giving).partners == [Share("Ashgrove", 300, 0)]
    assert of(cast.asking).partners == [Share("Birchwood", 0, 300)]


def test_they_add_up_to_what_the_bank_says_after_a_dispute_as_well(cast):
    give(cast, 100, specialism="Phonics")
    visit = give(cast, 200)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was one day")
    visit.refresh_from_db()
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=100, reason="It was one day")
    account = cast.giving.accounts.get()
    assert of(cast.giving).specialisms == [Share("Mathematics", 100, 0), Share("Phonics", 100, 0)]
    assert sum(share.given for share in of(cast.giving).partners) == figures(account, periods(account)["2026"])["given"]


def test_what_was_taken_back_whole_is_not_told(cast):
    visit = give(cast, 200)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="Nobody came")
    visit.refresh_from_db()
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=0, reason="Nobody came")
    assert of(cast.giving).specialisms == []


def test_each_year_has_its_own_parts(cast):
    give(cast, 200, on=date(2026, 8, 31))
    give(cast, 100, specialism="Phonics")
    assert [share.name for share in of(cast.giving, "2025").specialisms] == ["Mathematics"]
    assert [share.name for share in of(cast.giving, "2026").specialisms] == ["Phonics"]
    assert [share.given for share in of(cast.giving, "all").partners] == [300]


# Money -------------------------------------------------------------------------------------------


def test_backfill_is_borne_by_the_home_school_for_each_day_given(cast):
    give(cast, 175, backfill_cost=18000)
    give(cast, 100)
    assert of(cast.giving).backfill == Money(pence=31500, days=175, without=100)
    assert of(cast.asking).backfill == Money()


def test_peer_to_peer_it_is_borne_by_the_one_that_was_asked_to_release(cast):
    give(cast, 100, backfill_cost=18000, home_school=cast.other)
    assert of(cast.giving).backfill == Money()


def test_backfill_counts_in_the_year_of_the_visit(cast):
    give(cast, 100, on=date(2026, 8, 31), backfill_cost=18000)
    assert (of(cast.giving, "2025").backfill.pence, of(cast.giving, "2026").backfill.pence) == (18000, 0)


def test_money_avoided_goes_by_the_rate_of_the_agreement(cast):
    a_tariff(cast, 99900)
    give(cast, 150, day_rate=35000)
    assert of(cast.asking).avoided == Money(pence=52500, days=150)
    assert of(cast.giving).avoided.pence == 0


def test_where_none_was_stored_it_goes_by_the_tariff_of_the_visits_day(cast):
    a_tariff(cast, 30000)
    later = a_tariff(cast, 40000, date(2026, 11, 1))
    give(cast, 100, on=date(2026, 10, 31), day_rate=None)
    give(cast, 100, day_rate=None)
    assert of(cast.asking).avoided.pence == 70000
    later.rates.create(leader_type=cast.leader.type, day_rate=50000)
    assert of(cast.asking).avoided.pence == 80000


def test_without_a_tariff_it_says_so(client, cast):
    give(cast, 100)
    assert of(cast.asking).avoided == Money(without=100)
    client.force_login(cast.head)
    html = client.get(reverse("exchange:statement", args=[cast.asking.pk])).content.decode()
    assert "No tariff for 1 day" in html


def test_days_taken_back_avoid_nothing(cast):
    a_tariff(cast, 35000)
    visit = give(cast, 200, day_rate=35001)
    actions.confirmations.dispute(visit=visit, by=cast.head, reason="It was a quarter")
    visit.refresh_from_db()
    actions.confirmations.settle(visit=visit, by=cast.coordinator, days=25, reason="It was a quarter")
    assert of(cast.asking).avoided == Money(pence=8750, days=25)


def test_the_words_of_a_sum():
    class Value:
        backfill, avoided = Money(122500, 350, 100), Money(0, 0, 200)
        charges, home_share = [{"label": "Due", "pence": 96600}], 84000

    assert in_money(Value) == [
        ("Backfill borne", "£1,225.00 for 3.5 days; no backfill cost for 1 day"),
        ("Money avoided at the tariff", "No tariff for 2 days"),
        ("Charged, due", "£966.00"),
        ("Earned from schools outside", "£840.00"),
    ]


def a_charge(cast, visit):
    return Charge.objects.create(
        alliance=cast.alliance, number=1, commission=visit.leg.commission, school=cast.asking, home_school=cast.giving,
        work=35000, brokerage=5250, home_share=29750, vat=0, total=35000,
    )  # fmt: skip


def test_charges_stand_on_both_statements(cast):
    charge = a_charge(cast, give(cast, 100))
    assert [(row["label"], row["pence"]) for row in of(cast.asking).charges] == [("Due", 35000)]
    assert (of(cast.asking).home_share, of(cast.giving).home_share, of(cast.giving).charges) == (0, 29750, [])
    Charge.objects.filter(pk=charge.pk).update(raised_at="2026-08-31T12:00:00Z")
    assert of(cast.asking, "2026").charges == []


def test_out_of_a_waived_charge_nothing_is_earned(cast):
    waived = a_charge(cast, give(cast, 100))
    assert of(cast.giving).home_share == 29750
    actions.charges.waive(charge=waived, by=cast.coordinator, reason="A school in need")
    assert (of(cast.giving).home_share, of(cast.asking).charges[0]["label"]) == (0, "Waived")


def pay_service(cast, name, amount, on=TODAY):
    outside, fund = posting.outside_account(cast.alliance), posting.fund_account(cast.alliance)
    actions.movements.adjust_balance(
        debit=outside, credit=fund, amount=amount, occurred_on=on, by=cast.coordinator, reason="Start",
        key=f"{name}{on}",
    )  # fmt: skip
    return actions.movements.pay_service(
        provider=outside, amount=amount, occurred_on=on, by=cast.coordinator, name=name, key=f"{name}{on}{amount}",
    )  # fmt: skip


def test_every_school_reads_what_the_common_fund_paid_for_all(client, cast):
    pay_service(cast, "Phonics network", 150)
    slip = pay_service(cast, "A slip", 50)
    actions.movements.reverse_movement(transfer=slip, by=cast.coordinator, reason="A slip")
    give(cast, 100, on=date(2026, 8, 31))
    pay_service(cast, "Last year's", 100, on=date(2026, 8, 31))
    assert of(cast.asking).services == of(cast.giving).services == [("Phonics network", 150)]
    assert of(cast.asking, "2025").services == [("Last year's", 100)]
    client.force_login(cast.stranger)
    html = client.get(reverse("exchange:statement", args=[cast.other.pk])).content.decode()
    assert "Phonics network" in html
    assert "1.5 days" in html


def test_another_banks_services_are_its_own(cast):
    pay_service(cast, "Phonics network", 150)
    other = factories.AllianceFactory()
    account = posting.school_account(other, factories.member(other))
    assert value_of(account, periods(account)["all"]).services == []


# What came back ----------------------------------------------------------------------------------


def evaluated(cast, visit, gained):
    return Evaluation.objects.create(
        commission=visit.leg.commission, side="giving", evidence="Books", gained=gained, rating=1, by=cast.lead
    )


def test_what_our_people_brought_back_is_told_to_the_home_school_without_the_rating(client, cast):
    evaluated(cast, give(cast, 100), "Two ideas for our own lessons")
    client.force_login(cast.home_head)
    html = client.get(reverse("exchange:statement", args=[cast.giving.pk])).content.decode()
    assert "Two ideas for our own lessons" in html
    assert "Very poor" not in html
    client.force_login(cast.head)
    assert "Two ideas" not in client.get(reverse("exchange:statement", args=[cast.asking.pk])).content.decode()


def test_it_is_told_in_the_year_in_which_it_was_said_and_not_where_nothing_was(cast):
    said, silent = evaluated(cast, give(cast, 100), "Two ideas"), evaluated(cast, give(cast, 100), "")
    give(cast, 100, on=date(2026, 8, 31))
    assert of(cast.giving).gained == [said]
    Evaluation.objects.filter(pk=said.pk).update(at="2026-08-31T23:30:00Z")  # 1 September, by London's clock
    assert (of(cast.giving, "2025").gained, of(cast.giving, "2026").gained) == ([], [said])
    Evaluation.objects.filter(pk=said.pk).update(at="2026-08-31T22:30:00Z")
    assert (of(cast.giving, "2025").gained, of(cast.giving, "2026").gained) == ([said], [])
    assert silent.gained == ""


def test_a_school_without_an_account_has_nothing_to_tell(cast):
    assert value_of(None, periods(None)["all"]).partners == []
    assert not Visit.objects.exists()


# As a spreadsheet --------------------------------------------------------------------------------


def sums_of(client, user, school):
    client.force_login(user)
    response = client.get(reverse("exchange:statement_sums_csv", args=[school.pk]))
    assert response["Content-Disposition"].endswith('-2026.sums.csv"')
    return list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))


def test_the_sums_are_a_spreadsheet_of_both_schools(client, cast):
    a_tariff(cast, 35000, date(2026, 10, 1))
    visit = give(cast, 175, backfill_cost=18000)
    give(cast, 100, on=date(2026, 9, 30), specialism="Phonics", day_rate=None)
    evaluated(cast, visit, "=A plan")
    a_charge(cast, visit)
    pay_service(cast, "Phonics network", 150)
    header = ["Part", "What", "Days given", "Days received", "Days", "Pounds", "Words"]
    title = visit.leg.commission.support_request.title
    service = ["Paid by the common fund for all schools", "Phonics network", "", "", "1.50", "", ""]
    assert sums_of(client, cast.home_head, cast.giving) == [
        header,
        ["Days", "Given", "", "", "2.75", "", ""],
        ["Days", "Received", "", "", "0.00", "", ""],
        ["Days", "Levy", "", "", "0.28", "", ""],
        ["Days", "Other", "", "", "0.00", "", ""],
        ["Days", "Net", "", "", "2.47", "", ""],
        ["By specialism", "Mathematics", "1.75", "0.00", "", "", ""],
        ["By specialism", "Phonics", "1.00", "0.00", "", "", ""],
        ["By partner school", "Ashgrove", "2.75", "0.00", "", "", ""],
        ["Backfill borne", "", "", "", "1.75", "315.00", ""],
        ["Backfill borne", "No backfill cost", "", "", "1.00", "", ""],
        ["Money avoided at the tariff", "", "", "", "0.00", "0.00", ""],
        ["Earned from schools outside", "", "", "", "", "297.50", ""],
        ["What our people brought back", f"{title} at Ashgrove", "", "", "", "", "'=A plan"],
        service,
    ]  # fmt: skip
    rows = sums_of(client, cast.head, cast.asking)
    assert ["By partner school", "Birchwood", "0.00", "2.75", "", "", ""] in rows
    assert ["Money avoided at the tariff", "", "", "", "1.75", "612.50", ""] in rows
    assert ["Money avoided at the tariff", "No tariff", "", "", "1.00", "", ""] in rows
    assert rows[-2:] == [["Charged", "Due", "", "", "", "350.00", ""], service]


def test_a_school_without_an_account_has_sums_too(client, cast):
    assert {row[4] for row in sums_of(client, cast.stranger, cast.other)[1:]} == {"0.00"}
