import csv
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from bank import balances, posting
from bank.models import Account, Snapshot, Transfer
from portal import pictures, spreadsheet
from schools import calendar
from schools.models import School
from staff.models import Post
from tests import factories
from tests.admin.cases import account_of, adjust, adjustments

pytestmark = pytest.mark.slow

PAGE = reverse("admin:bank_account_changelist")
HOLDS = reverse("admin:bank_hold_changelist")


def a_movement(own, *, on=None, amount=200, cause=900):
    giver, receiver = (posting.school_account(own.alliance, school) for school in (own.other, own.asking))
    return posting.post_visit(
        giver=giver, receiver=receiver, amount=amount, levy_percent=10, cause_id=cause, by="clock",
        occurred_on=on or timezone.localdate(),
    )  # fmt: skip


def rows(response):
    return {str(row.account): row for row in response.context["found"].rows}


def test_the_figures_are_the_banks(coordinator, own):
    a_movement(own)
    posting.reverse(a_movement(own, cause=901), by="clock", reason="Counted twice")
    accounts = list(Account.objects.filter(alliance=own.alliance, school__isnull=False))
    found = rows(coordinator.get(PAGE))
    expected = balances.figures(accounts)
    assert {row.account.pk: row.figures for row in found.values() if row.account.pk} == expected
    assert found["Castle Hill"].figures == {"given": 200, "received": 0, "levy": 20, "other": 0, "net": 180}
    assert [row.figures["net"] for row in found.values()] == sorted((f["net"] for f in expected.values()), reverse=True)


@pytest.mark.parametrize("year", ["", "12", str(calendar.year_of(calendar.today()) - 1)])
def test_each_period_has_its_figures_and_they_add_up_to_zero(coordinator, own, year):
    a_movement(own, on=calendar.first_day(calendar.year_of(calendar.today())) - timedelta(days=1))
    response = coordinator.get(PAGE, {"year": year})
    found = response.context["found"]
    assert found.total["net"] == 0
    assert sum(row.figures["net"] for row in found.rows + found.others) == 0
    given = {"": 200, "12": 200}.get(year, 200)
    assert rows(response)["Castle Hill"].figures["given"] == given
    assert "add up to 0, as they must" in response.content.decode()


def test_each_number_leads_to_the_transfers_behind_it(coordinator, own):
    a_movement(own)
    posting.reverse(a_movement(own, cause=901), by="clock", reason="Counted twice")
    text = coordinator.get(PAGE).content.decode()
    transfers = reverse("admin:bank_transfer_changelist")
    account = account_of(own, own.other)
    for figure, count in (("given", 3), ("levy", 3)):
        link = f"{transfers}?account={account.pk}&amp;figure={figure}&amp;period="
        assert link in text
        listed = coordinator.get(link.replace("&amp;", "&")).context["cl"].queryset
        signed = sum(row.amount if row.credit_id == account.pk else -row.amount for row in listed)
        assert (listed.count(), abs(signed)) == (count, balances.figures([account])[account.pk][figure])


def test_every_link_of_the_table_opens(coordinator, own):
    a_movement(own)
    text = coordinator.get(PAGE).content.decode()
    body = text[text.index('id="result_list"') : text.index("</table>")]
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a href="([^"]+)"', body)]
    held = [link for link in links if link.startswith(HOLDS)]
    assert held == [f"{HOLDS}?account={account_of(own, own.asking).pk}"]
    for link in links:
        assert coordinator.get(PAGE + link if link.startswith("?") else link).status_code == 200, link
    listed = coordinator.get(held[0]).context["cl"].queryset
    assert sum(hold.amount for hold in listed) == account_of(own, own.asking).held


@pytest.mark.parametrize("value", ["nonsense", "²", "-1", "9" * 40])
def test_an_account_that_cannot_be_is_a_list_and_no_page_of_an_error(coordinator, own, value):
    assert "cl" in coordinator.get(HOLDS, {"account": value}, follow=True).context
    assert coordinator.get(HOLDS, {"account__school__name__startswith": "A"}).status_code == 400


@pytest.mark.parametrize("figure", balances.FIGURES)
def test_behind_a_figure_are_the_rows_that_make_it(own, figure):
    a_movement(own)
    posting.reverse(a_movement(own, cause=901), by="clock", reason="Counted twice")
    fund = posting.fund_account(own.alliance)
    giver = account_of(own, own.other)
    posting.transfer(
        kind="adjustment",
        debit=fund,
        credit=giver,
        amount=5,
        occurred_on=timezone.localdate(),
        by="clock",
        reason="A gift",
        key="gift",
    )
    for account in Account.objects.filter(alliance=own.alliance):
        sign = {"given": 1, "received": -1, "levy": -1, "other": 1}[figure]
        total = sum(
            row.amount if row.credit_id == account.pk else -row.amount for row in balances.behind(figure, account)
        )
        assert sign * total == balances.figures([account])[account.pk][figure]


def test_filters_and_search(coordinator, own):
    a_movement(own)
    School.objects.filter(pk=own.other.pk).update(phase="Secondary")
    Account.objects.filter(school=own.giving).update(other=F("other") + 2000 - F("posted"), posted=2000)  # out of band
    for choice, expected in (
        ({"show": "owes"}, ["Ashgrove"]),
        ({"show": "owed"}, ["Castle Hill", "Birchwood"]),
        ({"show": "out"}, ["Birchwood"]),
        ({"phase": "Secondary"}, ["Castle Hill"]),
        ({"q": "birch"}, ["Birchwood"]),
        ({"q": str(own.asking.urn)}, ["Ashgrove"]),
        ({"q": "nothing at all"}, []),
        ({"sort": "school"}, ["Ashgrove", "Birchwood", "Castle Hill"]),
        ({"sort": "password", "show": "nonsense"}, ["Castle Hill", "Birchwood", "Ashgrove"]),
    ):
        assert list(rows(coordinator.get(PAGE, choice))) == expected, choice


def test_a_member_without_movements_is_in_the_table(coordinator, own):
    factories.member(own.alliance, name="Dunmore")
    assert rows(coordinator.get(PAGE))["Dunmore"].figures["net"] == 0


def test_another_alliances_balances_cannot_be_had(coordinator, own, other):
    assert coordinator.get(PAGE, {"alliance": other.alliance.slug}).status_code == 404
    export = reverse("admin:bank_account_export", args=["csv"])
    assert coordinator.get(export, {"alliance": other.alliance.slug}).status_code == 404
    adjust = reverse("admin:bank_account_adjust", args=[account_of(other, other.asking).pk])
    assert coordinator.get(adjust).status_code == 404


def test_the_superuser_chooses_the_bank(superuser, own, other):
    assert "Zebedee Academy" in rows(superuser.get(PAGE, {"alliance": other.alliance.slug}))
    assert "Zebedee Academy" not in rows(superuser.get(PAGE, {"alliance": own.alliance.slug}))


def test_as_many_queries_for_sixty_schools_as_for_three(coordinator, own, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        coordinator.get(PAGE)
    for n in range(60):
        account = posting.school_account(own.alliance, factories.member(own.alliance))
        Snapshot.objects.create(account=account, on=timezone.localdate() - timedelta(days=7), posted=n, held=0)
        posting.post_visit(
            giver=account, receiver=account_of(own, own.giving), amount=1, levy_percent=0, cause_id=1000 + n,
            by="clock", occurred_on=timezone.localdate(),
        )  # fmt: skip
    with django_assert_num_queries(len(few)):
        response = coordinator.get(PAGE)
    assert len(rows(response)) == 63


# Exports ---------------------------------------------------------------------------------------

NAMES = ["=1+1", "+44 School", "-Minus", "@Academy", "\tTab", "Plain"]


def exported(client, kind):
    return client.get(reverse("admin:bank_account_export", args=[kind]), {"sort": "school"})


def test_the_csv_can_be_read_and_holds_no_formula(coordinator, own):
    a_movement(own)
    for name in NAMES:
        factories.member(own.alliance, name=name)
    response = exported(coordinator, "csv")
    table = list(csv.DictReader(io.StringIO(response.content.decode())))
    found = {row["School"]: row for row in table}
    assert set(found) >= {f"'{name}" for name in NAMES[:-1]} | {"Plain", "Common fund"}
    assert found["Castle Hill"]["Net"] == "1.8"
    assert float(found["Ashgrove"]["Net"]) == -3
    assert "attachment" in response["Content-Disposition"]


def test_the_spreadsheet_can_be_read_and_holds_no_formula(coordinator, own):
    a_movement(own)
    for name in NAMES:
        factories.member(own.alliance, name=name)
    sheet = load_workbook(io.BytesIO(exported(coordinator, "xlsx").content)).active
    headings, *table = sheet.iter_rows()
    names = [cell.value for cell in headings]
    net = {row[1].value: row[names.index("Net")] for row in table}
    assert (net["Castle Hill"].value, net["Castle Hill"].data_type) == (1.8, "n")
    assert (net["Ashgrove"].value, net["Ashgrove"].data_type) == (-3, "n")
    assert {cell.data_type for row in table for cell in row} <= {"n", "s", "inlineStr"}
    assert {f"'{name}" for name in NAMES[:-1]} <= set(net)


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_begins_like_a_formula_is_made_text(text):
    assert spreadsheet.text(text) == f"'{text}"
    assert spreadsheet.text("School = 1") == "School = 1"


# Pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [pictures.WIDE, pictures.NARROW])
@pytest.mark.parametrize("values", [[500, 0, -300], [500], [-500], [0], []])
def test_bars_stay_inside_their_picture_and_touch_the_axis(layout, values):
    picture = pictures.bars([("A school with a name that is longer than there is room for", v) for v in values], layout)
    for bar, value in zip(picture["rows"], values, strict=True):
        assert layout.left <= bar["x"] <= bar["x"] + bar["length"] <= picture["width"]
        edge = bar["x"] if value >= 0 else bar["x"] + bar["length"]
        assert edge == pytest.approx(picture["axis"], abs=0.2)
        assert len(bar["label"]) <= layout.longest


def test_a_trend_needs_two_points_and_keeps_one_a_week():
    today = timezone.localdate()
    since = today - timedelta(days=365)
    assert pictures.sparkline([(today, 5)], since, today) is None
    line = pictures.sparkline([(since + timedelta(days=n), n) for n in range(366)], since, today)
    assert (len(line["points"].split()), line["last"]) == (53, 365)


# Adjusting -------------------------------------------------------------------------------------


def test_an_adjustment_is_a_transfer_with_a_reason(coordinator, own):
    account = account_of(own, own.asking)
    response = adjust(coordinator, account)
    transfer = adjustments().get()
    assert response.url == reverse("admin:bank_account_change", args=[account.pk])
    assert (transfer.debit, transfer.credit.kind, transfer.amount) == (account, "fund", 150)
    assert (transfer.posted_by, transfer.reason) == (f"user:{own.coordinator.pk}", "Opening balance")


def test_an_adjustment_sent_twice_is_posted_once(coordinator, own):
    account, key = account_of(own, own.asking), uuid.uuid4()
    answers = [adjust(coordinator, account, key=key).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert adjustments().count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("days", "0"),
        ("days", "lots"),
        ("occurred_on", "2099-01-01"),
        ("direction", "both"),
        ("other", "0"),
    ],
)
def test_a_faulty_adjustment_posts_nothing_and_says_why(coordinator, own, field, value):
    response = adjust(coordinator, account_of(own, own.asking), **{field: value})
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not adjustments().exists()


def test_no_adjustment_on_a_day_of_a_closed_year(coordinator, own):
    year = calendar.year_of(timezone.localdate()) - 1
    own.alliance.closed_years.create(year=year, by="user:1")
    response = adjust(coordinator, account_of(own, own.asking), occurred_on=calendar.last_day(year).isoformat())
    assert "That year is closed: enter 1 September" in response.content.decode()
    assert not adjustments().exists()


def test_no_adjustment_for_a_school_that_was_no_member_on_the_day(coordinator, own):
    account, other = account_of(own, own.asking), account_of(own, own.giving)
    own.alliance.memberships.filter(school=own.giving).update(ends_on=timezone.localdate() - timedelta(days=1))
    for school, data in ((account, {"other": other.pk}), (other, {})):
        html = adjust(coordinator, school, **data).content.decode()
        assert "Birchwood was not a member on that day" in html
    assert not adjustments().exists()


def test_the_limit_is_said_in_words_and_the_form_can_be_sent_again(coordinator, own):
    account, key = account_of(own, own.asking), uuid.uuid4()
    response = adjust(coordinator, account, days="900", key=key)
    assert re.search(r"Ashgrove can give .* days at most", response.content.decode())
    assert not adjustments().exists()
    assert adjust(coordinator, account, key=key).status_code == 302
    assert adjustments().count() == 1


@pytest.mark.parametrize("floor", [-2000, -700])
def test_the_page_offers_what_an_adjustment_can_take_wherever_the_floor_stands(coordinator, own, floor):
    account = account_of(own, own.asking)
    Account.objects.filter(pk=account.pk).update(floor=floor)
    page = coordinator.get(reverse("admin:bank_account_adjust", args=[account.pk]))
    assert " 5 days can still be taken." in page.content.decode()
    assert "Ashgrove can give 5 days at most" in adjust(coordinator, account, days="5.01").content.decode()
    assert adjust(coordinator, account, days="5").status_code == 302


def test_what_two_alliances_owe_each_other_is_not_adjusted(coordinator, own):
    partner = factories.AllianceFactory()
    posting.open_trade(own.alliance, partner, 1000, by="user:1", reason="A trade")
    clearing = posting.clearing_account(own.alliance, partner)
    page = coordinator.get(reverse("admin:bank_account_change", args=[clearing.pk])).content.decode()
    assert "Transfers" in page
    assert "Post an adjustment" not in page
    assert coordinator.get(reverse("admin:bank_account_adjust", args=[clearing.pk])).status_code == 404
    assert adjust(coordinator, clearing).status_code == 404
    assert not adjustments().exists()


def test_who_works_at_the_school_asks_another_coordinator(coordinator, own):
    account = account_of(own, own.asking)
    Post.objects.create(person=own.coordinator.person, school=own.asking, starts_on=factories.LONG_AGO)
    page = reverse("admin:bank_account_adjust", args=[account.pk])
    assert "another coordinator must make this adjustment" in coordinator.get(page).content.decode()
    assert adjust(coordinator, account).status_code == 200
    roundabout = adjust(coordinator, account_of(own, own.giving), other=account.pk)
    assert roundabout.context["form"].errors == {
        "other": ["You work at one of the schools concerned: another coordinator must do this."]
    }
    assert not adjustments().exists()


def test_what_is_empty_is_a_dash_and_not_none(coordinator, own):
    transfer = Transfer.objects.filter(debit__alliance=own.alliance, reversed_by=None).first()
    pages = ("admin:schools_school_change", own.asking.pk), ("admin:bank_transfer_change", transfer.pk)
    for name, pk in pages:
        assert "None" not in coordinator.get(reverse(name, args=[pk])).content.decode()
