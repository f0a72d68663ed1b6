"""Coordinators invite people to their own alliance: one by one, or many from a file."""

import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin import site
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from schools.models import School
from staff import invitation_file, invitations
from staff.models import Invitation, Mail, Person, Post, Role, User
from tests import factories

pytestmark = pytest.mark.slow

ADDRESS = "new.head@example.org"
PASSWORDS = {"password1": "four fictional words", "password2": "four fictional words"}


def invite(client, **facts):
    facts = {"email": "New.Head@Example.org", "name": "Nora Newhead", **facts}
    facts = {name: getattr(value, "pk", value) for name, value in facts.items()}
    return client.post(reverse("admin:staff_invitation_add"), facts)


def act(client, name, *invitations):
    data = {"action": name, "_selected_action": [row.pk for row in invitations]}
    return client.post(reverse("admin:staff_invitation_changelist"), data, follow=True)


def link():
    return re.search(r"/invitations/\S+/", Mail.objects.filter(to=ADDRESS).last().text)[0]


def test_an_invitation_goes_out_with_who_invites_and_to_what(coordinator, own):
    assert invite(coordinator, kind="headteacher", school=own.asking).status_code == 302
    invitation = Invitation.objects.get(email=ADDRESS)
    assert (invitation.kind, invitation.school, invitation.invited_by) == ("headteacher", own.asking, own.coordinator)
    assert (invitation.expires_at - timezone.now()).days == 13
    mail = Mail.objects.get(to=ADDRESS)
    assert str(own.coordinator) in mail.subject
    assert "Headteacher, Ashgrove" in mail.text
    assert invitation.token_digest not in mail.text


def test_an_invited_coordinator_can_open_the_admin(coordinator, own, client):
    invite(coordinator, kind="coordinator", alliance=own.alliance)
    client.logout()
    client.post(
        link(), {"name": "Nora Newhead", "password1": "four fictional words", "password2": "four fictional words"}
    )
    assert client.get(reverse("admin:index")).status_code == 200


def test_somebody_who_is_here_already_is_invited(coordinator, own, client):
    person = Person.objects.create(name="Petra Present")
    Post.objects.create(person=person, school=own.asking, starts_on=date(2020, 9, 1))
    assert invite(coordinator, name="", person=person, school=own.asking).status_code == 302
    client.logout()
    client.post(link(), {"name": "Petra", **PASSWORDS})
    assert Person.objects.get(pk=person.pk).user.email == ADDRESS


def known_by(*, email="", sign_in=""):
    person = factories.PersonFactory(name="Lena Leader", email=email)
    return factories.UserFactory(email=sign_in, person=person).person if sign_in else person


def at(school, person):
    Post.objects.create(person=person, school=school, starts_on=factories.LONG_AGO)
    return person


ANOTHER_ADDRESS = "Lena Leader has another address here: change it on the person or the sign-in first"


def test_nobody_is_given_to_another_address_than_their_own(coordinator, own):
    lena = at(own.asking, known_by(email="Lena@Example.org"))
    refused = invite(coordinator, name="", person=lena, school=own.asking)
    assert ANOTHER_ADDRESS in refused.content.decode()
    assert not Mail.objects.filter(to=ADDRESS).exists()
    assert invite(coordinator, name="", person=lena, school=own.asking, email="lena@example.ORG").status_code == 302


def test_nor_is_somebody_who_signs_in_by_another_address(own):
    lena = at(own.asking, known_by(sign_in="lena@example.org"))
    facts = {"by": own.coordinator, "kind": "", "title": "teacher", "school": own.asking, "person": lena}
    with pytest.raises(Refused, match=f"^{ANOTHER_ADDRESS}\\.$"):
        invitations.invite(email=ADDRESS, **facts)
    assert invitations.invite(email="lena@example.org", **facts)


def test_a_link_from_before_the_person_had_another_address_works_no_more(coordinator, own, client):
    lena = at(own.asking, known_by())
    invite(coordinator, name="", person=lena, school=own.asking)
    Person.objects.filter(pk=lena.pk).update(email="lena@example.org")
    [made] = Invitation.objects.filter(email=ADDRESS)
    assert ANOTHER_ADDRESS in act(coordinator, "send_again", made).content.decode()
    client.logout()
    assert [client.get(link()).status_code, client.post(link(), PASSWORDS).status_code] == [404, 404]
    assert not User.objects.filter(person=lena).exists()


def test_the_name_of_somebody_who_is_here_already_is_shown_and_not_asked(coordinator, own, client):
    lena = at(own.asking, known_by())
    invite(coordinator, name="", person=lena, school=own.asking)
    client.logout()
    page = client.get(link()).content.decode()
    assert ("Lena Leader" in page, 'name="name"' in page) == (True, False)
    assert client.post(link(), {"name": "Somebody Else", **PASSWORDS}).status_code == 302
    assert User.objects.get(email=ADDRESS).person.name == "Lena Leader" == str(Person.objects.get(pk=lena.pk))


ROLES = {
    "headteacher": lambda cast: {"school": cast.asking},
    "coordinator": lambda cast: {"alliance": cast.alliance},
    "": lambda cast: {"school": cast.asking, "title": "headteacher"},  # a post only
}
ADDRESSES = {
    "to sign in with": lambda user: user.email.title(),
    "of the person": lambda user: "Private@Example.org",
    "confirmed": lambda user: "second@example.org",
}


@pytest.mark.parametrize("kind", ROLES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_invites_an_address_of_their_own(coordinator, own, kind, address):
    person = own.coordinator.person
    Person.objects.filter(pk=person.pk).update(email="private@example.org")
    EmailAddress.objects.create(user=own.coordinator, email="second@example.org", verified=True)
    before = Invitation.objects.count()
    response = invite(coordinator, kind=kind, email=ADDRESSES[address](own.coordinator), **ROLES[kind](own))
    assert "This is an address of your own: somebody else has to invite you" in response.content.decode()
    assert Invitation.objects.count() == before


@pytest.fixture
def works_there(own):
    Post.objects.create(person=own.coordinator.person, school=own.asking, starts_on=factories.LONG_AGO)
    return factories.coordinator_of(own.alliance)  # another one


def test_the_headteacher_of_ones_own_school_is_invited_by_another_coordinator(coordinator, own, works_there, client):
    sentence = "You work at Ashgrove: another coordinator has to invite its headteacher"
    assert sentence in invite(coordinator, kind="headteacher", school=own.asking).content.decode()
    page = upload(coordinator, own.alliance, rows(f"{ADDRESS},Nora,headteacher,,{own.asking.pk}")).content.decode()
    assert f"Row 2: {sentence}" in page
    assert sentence in invite(coordinator, title="headteacher", school=own.asking).content.decode()
    page = upload(coordinator, own.alliance, rows(f"{ADDRESS},Nora,,headteacher,{own.asking.pk}")).content.decode()
    assert f"Row 2: {sentence}" in page
    assert invite(coordinator, kind="headteacher", school=own.giving).status_code == 302
    client.force_login(works_there)
    assert invite(client, kind="headteacher", school=own.asking).status_code == 302
    client.force_login(own.coordinator)
    [made] = Invitation.objects.filter(email=ADDRESS, school=own.asking)
    assert f"{sentence}." in act(client, "send_again", made).content.decode()
    made.refresh_from_db()
    assert made.invited_by == works_there


def test_the_headteacher_of_ones_own_school_is_named_by_another_coordinator(coordinator, own, works_there, client):
    manager = factories.business_manager_of(own.asking)
    held = manager.roles.get()
    page = reverse("admin:staff_user_change", args=[manager.pk])
    forms = [{"id": held.pk, "kind": held.kind}, {"kind": "headteacher"}]
    data = {"email": manager.email, "is_active": "on", "roles-TOTAL_FORMS": 2, "roles-INITIAL_FORMS": 1,
            "roles-2-TOTAL_FORMS": 0, "roles-2-INITIAL_FORMS": 0}  # fmt: skip
    for number, form in enumerate(forms):
        form |= {"user": manager.pk, "school": own.asking.pk, "starts_on": factories.LONG_AGO}
        data |= {f"roles-{number}-{name}": value for name, value in form.items()}
    assert "another coordinator has to name its headteacher" in client.post(page, data).content.decode()
    assert manager.roles.count() == 1
    client.force_login(works_there)
    assert client.post(page, data).status_code == 302
    assert manager.roles.count() == 2


@pytest.mark.parametrize("place", ["school", "alliance"])
def test_nobody_is_invited_elsewhere(coordinator, own, other, place):
    to = {
        "school": {"kind": "headteacher", "school": other.asking},
        "alliance": {"kind": "coordinator", "alliance": other.alliance},
    }
    assert invite(coordinator, **to[place]).status_code == 200
    assert not Invitation.objects.filter(email=ADDRESS).exists()


def test_nobody_is_invited_who_works_elsewhere_too(coordinator, own, other):
    person = Person.objects.create(name="Bea Between")
    for school in (own.asking, other.asking):
        Post.objects.create(person=person, school=school, starts_on=factories.LONG_AGO)
    response = invite(coordinator, name="", person=person, school=own.asking)
    assert "only a superuser can invite them" in response.content.decode()
    assert not Invitation.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize(
    ("kind", "title", "place", "sentence"),
    [
        ("headteacher", "", None, "This is an invitation to a school: select it"),
        ("coordinator", "", None, "This is an invitation to an alliance: select it"),
        ("", "", "school", "Give a role, a post, or both"),
        ("headteacher", "", "both", "This is an invitation to a school only: leave this empty"),
        ("steering", "teacher", "alliance", "A post is of a school: leave this empty"),
        ("delegate", "", "school", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(coordinator, own, kind, title, place, sentence):
    places = {"school": own.asking if place in ("school", "both") else "",
              "alliance": own.alliance if place in ("alliance", "both") else ""}  # fmt: skip
    response = invite(coordinator, kind=kind, title=title, **places)
    assert sentence in response.content.decode()
    assert not Invitation.objects.filter(email=ADDRESS).exists()


def test_nobody_is_invited_twice_to_the_same(coordinator, own):
    for _ in range(2):
        response = invite(coordinator, kind="headteacher", school=own.asking)
    assert "send that invitation again" in response.content.decode()
    assert Invitation.objects.filter(email=ADDRESS).count() == 1


def test_it_is_sent_again_with_a_new_link(coordinator, own, client):
    invite(coordinator, kind="headteacher", school=own.asking)
    old = link()
    response = act(coordinator, "send_again", Invitation.objects.get(email=ADDRESS))
    assert "Sent again: 1." in response.content.decode()
    client.logout()
    assert [client.get(path).status_code for path in (old, link())] == [404, 200]


def test_it_is_revoked(coordinator, own, client):
    invite(coordinator, kind="headteacher", school=own.asking)
    invitation = Invitation.objects.get(email=ADDRESS)
    assert "Revoked: 1." in act(coordinator, "revoke", invitation).content.decode()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.revoked_by) == ("Revoked", own.coordinator)
    assert (
        "has accepted already, or the invitation was revoked"
        in act(coordinator, "send_again", invitation).content.decode()
    )
    client.logout()
    assert client.get(link()).status_code == 404


def test_another_alliances_invitation_is_out_of_reach(coordinator, own, other):
    theirs = Invitation.objects.get(alliance=other.alliance)
    act(coordinator, "revoke", theirs)
    theirs.refresh_from_db()
    assert theirs.state == "Open"


@pytest.mark.parametrize("name", ["send_again", "revoke"])
def test_the_right_is_asked_when_it_is_done_and_not_with_the_list_alone(own, rf, name):
    """The role ended after the list of rows was made."""
    [invitation] = Invitation.objects.filter(school=own.asking)
    before = invitation.token_digest
    own.coordinator.roles.update(ends_on=timezone.localdate() - timedelta(days=1))
    request = rf.post("/")
    request.user, request._messages = own.coordinator, CookieStorage(request)
    getattr(site._registry[Invitation], name)(request, [invitation])
    assert [str(message).partition(": ")[2] for message in request._messages] == ["0."]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.token_digest) == ("Open", before)


# Many ----------------------------------------------------------------------------------------------


def upload(client, alliance, content):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    return client.post(reverse("admin:staff_invitation_many"), {"alliance": alliance.pk, "file": file}, follow=True)


def rows(*lines):
    return "email,name,role,post,urn\n" + "\n".join(lines) + "\n"


def invited():
    return Invitation.objects.filter(email__endswith="@new.example.org")


def test_many_are_invited_at_once(coordinator, own):
    urn = own.asking.pk
    content = rows(
        f"Head@New.example.org,Hilda,headteacher,,{urn}",
        f"deputy@new.example.org,Dora,,deputy,{urn}",
        "steering@new.example.org,Stella,steering,,",
    )
    response = upload(coordinator, own.alliance, content)
    assert "Invited: 3. The mail is on its way." in response.content.decode()
    assert set(invited().values_list("email", "kind", "title", "school", "alliance")) == {
        ("head@new.example.org", "headteacher", "", urn, None),
        ("deputy@new.example.org", "", "deputy", urn, None),
        ("steering@new.example.org", "steering", "", None, own.alliance.pk),
    }
    assert Mail.objects.filter(to__endswith="@new.example.org").count() == 3


def test_one_wrong_row_and_nobody_is_invited(coordinator, own, other):
    content = rows(
        f"head@new.example.org,Hilda,headteacher,,{own.asking.pk}",
        f"not an address,Nobody,headteacher,,{own.asking.pk}",
        f"other@new.example.org,Olga,headteacher,,{other.asking.pk}",
        f"chief@new.example.org,Chief,superuser,,{own.asking.pk}",
        f"head@new.example.org,Hilda,headteacher,,{own.asking.pk}",
        "short@new.example.org,Too,few",
        "steering@new.example.org,Stella,steering,deputy,",
        f"none@new.example.org,None,,,{own.asking.pk}",
    )
    page = upload(coordinator, own.alliance, content).content.decode()
    for sentence in (
        "Row 3: “not an address” is not an email address",
        f"Row 4: “{other.asking.pk}” is not the URN of a member school",
        "Row 5: “superuser” is no role",
        "Row 6: the same as row 2",
        "Row 7: must have 5 cells",
        "Row 8: this role is of the alliance",
        "Row 9: give a role or a post",
    ):
        assert sentence in page
    assert page.index("CSV file:</label>") < page.index("Row 3:") < page.index('type="file"')  # beside the field
    assert not invited().exists()
    assert not Mail.objects.filter(to__endswith="@new.example.org").exists()


@pytest.mark.parametrize(
    ("delimiter", "line_end", "encoding"),
    [(",", "\n", "utf-8-sig"), (",", "\n", "cp1252"), (";", "\n", "utf-8"), (",", "\r\n", "utf-8")],
)
def test_files_as_spreadsheets_write_them(coordinator, own, delimiter, line_end, encoding):
    text = rows(f"head@new.example.org,Zoë,headteacher,,{own.asking.pk}")
    upload(coordinator, own.alliance, text.replace(",", delimiter).replace("\n", line_end).encode(encoding))
    assert invited().get().name == "Zoë"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The submitted file is empty"),
        ("a,b\n1,2\n", "The first row must name the columns"),
        ("email,email,name,role,post,urn\n", "The first row must name the columns"),
        (rows(), "There are no rows"),
        (rows("a\0@new.example.org,,headteacher,,1"), "The file is not text"),
        (rows("x" * 1_000_001), "The file is larger than 1 MB"),
        (rows(*["a@new.example.org,,steering,,"] * 501), "There are more than 500 rows"),
        (rows('"' + "x" * 140_000), "cannot be read as CSV"),
        ("email,name,role,post,urn\n".encode("utf-16"), "The file is not text"),
    ],
)
def test_a_file_that_cannot_be_taken(coordinator, own, content, sentence):
    page = upload(coordinator, own.alliance, content).content.decode()
    assert sentence in page
    assert not invited().exists()


def test_the_template_is_in_order(coordinator, own):
    template = coordinator.get(reverse("admin:staff_invitation_template")).content
    if not School.objects.filter(pk=900001).exists():
        factories.SchoolFactory(urn=900001)
    facts = invitation_file.read(template, by=own.coordinator, alliance=own.alliance, schools=[900001])
    assert [row["kind"] for row in facts] == ["headteacher", "", "business_manager", "steering"]


def test_another_alliance_cannot_be_chosen(coordinator, own, other):
    upload(coordinator, other.alliance, rows("steering@new.example.org,Stella,steering,,"))
    assert not invited().exists()
    assert not Role.objects.filter(kind="steering").exists()
