import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exchange.admin.policies import CLOCKS
from schools.models import Alliance, Membership
from staff.models import Mail, Person, Post, Role
from staff.privacy import erasing
from tests import factories
from tests.admin.cases import change_user, inline, role

pytestmark = pytest.mark.slow

TODAY = timezone.localdate


def test_nobody_is_made_superuser(coordinator, own):
    head = own.head.roles.get()
    row = {"id": head.pk, "user": own.head.pk, **role("headteacher", school=own.asking)}
    response = coordinator.post(
        reverse("admin:staff_user_change", args=[own.head.pk]),
        {"email": own.head.email, "is_active": "on", "is_superuser": "on", "is_staff": "on",
         **inline("roles", row, initial=1), **inline("roles-2")},
    )  # fmt: skip
    own.head.refresh_from_db()
    assert (response.status_code, own.head.is_superuser, own.head.is_staff) == (302, False, False)


def test_a_changed_address_is_told_to_the_old_one(coordinator, own):
    old = own.home_head.email
    head = own.home_head.roles.get()
    row = {"id": head.pk, "user": own.home_head.pk, **role("headteacher", school=own.giving)}
    coordinator.post(
        reverse("admin:staff_user_change", args=[own.home_head.pk]),
        {"email": "fresh@example.org", "is_active": "on", **inline("roles", row, initial=1), **inline("roles-2")},
    )
    own.home_head.refresh_from_db()
    assert own.home_head.email == "fresh@example.org"
    assert Mail.objects.filter(to=old, subject__contains="has changed").exists()


def test_who_signs_in_elsewhere_keeps_the_address(coordinator, own, other):
    Role.objects.create(user=own.head, kind="headteacher", school=other.asking, starts_on=date(2020, 9, 1))
    old = own.head.email
    head = own.head.roles.get(school=own.asking)
    row = {"id": head.pk, "user": own.head.pk, **role("headteacher", school=own.asking)}
    response = coordinator.post(
        reverse("admin:staff_user_change", args=[own.head.pk]),
        {"email": "taken@example.org", **inline("roles", row, initial=1), **inline("roles-2")},
    )
    own.head.refresh_from_db()
    assert (response.status_code, own.head.email, own.head.is_active) == (302, old, True)
    page = coordinator.get(reverse("admin:staff_user_change", args=[own.head.pk])).content.decode()
    assert "Zebedee" not in page


@pytest.mark.parametrize("who", ["self", "superuser"])
def test_oneself_and_superusers_are_out_of_reach(coordinator, own, who):
    user = own.coordinator
    if who == "superuser":
        user = factories.UserFactory(is_staff=True, is_superuser=True)
        Post.objects.create(person=user.person, school=own.asking, starts_on=date(2020, 9, 1))
    assert coordinator.get(reverse("admin:staff_user_change", args=[user.pk])).status_code == 200
    assert change_user(coordinator, user, email="taken@example.org").status_code == 403
    person = reverse("admin:staff_person_change", args=[user.person_id])
    assert coordinator.post(person, {"name": "Taken"}).status_code == 403
    user.refresh_from_db()
    assert user.email != "taken@example.org"


def test_a_person_has_a_post(coordinator, own):
    add = reverse("admin:staff_person_add")
    assert "at least one post" in coordinator.post(add, {"name": "Lena", **inline("posts")}).content.decode()
    post = {"school": own.asking.pk, "title": "teacher", "starts_on": "2026-09-01"}
    assert coordinator.post(add, {"name": "Lena", **inline("posts", post)}).status_code == 302
    assert Post.objects.get(person__name="Lena").school == own.asking


# Leaders ---------------------------------------------------------------------------------------


def act(client, leader, verb, **data):
    page = reverse("admin:staff_systemleader_verb", args=[leader.pk, verb])
    return client.post(page, {"key": uuid.uuid4(), **data})


def test_a_leader_is_suspended_and_reinstated_with_a_reason(coordinator, own):
    assert act(coordinator, own.leader, "suspend").status_code == 200
    assert act(coordinator, own.leader, "suspend", reason="Under review").status_code == 302
    own.leader.refresh_from_db()
    assert own.leader.status == "suspended"
    assert "is suspended" in act(coordinator, own.leader, "suspend", reason="Again").content.decode()
    act(coordinator, own.leader, "reinstate", reason="Cleared")
    own.leader.refresh_from_db()
    assert own.leader.status == "active"
    assert list(own.leader.events.values_list("verb", "reason")) == [
        ("reinstate", "Cleared"),
        ("suspend", "Under review"),
    ]


def test_a_nominated_leader_is_designated(coordinator, own):
    type(own.leader).objects.filter(pk=own.leader.pk).update(status="nominated")
    later = TODAY() + timedelta(days=365)
    act(coordinator, own.leader, "designate", designated_on=TODAY().isoformat(), review_on=later.isoformat())
    own.leader.refresh_from_db()
    assert (own.leader.status, own.leader.review_on) == ("active", later)


def test_another_alliances_leader_is_not_found(coordinator, own, other):
    assert act(coordinator, other.leader, "suspend", reason="No reason").status_code == 404
    other.leader.refresh_from_db()
    assert other.leader.status == "active"


def change_leader(client, leader, **data):
    facts = {
        "type": leader.type_id, "allowance": "15", "is_available": "on",
        "specialisms": [row.pk for row in leader.specialisms.all()], "phases": ["Primary", "Nursery"],
    }  # fmt: skip
    management = inline("years") | inline("events")
    return client.post(
        reverse("admin:staff_systemleader_change", args=[leader.pk]),
        {**facts, **management, **data},
    )


def test_what_is_kept_about_a_leader_is_changed(coordinator, own):
    response = change_leader(coordinator, own.leader, allowance="20", status="suspended")
    own.leader.refresh_from_db()
    assert (response.status_code, own.leader.allowance, own.leader.status) == (302, 2000, "active")
    assert own.leader.years.get().allowance == 2000
    assert {row.phase for row in own.leader.phases.all()} == {"Primary", "Nursery"}


def test_an_allowance_below_what_is_agreed_is_refused(coordinator, own):
    response = change_leader(coordinator, own.leader, allowance="1")
    own.leader.refresh_from_db()
    assert "agreed already" in response.content.decode()
    assert own.leader.allowance == 1500


# Schools and rules -----------------------------------------------------------------------------


def test_what_the_register_says_is_not_changed_here(coordinator, own):
    page = reverse("admin:schools_school_change", args=[own.asking.pk])
    data = {"name": "Renamed", "telephone": "01632 960001", "arrival": "At the blue door", **inline("memberships")}
    assert coordinator.post(page, data).status_code == 302
    own.asking.refresh_from_db()
    assert (own.asking.name, own.asking.telephone) == ("Ashgrove", "01632 960001")


def test_a_member_is_named_by_its_urn(coordinator, own):
    school = factories.SchoolFactory(name="Newcomer")
    add = reverse("admin:schools_membership_add")
    facts = {"alliance": own.alliance.pk, "starts_on": "2026-09-01"}
    assert coordinator.post(add, {**facts, "urn": school.urn}).status_code == 302
    assert own.alliance.has_member(school, date(2026, 9, 1))
    assert "in that time already" in coordinator.post(add, {**facts, "urn": school.urn}).content.decode()
    assert "No school with this URN" in coordinator.post(add, {**facts, "urn": 1}).content.decode()
    assert Membership.objects.filter(school=school).count() == 1


def test_two_memberships_of_a_school_do_not_overlap(coordinator, own):
    left = Membership.objects.create(
        alliance=own.alliance, school=own.asking, starts_on=date(2018, 9, 1), ends_on=date(2019, 8, 31)
    )
    page = reverse("admin:schools_membership_change", args=[left.pk])
    for ends_on in ("", "2021-08-31"):
        said = coordinator.post(page, {"ends_on": ends_on}).content.decode()
        assert "Ashgrove is a member of Netherby Schools in that time already" in said
    assert coordinator.post(page, {"ends_on": "2020-07-31"}).status_code == 302


def membership_that_runs(own):
    row = own.alliance.memberships.get(school=own.asking)
    return reverse("admin:schools_membership_change", args=[row.pk]), {"ends_on": "2020-01-01"}


def membership_to_be(own):
    school = factories.SchoolFactory()
    return reverse("admin:schools_membership_add"), {"urn": school.urn, "alliance": own.alliance.pk, **BACKWARDS}


def closure_to_be(own):
    return reverse("admin:schools_closure_add"), {"alliance": own.alliance.pk, "name": "Christmas", **BACKWARDS}


def post_to_be(own):
    post = {"school": own.asking.pk, "title": "teacher", **BACKWARDS}
    return reverse("admin:staff_person_add"), {"name": "Lena", **inline("posts", post)}


def role_that_runs(own):
    row = {"id": own.head.roles.get().pk, "user": own.head.pk, **role("headteacher", school=own.asking), **BACKWARDS}
    data = {"email": own.head.email, "is_active": "on", **inline("roles", row, initial=1), **inline("roles-2")}
    return reverse("admin:staff_user_change", args=[own.head.pk]), data


BACKWARDS = {"starts_on": "2026-09-01", "ends_on": "2026-08-31"}


@pytest.mark.parametrize(
    ("what", "first"),
    [
        (membership_that_runs, "1 September 2020"),
        (membership_to_be, "1 September 2026"),
        (closure_to_be, "1 September 2026"),
        (post_to_be, "1 September 2026"),
        (role_that_runs, "1 September 2026"),
    ],
)
def test_nothing_ends_before_it_begins(coordinator, own, what, first):
    page, data = what(own)
    said = coordinator.post(page, data).content.decode()
    assert said.count(f"The last day must not be before the first, {first}") == 1
    assert "Constraint" not in said


def test_the_usual_closures_are_added_once(coordinator, own):
    page = reverse("admin:schools_closure_usual")
    form = coordinator.get(page).context["form"]
    year = form.fields["year"].choices[0][0]
    for _ in range(2):
        coordinator.post(page, {"alliance": own.alliance.pk, "year": year})
    names = own.alliance.closures.exclude(name__contains="closure").values_list("name", flat=True)
    assert sorted(names) == ["Christmas", "Easter", "Summer"]


def test_closures_of_another_alliance_are_not_added(coordinator, own, other):
    before = other.alliance.closures.count()
    coordinator.post(reverse("admin:schools_closure_usual"), {"alliance": other.alliance.pk, "year": "2026"})
    assert other.alliance.closures.count() == before


def test_a_new_alliance_begins_with_rules_and_its_lead_school(own, client):
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    facts = {"name": "Overdale", "slug": "overdale", "lead_school": own.other.pk, "colour": "blue"}
    assert client.post(reverse("admin:schools_alliance_add"), facts).status_code == 302
    alliance = Alliance.objects.get(slug="overdale")
    assert (alliance.policy().levy_percent, list(alliance.members())) == (10, [own.other])


def test_coordinators_found_no_alliance(coordinator, own):
    assert coordinator.post(reverse("admin:schools_alliance_add"), {"name": "Overdale"}).status_code == 403


def policy(own, starts_on, **data):
    clocks = {name: 3 if "reminder" in name else 5 for name in CLOCKS}
    return {
        "alliance": own.alliance.pk, "starts_on": starts_on.isoformat(), "levy_percent": 15, "limit": "-7.5",
        "band_low": "-5", "band_high": "10", "allowance": "15", "urgent_cap": "3", "hosting_rate": "0.5",
        "carry_over_cap": "", "write_off_below": "-2.5", **clocks, **data,
    }  # fmt: skip


def test_a_new_policy_version_begins_later(coordinator, own):
    add = reverse("admin:schools_policy_add")
    tomorrow = TODAY() + timedelta(days=1)
    assert coordinator.post(add, policy(own, tomorrow)).status_code == 302
    version = own.alliance.policy(tomorrow)
    assert (version.limit, version.levy_percent) == (-750, 15)
    assert (version.hosting_rate, version.carry_over_cap, version.write_off_below) == (50, None, -250)
    assert "tomorrow at the earliest" in coordinator.post(add, policy(own, TODAY())).content.decode()
    assert coordinator.post(add, policy(own, tomorrow)).status_code == 200
    assert own.alliance.policies.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"band_low": "10"}, "This must be above the lower one"),
        ({"band_low": "-20", "limit": "-10"}, "This must not be below the limit: no school would ever be warned"),
        ({"offer_reminder_days": 30, "offer_lapse_days": 3}, "The reminder must come before the offer lapses"),
        ({"confirm_reminder_days": 20, "confirm_days": 2}, "The reminder must come before the clock confirms"),
    ],
)
def test_rules_that_make_no_sense_together_are_refused(coordinator, own, changes, sentence):
    response = coordinator.post(reverse("admin:schools_policy_add"), policy(own, TODAY() + timedelta(1), **changes))
    assert sentence in response.content.decode()
    assert own.alliance.policies.count() == 1


def test_a_policy_version_that_has_begun_stays(coordinator, own):
    version = own.alliance.policies.get()
    page = reverse("admin:schools_policy_change", args=[version.pk])
    assert coordinator.get(page).status_code == 200
    assert coordinator.post(page, policy(own, TODAY())).status_code == 403
    assert (
        coordinator.post(reverse("admin:schools_policy_delete", args=[version.pk]), {"post": "yes"}).status_code == 403
    )
    version.refresh_from_db()
    assert version.levy_percent == 10


def test_lists_all_alliances_share_are_the_superusers(coordinator, own, client):
    add = reverse("admin:staff_specialism_add")
    facts = {"group": "Pupil achievement", "name": "Latin", "is_active": "on"}
    assert coordinator.get(reverse("admin:staff_specialism_changelist")).status_code == 200
    assert coordinator.post(add, facts).status_code == 403
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    assert client.post(add, facts).status_code == 302


def test_mail_is_the_superusers_and_its_body_nobodys(coordinator, own, client):
    mail = Mail.objects.create(to="a@example.org", subject="Hello", text="Set your password here")
    page = reverse("admin:staff_mail_change", args=[mail.pk])
    assert coordinator.get(page).status_code == 403
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    text = client.get(page).content.decode()
    assert "Hello" in text
    assert "Set your password here" not in text


def test_a_new_leader_is_nominated_until_designated(coordinator, own):
    person = Person.objects.create(name="Nia New")
    Post.objects.create(person=person, school=own.asking, starts_on=date(2020, 9, 1))
    facts = {"person": person.pk, "type": own.leader.type_id, "allowance": "10", "nominated_to": own.alliance.pk}
    assert coordinator.post(reverse("admin:staff_systemleader_add"), facts).status_code == 302
    assert (person.leader.status, person.leader.allowance) == ("nominated", 1000)


# What is held ------------------------------------------------------------------------------------


def tools_of(client, person):
    """The buttons above a person's page."""
    answer = client.get(reverse("admin:staff_person_change", args=[person.pk]))
    page = answer.content.decode()
    assert all(address in page for _, address in answer.context["tools"])
    return [words for words, _ in answer.context["tools"]]


def test_a_coordinator_finds_what_is_held_on_whom_it_may_be_handed_to(coordinator, own, other):
    assert tools_of(coordinator, own.head.person) == ["What is held on them"]
    assert tools_of(coordinator, own.coordinator.person) == []
    Role.objects.create(user=own.head, kind="headteacher", school=other.asking, starts_on=date(2020, 9, 1))
    assert tools_of(coordinator, own.head.person) == []


def test_nobody_is_offered_to_erase_whom_a_pseudonym_stands_for_already(superuser, own):
    person = factories.business_manager_of(own.asking).person
    assert tools_of(superuser, person) == ["What is held on them", "Erase"]
    erasing.replace(person)
    assert tools_of(superuser, person) == ["What is held on them"]


def test_the_list_of_leaders_says_which_confirmation_of_the_checks_is_to_be_renewed(coordinator, own):
    page = reverse("admin:staff_systemleader_changelist")
    own.leader.safeguarding_confirmed_on = factories.LONG_AGO
    own.leader.save()
    for url in (page, reverse("admin:staff_systemleader_change", args=[own.leader.pk])):
        assert "Confirmed on 1 September 2020, to be renewed" in coordinator.get(url).content.decode()
