import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from exchange import actions
from staff import invitations
from staff.models import Erasure, Invitation, Mail, Person, Role, SystemLeader, User
from staff.privacy import erasing
from tests import factories
from tests.exchange.cases import a_request, an_agreement, send
from tests.signing_in import signed_in_long_ago

pytestmark = pytest.mark.slow

SURE = {"reason": "Asked for it by letter of 3 May", "sure": "on"}


@pytest.fixture
def superuser(cast):
    return factories.UserFactory(is_superuser=True, is_staff=True)


def url_of(person):
    return reverse("staff:erase_person", args=[person.pk])


def test_it_says_first_what_will_happen(client, cast, superuser):
    manager = factories.business_manager_of(cast.asking)
    client.force_login(superuser)
    page = client.get(url_of(manager.person)).content.decode()
    assert f"the person is called Former colleague {manager.person_id} everywhere" in page
    assert "Roles and delegations: 1" in page
    assert "This cannot be done yet" not in page
    assert not Erasure.objects.exists()


def test_it_erases_and_is_recorded_without_the_name(client, cast, superuser):
    manager = factories.business_manager_of(cast.asking)
    name = str(manager)
    answer = send(client, superuser, url_of(manager.person), **SURE)
    erasure = Erasure.objects.get()
    assert answer.url == reverse("admin:staff_person_change", args=[manager.person_id])
    assert (erasure.person, erasure.by, erasure.reason) == (manager.person_id, superuser, SURE["reason"])
    assert Person.objects.get(pk=manager.person_id).name == f"Former colleague {manager.person_id}"
    assert name not in client.get(answer.url).content.decode()


def test_it_wants_one_to_sign_in_again_first_and_then_does_what_was_sent(client, cast, superuser):
    client.force_login(superuser)
    manager = factories.business_manager_of(cast.asking)
    page = url_of(manager.person)
    again = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    assert signed_in_long_ago(client).get(page).url == again
    assert client.post(page, {"key": uuid.uuid4(), **SURE}).url == again
    assert not Erasure.objects.exists()
    answer = client.post(again, {"password": "a long fictional password", "next": page})
    assert answer.url == reverse("admin:staff_person_change", args=[manager.person_id])
    assert Erasure.objects.get().by == superuser


def test_it_wants_a_reason_and_a_tick(client, cast, superuser):
    manager = factories.business_manager_of(cast.asking)
    answer = send(client, superuser, url_of(manager.person))
    assert dict(answer.context["form"].errors) == {
        "reason": ["Enter a reason"],
        "sure": ["Confirm that you have read what will happen"],
    }
    assert not Erasure.objects.exists()


def an_agreed_leader(cast):
    commission = an_agreement(cast)
    return cast.lead, f"{commission.reference} is not closed, and {cast.lead} does its work."


def an_assigned_coordinator(cast):
    other = factories.coordinator_of(cast.alliance)
    request = a_request(cast)
    actions.requests.assign(support_request=request, by=cast.coordinator, to=other)
    return other, f"{other} looks after {request.reference}: assign it to somebody else first."


AGAINST = {
    "running work": an_agreed_leader,
    "requests to look after": an_assigned_coordinator,
    "a designation": lambda cast: (cast.lead, "end the designation or the nomination first."),
    "the only head": lambda cast: (cast.head, "is the only headteacher of Ashgrove: give somebody the role first."),
    "the only coordinator": lambda cast: (cast.coordinator, "is the only coordinator of Netherby Schools"),
}


@pytest.mark.parametrize("what", AGAINST)
def test_it_is_refused_with_a_sentence_while_there_is(client, cast, superuser, what):
    user, sentence = AGAINST[what](cast)
    client.force_login(superuser)
    name = str(user)
    assert sentence in client.get(url_of(user.person)).content.decode()
    answer = send(client, superuser, url_of(user.person), **SURE)
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert Person.objects.get(pk=user.person_id).name == name
    assert not Erasure.objects.exists()


def test_a_second_head_lets_the_first_go(client, cast, superuser):
    factories.head_of(cast.asking)
    assert send(client, superuser, url_of(cast.head.person), **SURE).status_code == 302
    assert not Role.objects.running().filter(user=cast.head).exists()


def test_nobody_erases_themselves_or_the_only_superuser(client, superuser):
    answer = send(client, superuser, url_of(superuser.person), **SURE).content.decode()
    assert "is the only superuser." in answer
    assert "You cannot erase yourself" in answer
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("who", ["head", "home_head", "lead", "coordinator", "stranger"])
def test_nobody_but_a_superuser_erases(client, cast, who):
    manager = factories.business_manager_of(cast.asking)
    assert send(client, getattr(cast, who), url_of(manager.person), **SURE).status_code == 404
    assert not Erasure.objects.exists()


def test_it_does_not_erase_twice(client, cast, superuser):
    manager = factories.business_manager_of(cast.asking)
    send(client, superuser, url_of(manager.person), **SURE)
    answer = send(client, superuser, url_of(manager.person), **SURE)
    assert "This person has been erased already." in answer.content.decode()
    assert Erasure.objects.count() == 1


def test_somebody_whose_pseudonym_it_is_signs_in_no_more(client, cast, superuser):
    manager = factories.business_manager_of(cast.asking)
    client.force_login(manager)
    assert client.get(reverse("exchange:school", args=[cast.asking.pk])).status_code == 200
    send(type(client)(), superuser, url_of(manager.person), **SURE)
    assert client.get(reverse("exchange:school", args=[cast.asking.pk])).url.startswith(reverse("account_login"))


# Invitations that wait ------------------------------------------------------------------------------


def link_to(email):
    return re.search(r"/invitations/\S+/", Mail.objects.filter(to=email).last().text)[0]


def an_invited_person(cast, **facts):
    person = factories.PersonFactory(name="Nora Newhead", email="nora@example.org")
    facts = {"kind": "headteacher", "school": cast.asking, **facts}
    invitation = invitations.invite(by=cast.coordinator, email=person.email, **facts)
    return person, invitation, link_to(person.email)


def joins(client, link):
    words = "four fictional words"
    return client.post(link, {"name": "Nora Newhead", "password1": words, "password2": words})


@pytest.mark.parametrize("is_named", [True, False])
def test_whoever_is_erased_does_not_come_back_by_an_invitation(client, cast, superuser, is_named):
    person, invitation, link = an_invited_person(cast)
    Invitation.objects.update(person=person if is_named else None)
    send(client, superuser, url_of(person), **SURE)
    joins(type(client)(), link)
    invitation.refresh_from_db()
    assert (invitation.revoked_by, invitation.accepted_by) == (superuser, None)
    assert not User.objects.filter(email="nora@example.org").exists()
    assert not User.objects.filter(person=person).exists()


def test_whom_the_clock_erases_has_no_invitation_left(client, cast):
    person, _, link = an_invited_person(cast)
    others = invitations.invite(by=cast.coordinator, email="ben@example.org", kind="headteacher", school=cast.asking)
    accepted = invitations.invite(by=cast.coordinator, email=person.email, kind="", school=cast.asking)
    Invitation.objects.filter(pk=accepted.pk).update(accepted_by=cast.stranger, accepted_at=timezone.now())
    erasing.erase(person=person, by=None, reason="The time is over")
    joins(client, link)
    assert set(Invitation.objects.all()) == {others, accepted}
    assert not User.objects.filter(person=person).exists()


def test_a_leader_who_is_erased_is_available_no_more(client, cast, superuser):
    SystemLeader.objects.filter(pk=cast.leader.pk).update(status="ended", is_available=True)
    send(client, superuser, url_of(cast.leader.person), **SURE)
    assert not SystemLeader.objects.get(pk=cast.leader.pk).is_available


def test_the_statement_says_who_erases_and_to_whom_a_name_is_shown(client, db):
    """As `may_erase` and the page that shows a name have it."""
    page = " ".join(client.get(reverse("staff:privacy")).content.decode().split())
    assert "Only whoever runs the portal can erase it: your coordinator passes on that you asked." in page
    assert "Whoever runs the portal can see it too, with a reason that the headteacher is told." in page


# What others wrote ----------------------------------------------------------------------------------

NEWCOMER = "Former colleague"
ELSEWHERE = {  # who is erased, what stands in somebody else's request, what becomes of it
    "a word": ("Office", "The office needs help; ask the Office", "The office needs help; ask the Office"),
    "a name that is a word": ("Grace", "A period of grace; Grace Hopper", "A period of grace; Grace Hopper"),
    "the full name": ("Ann Lee", "ANN LEE's plan, by Ann Lee.", f"{NEWCOMER}'s plan, by {NEWCOMER}."),
    "a longer name": ("Ann Lee", "Ann Lee-Smith and Mary-Ann Lee", "Ann Lee-Smith and Mary-Ann Lee"),
    "between dashes": ("Ann Lee", "Two - Ann Lee - or three", f"Two - {NEWCOMER} - or three"),
    "a longer surname": ("Ann Lee", "Mr Lee, Mrs Lee-Smith", f"{NEWCOMER}, Mrs Lee-Smith"),
    "a surname and an initial": ("Ann Lee", "Prof. A. Lee; A Lee; a lee", f"{NEWCOMER}; {NEWCOMER}; a lee"),
    "the surname first": ("Ann Lee", "LEE, Ann and Lee, Ben", f"{NEWCOMER} and Lee, Ben"),
    "another apostrophe": ("Ann O'Hara", "Ann O’Hara, ann oʼhara", f"{NEWCOMER}, {NEWCOMER}"),
    "an accent in two signs": ("Zoë Lee", "Zoë Lee, Zoe Lee", f"{NEWCOMER}, Zoe Lee"),
    "a surname alone": ("Ann Lee", "The Lee Hall", "The Lee Hall"),
}
OWN = {
    "a surname": ("Ann Hope", "We hope that Hope comes", f"We hope that {NEWCOMER} comes"),
    "a longer one": ("Ann Hope", "Hope-Jones, O'Hope, Hopeful", "Hope-Jones, O'Hope, Hopeful"),
    "a month": ("Ann May", "We may need a day in May; Mr May", f"We may need a day in May; {NEWCOMER}"),
    "a single word": ("Grace", "With grace: Grace", f"With grace: {NEWCOMER}"),
}
ADDRESSES = "ann@example.org. lee.ann@example.org ann@example.org.uk"


def after_erasing(person, request, field="need"):
    erasing.replace(person)
    request.refresh_from_db()
    return getattr(request, field).replace(erasing.name_of(person), NEWCOMER)


@pytest.mark.parametrize("what", ELSEWHERE)
def test_in_rows_of_others_only_the_full_name_and_the_titled_surname_are_replaced(cast, what):
    name, need, then = ELSEWHERE[what]
    assert after_erasing(factories.PersonFactory(name=name), a_request(cast, need=need)) == then


def test_a_surname_that_two_have_stays_with_a_title(cast):
    factories.PersonFactory(name="Ben Lee")
    request = a_request(cast, need="Ann Lee and Lee, Ann; Mr Lee and A. Lee")
    then = f"{NEWCOMER} and {NEWCOMER}; Mr Lee and A. Lee"
    assert after_erasing(factories.PersonFactory(name="Ann Lee"), request) == then


@pytest.mark.parametrize("what", OWN)
def test_in_the_persons_own_rows_a_single_word_is_replaced_as_it_is_written(cast, what):
    name, need, then = OWN[what]
    request = a_request(cast, status="submitted", need=need)
    Person.objects.filter(pk=cast.head.person_id).update(name=name)
    assert after_erasing(Person.objects.get(pk=cast.head.person_id), request) == then


def test_an_address_within_a_longer_one_stays(cast):
    person = factories.PersonFactory(email="ann@example.org")
    then = f"erased-{person.pk}@erased.invalid. lee.ann@example.org ann@example.org.uk"
    assert after_erasing(person, a_request(cast, need=ADDRESSES)) == then


@pytest.mark.parametrize(
    ("name", "supported", "then"),
    [
        ("Anna Hill", "Mr Hill", "Mr Hill"),
        ("Anna Hill", "Anna Hill's deputy", "Anna Hill's deputy"),
        ("Ann Lee", "Ann Lee-Smith", "Ann Lee-Smith"),
        ("Grace", "Grace Hopper", "Grace Hopper"),
        ("Grace", "Grace", "Grace"),
        ("Anna Hill", "anna HILL", NEWCOMER),
    ],
)
def test_the_name_of_a_supported_person_stays_unless_all_of_it_is_the_one_erased(cast, name, supported, then):
    request = a_request(cast, status="submitted", supported_person=supported)
    assert after_erasing(factories.PersonFactory(name=name), request, "supported_person") == then
