"""How far a coordinator reaches: not into another alliance's schools and sign-ins, and no address breaks a list."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Transfer
from schools.models import Membership
from staff.models import Mail, Post, Role
from tests import factories
from tests.admin.cases import SECRET, account_of, adjust, adjustments, change_user, inline, role

pytestmark = pytest.mark.slow

ADD_MEMBER = "admin:schools_membership_add"


def add_member(client, cast, school, starts_on):
    return client.post(
        reverse(ADD_MEMBER), {"urn": school.urn, "alliance": cast.alliance.pk, "starts_on": starts_on.isoformat()}
    )


@pytest.mark.parametrize("days", [-30, 0, 30])
def test_another_alliances_school_is_not_brought_in(coordinator, own, other, days):
    """Nor with it its heads, whose addresses could then be changed."""
    response = add_member(coordinator, own, other.asking, timezone.localdate() + timedelta(days=days))
    assert "Only a superuser, who speaks for both, can add it" in response.content.decode()
    assert not own.alliance.memberships.filter(school=other.asking).exists()
    page = reverse("admin:staff_user_change", args=[other.head.pk])
    assert coordinator.get(page).status_code == 302


def test_a_school_that_joins_another_alliance_later_is_not_brought_in(coordinator, own, other):
    school = factories.SchoolFactory()
    today = timezone.localdate()
    Membership.objects.create(alliance=other.alliance, school=school, starts_on=today + timedelta(days=9))
    assert add_member(coordinator, own, school, today).status_code == 200


def test_a_superuser_speaks_for_both(superuser, own, other):
    assert add_member(superuser, own, other.asking, timezone.localdate()).status_code == 302


def test_a_membership_that_is_over_is_not_taken_up_again(coordinator, own, other):
    today = timezone.localdate()
    past = Membership.objects.create(
        alliance=own.alliance, school=other.asking, starts_on=today - timedelta(days=90), ends_on=today - timedelta(1)
    )
    page = reverse("admin:schools_membership_change", args=[past.pk])
    for ends_on in ("", (today + timedelta(days=30)).isoformat()):
        assert "speaks for both" in coordinator.post(page, {"ends_on": ends_on}).content.decode()
    earlier = (today - timedelta(days=5)).isoformat()
    assert coordinator.post(page, {"ends_on": earlier}).status_code == 302


def test_members_to_come_are_not_in_reach(coordinator, own):
    school = factories.SchoolFactory(name="Tomorrow")
    head = factories.head_of(school)
    tomorrow = timezone.localdate() + timedelta(days=1)
    Membership.objects.create(alliance=own.alliance, school=school, starts_on=tomorrow)
    for page in (
        reverse("admin:schools_school_change", args=[school.pk]),
        reverse("admin:staff_user_change", args=[head.pk]),
        reverse("admin:staff_person_change", args=[head.person_id]),
    ):
        assert coordinator.get(page).status_code == 302


@pytest.mark.parametrize("tie", ["role", "post", "role to come"])
def test_who_belongs_elsewhere_too_is_not_changed(coordinator, own, other, tie):
    start = timezone.localdate() + timedelta(days=3 if tie == "role to come" else -3)
    if tie == "post":
        Post.objects.create(person=own.head.person, school=other.asking, starts_on=start)
    else:
        Role.objects.create(user=own.head, kind="business_manager", school=other.asking, starts_on=start)
    roles = list(Role.objects.values())
    old = own.head.email
    change_user(coordinator, own.head, role("headteacher", school=own.giving), email="taken@example.org", is_active="")
    own.head.refresh_from_db()
    assert (own.head.email, own.head.is_active, list(Role.objects.values())) == (old, True, roles)
    page = coordinator.get(reverse("admin:staff_user_change", args=[own.head.pk])).content.decode()
    assert "only a superuser can change the e-mail address, the sign-in and the roles" in page
    assert SECRET not in page
    chosen = {"action": "send_link", "_selected_action": [own.head.pk]}
    coordinator.post(reverse("admin:staff_user_changelist"), chosen)
    assert not Mail.objects.filter(to=old, subject__startswith="Set your password").exists()


def test_the_address_of_a_shared_schools_head_is_not_changed(coordinator, own, other):
    Membership.objects.create(alliance=other.alliance, school=own.asking, starts_on=timezone.localdate())
    old, head = own.head.email, own.head.roles.get()
    row = {"id": head.pk, "user": own.head.pk, **role("headteacher", school=own.asking)}
    page = reverse("admin:staff_user_change", args=[own.head.pk])
    assert "only a superuser can change the e-mail address" in coordinator.get(page).content.decode()
    data = {"email": "taken@example.org", **inline("roles", row, initial=1), **inline("roles-2")}
    assert coordinator.post(page, data).status_code == 302
    own.head.refresh_from_db()
    assert own.head.email == old


# The bank --------------------------------------------------------------------------------------


@pytest.mark.parametrize("occurred_on", ["0001-01-01", "1999-12-31"])
def test_no_adjustment_before_the_rules_began(coordinator, own, occurred_on):
    response = adjust(coordinator, account_of(own, own.asking), occurred_on=occurred_on)
    assert "when the alliance&#x27;s rules began, or a later day" in response.content.decode()
    assert not adjustments().exists()


def test_the_first_day_of_the_rules_is_accepted(coordinator, own):
    first = own.alliance.policies.earliest("starts_on").starts_on
    assert adjust(coordinator, account_of(own, own.asking), occurred_on=first.isoformat()).status_code == 302
    before = adjust(
        coordinator, account_of(own, own.asking), occurred_on=(first - timedelta(days=1)).isoformat()
    ).status_code
    assert before == 200


def test_the_database_keeps_no_transfer_of_another_century(own):
    debit, credit = account_of(own, own.asking), posting.fund_account(own.alliance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            debit=debit, credit=credit, amount=1, kind="adjustment", occurred_on="1999-12-31", cause_kind="x",
            cause_id="1", posted_by="clock", key="old",
        )  # fmt: skip


def test_those_who_gave_more_are_counted_by_what_they_gave(coordinator, own):
    """The levy takes Birchwood's net elsewhere; a grant is nothing given."""
    fund, third = posting.fund_account(own.alliance), posting.school_account(own.alliance, own.other)
    outside = posting.outside_account(own.alliance)
    posting.transfer(
        kind="adjustment",
        debit=outside,
        credit=third,
        amount=500,
        occurred_on=timezone.localdate(),
        by="clock",
        reason="Grant",
        key="g",
    )
    assert fund.pk != third.pk
    context = coordinator.get(reverse("admin:bank_account_changelist")).context
    assert (context["givers"], context["receivers"]) == (1, 1)


# Odd addresses ---------------------------------------------------------------------------------

HUGE = "9" * 23
ODD = [
    *(f"transfer/?period={text}" for text in ("0000", "9999", "²²²²", "٢٠٢٥", "1", HUGE)),
    *(f"{name}/?account={text}" for name in ("transfer", "hold") for text in ("²", "٣", HUGE, "-1", "9" * 19)),
    *(f"transfer/?figure=given&account={text}" for text in ("²", HUGE)),
    *(f"{name}/?q={text}" for name in ("supportrequest", "commission") for text in ("SR-²", "C-²", "²", HUGE)),
    *(f"visit/?on__year={text}" for text in ("0", "99999", "²", HUGE)),
    "visit/?on__gte=yesterday",
    *(f"event/?at__year={text}" for text in ("0", "99999", "²")),
    f"account/?year={HUGE}",
    "account/?year=0000",
    f"commission/?support_request__alliance__id__exact={HUGE}",
    f"transfer/?p={HUGE}",
    f"transfer/?o={HUGE}",
    f"transfer/{HUGE}/change/",
    "transfer/²/change/",
]


@pytest.mark.parametrize("address", ODD)
def test_no_address_breaks_a_list(coordinator, own, address):
    response = coordinator.get(f"/admin/exchange/{address}", follow=True)
    assert response.status_code in (200, 400, 404)
    assert "database installation" not in response.content.decode()
