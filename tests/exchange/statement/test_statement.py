import csv
import io
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from bank import posting
from bank.models import Transfer
from exchange import actions
from exchange.models import Leg, SupportRequest
from portal import spreadsheet
from schools.models import Membership
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, an_offer, make_cast

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 17)


def cast_of_today():
    with time_machine.travel(TODAY, tick=False):
        return make_cast()


@pytest.fixture(scope="class")
def cast(set_up_shared):
    with time_machine.travel(TODAY, tick=False):
        yield set_up_shared("cast", cast_of_today)


def get(client, user, school, name="statement", **query):
    client.force_login(user)
    return client.get(reverse(f"exchange:{name}", args=[school.urn]), query)


def give(cast, days, on=TODAY):
    """So many days confirmed, given by the giving to the asking school; a levy of 10%."""
    visit = a_logged_visit(cast, an_agreement(cast, days=days), days=days, on=on)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    return visit.leg.commission


def grant(cast, school, amount, on, reason="Opening"):
    posting.transfer(
        kind="adjustment",
        debit=posting.outside_account(cast.alliance),
        credit=posting.school_account(cast.alliance, school) if school else posting.fund_account(cast.alliance),
        amount=amount,
        occurred_on=on,
        by="user:1",
        reason=reason,
        key=f"{reason}:{on}:{amount}",
    )


def lines_of(response):
    return [(line.what, line.partner, line.days) for line in response.context["lines"]]


def table(response):
    text = response.content.decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_it_shows_the_figures_and_what_they_mean(client, cast):
    give(cast, 500)
    response = get(client, cast.home_head, cast.giving)
    found = response.context["found"]
    assert (found["given"], found["received"], found["levy"], found["net"]) == (500, 0, 50, 450)
    words = " ".join(response.content.decode().split())
    assert "Your school has given 5 days more than it received in 2026 to 2027." in words


def test_the_receiver_reads_the_other_side(client, cast):
    give(cast, 100)
    words = " ".join(get(client, cast.head, cast.asking).content.decode().split())
    assert "Your school has received 1 day more than it gave in 2026 to 2027." in words


def test_held_and_available_are_of_today(client, cast):
    an_agreement(cast, days=300)
    response = get(client, cast.head, cast.asking)
    assert [figure["value"] for figure in response.context["standing"]] == ["0", "3", "7"]


def test_the_balance_of_all_time_stands_first(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    give(cast, 100)
    response = get(client, cast.home_head, cast.giving)
    figures = [
        (figure["label"], figure["value"]) for name in ("standing", "of_period") for figure in response.context[name]
    ]
    assert (figures[0], figures[-1]) == (("Balance now", "2.9"), ("Net", "+0.9"))
    html = response.content.decode()
    assert html.index("Balance now") < html.index("Given")


def test_years_go_by_the_day_of_the_movement(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    grant(cast, cast.giving, 300, date(2026, 9, 1))
    by_year = {
        year: get(client, cast.home_head, cast.giving, year=year).context["found"]["net"]
        for year in ("2025", "2026", "12m", "all")
    }
    assert by_year == {"2025": 200, "2026": 300, "12m": 500, "all": 500}


def test_the_balance_runs_on_from_what_was_before(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    give(cast, 100)
    response = get(client, cast.home_head, cast.giving)
    assert response.context["opening"] == 200
    assert [(line.days, line.balance) for line in response.context["lines"]] == [(100, 300), (-10, 290)]


def test_a_movement_links_to_its_commission(client, cast):
    commission = give(cast, 100)
    response = get(client, cast.home_head, cast.giving)
    assert commission.get_absolute_url() in response.content.decode()


def test_it_is_paged_and_the_balance_goes_on(client, cast):
    for number in range(60):
        grant(cast, cast.giving, 100, TODAY, reason=f"Gift {number}")
    page = get(client, cast.home_head, cast.giving, page=2)
    assert [line.balance for line in page.context["lines"]] == [100 * n for n in range(51, 61)]


def test_a_school_that_never_moved_a_day_has_an_empty_statement(client, cast):
    words = " ".join(get(client, cast.stranger, cast.other).content.decode().split())
    assert "Your school has neither given nor received days in 2026 to 2027." in words
    assert "No days have moved in this period." in words


def test_who_may_see_it(client, cast):
    allowed = [
        cast.head,
        factories.delegate_of(cast.asking, cast.head),
        factories.business_manager_of(cast.asking),
        cast.coordinator,
    ]
    assert {get(client, user, cast.asking).status_code for user in allowed} == {200}


@pytest.mark.parametrize("name", ["statement", "statement_csv", "statement_sums_csv"])
def test_nobody_else_may(client, cast, name):
    give(cast, 100)
    others = [cast.home_head, cast.lead, cast.stranger, factories.coordinator_of(factories.AllianceFactory())]
    assert {get(client, user, cast.asking, name).status_code for user in others} == {404}


def test_each_alliance_has_its_own_bank(client, cast):
    give(cast, 100)
    second = factories.AllianceFactory(name="Zealous Schools", slug="zealous")
    Membership.objects.create(alliance=second, school=cast.giving, starts_on=factories.LONG_AGO)
    assert get(client, cast.home_head, cast.giving).context["found"]["given"] == 100
    assert get(client, cast.home_head, cast.giving, alliance="zealous").context["found"]["given"] == 0
    coordinator = factories.coordinator_of(second)
    assert get(client, coordinator, cast.giving).context["alliance"] == second
    assert get(client, coordinator, cast.giving, alliance="netherby").status_code == 404


def test_a_wrong_period_is_said_and_the_present_year_shown(client, cast):
    give(cast, 100)
    response = get(client, cast.head, cast.asking, year="99999")
    assert "There is a problem" in response.content.decode()
    assert response.context["period"].label == "2026 to 2027"
    assert get(client, cast.head, cast.asking, "statement_csv", year="99999").status_code == 404


def test_a_school_without_an_alliance_is_told_so(client, db):
    school = factories.SchoolFactory()
    response = get(client, factories.head_of(school), school)
    assert "is not a member of an alliance" in response.content.decode()


def test_the_file_has_two_decimals_and_no_formulas(client, cast):
    grant(cast, cast.giving, 25, TODAY, reason="Opening")
    cast.asking.name = "=HYPERLINK(1)"
    cast.asking.save()
    commission = give(cast, 175)
    rows = table(get(client, cast.home_head, cast.giving, "statement_csv"))
    assert rows == [
        ["Date", "What", "Partner", "Commission", "Specialism", "Days", "Balance"],
        ["2026-09-01", "Brought forward", "", "", "", "", "0.00"],
        ["2026-11-17", "Adjustment: Opening", "Outside the alliance", "", "", "0.25", "0.25"],
        ["2026-11-17", "Visit", "'=HYPERLINK(1)", commission.reference, "Mathematics", "1.75", "2.00"],
        ["2026-11-17", "Levy", "Common fund", commission.reference, "Mathematics", "-0.18", "1.82"],
    ]


def test_work_without_a_specialism_has_none_in_the_file(client, cast):
    commission = give(cast, 100)
    SupportRequest.objects.filter(pk=commission.support_request_id).update(specialism=None)
    rows = table(get(client, cast.home_head, cast.giving, "statement_csv"))
    assert [row[4] for row in rows[2:]] == ["", ""]


@pytest.mark.parametrize(("year", "first"), [("2026", "Brought forward"), ("all", "Adjustment: Opening")])
def test_the_file_begins_with_what_was_brought_forward(client, cast, year, first):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    rows = table(get(client, cast.home_head, cast.giving, "statement_csv", year=year))
    assert (rows[1][1], rows[1][-1]) == (first, "2.00")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_never_turns_into_a_formula(start):
    assert spreadsheet.text(f"{start}1") == f"'{start}1"
    assert spreadsheet.hundredths(-5) == "-0.05"


def test_more_movements_need_no_more_queries(client, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            get(client, cast.home_head, cast.giving)
        return len(captured)

    give(cast, 100)
    queries()
    few = queries()
    for _ in range(3):
        give(cast, 100)
    assert queries() == few


def test_years_run_from_the_first_movement_to_this_year_without_a_gap(client, cast):
    grant(cast, cast.giving, 200, date(2024, 7, 1))
    form = get(client, cast.home_head, cast.giving).context["form"]
    assert [name for name, _ in form.fields["year"].choices] == ["2026", "2025", "2024", "2023", "12m", "all"]


@pytest.mark.parametrize(
    ("on", "opening"), [(date(2024, 9, 1), 200), (date(2025, 11, 17), 200), (date(2025, 11, 18), 0)]
)
def test_twelve_months_begin_with_what_was_before_them(client, cast, on, opening):
    grant(cast, cast.giving, 200, on)
    response = get(client, cast.home_head, cast.giving, year="12m")
    assert response.context["opening"] == opening
    assert response.context["found"]["net"] == 200 - opening


# Every kind of movement --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        ("opening", "Joined in September", "Opening grant: Joined in September"),
        ("gift", "Thank you", "Gift: Thank you"),
        ("service", "Leaders' training day", "Common service: Leaders' training day"),
        ("urgent", "The roof fell in", "Urgent response: The roof fell in"),
        ("hosting", "Open classroom, phonics", "Hosting or training credit: Open classroom, phonics"),
        ("carry_over", "2025 to 2026", "Days above the carry-over cap: 2025 to 2026"),
        ("write_off", "2025 to 2026", "Days written off: 2025 to 2026"),
        ("settlement", "Left in July", "Settlement of a leaver: Left in July"),
        ("adjustment", "", "Adjustment"),
    ],
)
def test_each_kind_of_movement_and_its_reversal_read_well(client, cast, kind, reason, words):
    fund, school = posting.fund_account(cast.alliance), posting.school_account(cast.alliance, cast.giving)
    row = posting.transfer(
        kind=kind, debit=school, credit=fund, amount=50, occurred_on=TODAY, by="user:1", reason=reason, key="one"
    )
    posting.reverse([row], by="user:1", reason="A slip")
    name = words.partition(":")[0].lower()
    assert lines_of(get(client, cast.home_head, cast.giving)) == [
        (words, "Common fund", -50),
        (f"Reversal of {name}: A slip", "Common fund", 50),
    ]


def test_a_visit_of_a_closed_year_says_its_day_once(client, cast):
    giver, receiver = (posting.school_account(cast.alliance, school) for school in (cast.giving, cast.asking))
    posting.post_visit(
        giver=giver, receiver=receiver, amount=100, levy_percent=0, occurred_on=TODAY, cause_id="gone", by="clock",
        reason="Visit of 3 July 2026, posted after that year was closed",
    )  # fmt: skip
    (line,) = lines_of(get(client, cast.home_head, cast.giving))
    assert line == ("Visit of 3 July 2026, posted after that year was closed", "Ashgrove", 100)


def test_what_is_about_a_closed_year_names_its_day(client, cast):
    with time_machine.travel("2026-08-30 12:00"):
        commission = an_agreement(cast, an_offer(cast, a_request(cast, urgency="urgent")))
        visit = a_logged_visit(cast, commission, days=100)
        actions.confirmations.confirm(visit=visit, by=cast.head)
        grant(cast, cast.asking, 50, date(2026, 8, 30))
    grant(cast, None, 200, TODAY, reason="For the fund")
    actions.years.close(alliance=cast.alliance, year=2025, by=cast.coordinator)
    actions.movements.cover_urgent(visit=visit, amount=100, by=cast.coordinator, reason="Flooded", key="urgent")
    slip = Transfer.objects.get(kind="adjustment", credit__school=cast.asking)
    actions.movements.reverse_movement(transfer=slip, by=cast.coordinator, reason="A slip")
    assert lines_of(get(client, cast.head, cast.asking)) == [
        ("Urgent response of 30 August 2026: Flooded", "Common fund", 100),
        ("Reversal of adjustment of 30 August 2026: A slip", "Outside the alliance", -50),
    ]


@pytest.fixture
def far(cast):
    """A school of another alliance, with which the cast's trades."""
    other = factories.AllianceFactory(name="Upland Schools", slug="upland")
    school = factories.member(other, name="Far School")
    posting.open_trade(cast.alliance, other, 2000, by="user:1", reason="A trade")
    return school


def post_between(cast, far, visit):
    """As a visit between the two banks is posted: the asking school receives, the far school gives."""
    alliance = far.memberships.get().alliance
    posting.post_visit(
        giver=posting.school_account(alliance, far), receiver=posting.school_account(cast.alliance, cast.asking),
        amount=100, levy_percent=0, occurred_on=TODAY, cause_id=visit.pk, by="clock",
    )  # fmt: skip


def test_between_two_alliances_the_partner_is_the_other_school(client, cast, far):
    visit = a_logged_visit(cast, an_agreement(cast, days=100))
    Leg.objects.filter(pk=visit.leg_id).update(giving_school=far)
    post_between(cast, far, visit)
    response = get(client, cast.head, cast.asking)
    assert lines_of(response) == [("Visit", "Far School", -100)]
    assert [share.name for share in response.context["worth"].partners] == ["Far School"]
    (line,) = get(client, factories.coordinator_of(far.memberships.get().alliance), far).context["lines"]
    assert (line.what, line.partner, line.days) == ("Visit", "Ashgrove", 100)
    assert line.commission is None  # it is the asking alliance's to see


# Paper -------------------------------------------------------------------------------------------


def test_the_pdf_says_the_same(client, cast):
    grant(cast, cast.giving, 200, date(2026, 8, 31))
    commission = give(cast, 100)
    response = get(client, cast.home_head, cast.giving, "statement_pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="statement-{cast.giving.pk}-netherby-2026.pdf"'
    words = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages)
    for part in (
        "Birchwood: statement, 2026 to 2027",
        "Balance now 2.9",
        "1 Sep 2026 Brought forward 2",
        f"Visit, {commission.reference} Mathematics Ashgrove +1 3",
        "Common fund −0.1 2.9",
        "By specialism Specialism Given Received Mathematics 1 0",
    ):
        assert part in words


def test_all_movements_come_on_one_page_to_be_printed(client, cast):
    for number in range(60):
        grant(cast, cast.giving, 100, TODAY, reason=f"Gift {number}")
    first = get(client, cast.home_head, cast.giving)
    assert (len(first.context["lines"]), first.context["page_obj"].has_other_pages()) == (50, True)
    client.force_login(cast.home_head)
    whole = client.get(first.context["whole_url"])
    assert [line.balance for line in whole.context["lines"]] == [100 * n for n in range(1, 61)]


# A bank of any size ------------------------------------------------------------------------------


def plan_of(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[-1] for row in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole, whatever the indexes
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("period", ["2026", "12m", "all"])
def test_no_query_of_the_page_reads_the_whole_ledger(client, cast, period):
    give(cast, 100)
    with CaptureQueriesContext(connection) as captured:
        get(client, cast.home_head, cast.giving, year=period)
    asked = [query["sql"] for query in captured if '"bank_transfer"' in query["sql"]]
    assert asked
    for sql in asked:
        plan = plan_of(sql)
        assert "SCAN bank_transfer" not in plan
        assert "Seq Scan on bank_transfer" not in plan


def test_a_year_and_all_time_are_read_from_the_totals_kept(client, cast):
    give(cast, 100)
    with CaptureQueriesContext(connection) as captured:
        get(client, cast.home_head, cast.giving)
    grouped = [query["sql"] for query in captured if "SUM" in query["sql"] and '"bank_transfer"' in query["sql"]]
    assert len(grouped) == 2  # both sides of the last twelve months, which are kept nowhere
    assert Transfer.objects.count() == 2
