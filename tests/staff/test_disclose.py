import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from staff.models import Disclosure, Mail, Person, Post
from tests import factories
from tests.exchange.cases import send
from tests.signing_in import signed_in_long_ago

pytestmark = pytest.mark.slow

WHY = {"reason": "Asked for it by telephone on 3 May"}


def url_of(person):
    return reverse("staff:disclose", args=[person.pk])


def somebody(cast):
    person = Person.objects.create(name="Nora Newlead", email="nora@example.org")
    Post.objects.create(person=person, school=cast.asking, starts_on=factories.LONG_AGO)
    return person


def test_a_coordinator_reads_what_is_held_on_somebody_of_the_alliance_and_that_is_recorded(client, cast):
    person = somebody(cast)
    answer = send(client, cast.coordinator, url_of(person), **WHY)
    given = Disclosure.objects.get()
    assert (given.person, given.by, given.reason) == (person, cast.coordinator, WHY["reason"])
    assert answer.url == reverse("staff:disclosure", args=[given.pk])
    assert "nora@example.org" in client.get(answer.url).content.decode()
    file = reverse("staff:disclosure_file", args=[given.pk, "json"])
    assert client.get(file).json()["person"] == person.pk
    assert signed_in_long_ago(client).get(file).status_code == 302


def test_it_wants_one_to_sign_in_again_first_and_then_does_what_was_sent(client, cast):
    client.force_login(cast.coordinator)
    page = url_of(somebody(cast))
    again = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    assert signed_in_long_ago(client).get(page).url == again
    assert client.post(page, {"key": uuid.uuid4(), **WHY}).url == again
    assert not Disclosure.objects.exists()
    answer = client.post(again, {"password": "a long fictional password", "next": page})
    assert answer.url == reverse("staff:disclosure", args=[Disclosure.objects.get().pk])


@pytest.mark.parametrize("kind", ["school", "alliance"])
def test_a_role_alone_is_enough(client, cast, kind):
    """A business manager or an auditor has no post here."""
    user = (
        factories.business_manager_of(cast.asking)
        if kind == "school"
        else factories.observer_of(cast.alliance, "auditor")
    )
    assert send(client, cast.coordinator, url_of(user.person), **WHY).status_code == 302
    assert Disclosure.objects.get().person == user.person


def test_the_person_is_told_and_finds_it_among_what_is_held(client, cast):
    send(client, cast.coordinator, url_of(cast.head.person), **WHY)
    mail = Mail.objects.get(to=cast.head.email, subject="Somebody was given what is held on you")
    assert f"{cast.coordinator} was given what the portal holds on you." in mail.text
    client.force_login(cast.head)
    assert "Exports of what is held on somebody" in client.get(reverse("staff:my_data")).content.decode()


def test_not_of_somebody_whose_school_is_a_member_of_another_alliance_too_or_has_left(client, cast):
    person = somebody(cast)
    shared = factories.MembershipFactory(alliance=factories.AllianceFactory(), school=cast.asking)
    assert send(client, cast.coordinator, url_of(person), **WHY).status_code == 404
    shared.delete()
    cast.asking.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert send(client, cast.coordinator, url_of(person), **WHY).status_code == 404
    assert not Disclosure.objects.exists()


def elsewhere(cast):
    """Somebody of the alliance who worked at a school of another one, long ago."""
    person = somebody(cast)
    school = factories.member(factories.AllianceFactory())
    Post.objects.create(
        person=person, school=school, starts_on=factories.LONG_AGO, ends_on=factories.LONG_AGO + timedelta(days=9)
    )
    return person


def role_elsewhere(cast):
    user = factories.business_manager_of(factories.member(factories.AllianceFactory()))
    Post.objects.create(person=user.person, school=cast.asking, starts_on=factories.LONG_AGO)
    return user.person


REFUSED = {
    "of another alliance": lambda cast: factories.head_of(factories.member(factories.AllianceFactory())).person,
    "also elsewhere": elsewhere,
    "with a role elsewhere": role_elsewhere,
    "a superuser": lambda cast: factories.head_of(cast.asking, is_superuser=True).person,
    "oneself": lambda cast: cast.coordinator.person,
    "without a post or role": lambda cast: factories.PersonFactory(),
}


@pytest.mark.parametrize("who", REFUSED)
def test_a_coordinator_is_not_given(client, cast, who):
    person = REFUSED[who](cast)
    assert send(client, cast.coordinator, url_of(person), **WHY).status_code == 404
    assert not Disclosure.objects.exists()
    superuser = factories.UserFactory(is_superuser=True)
    assert send(client, superuser, url_of(person), **WHY).status_code == 302


@pytest.mark.parametrize("who", ["head", "home_head", "lead", "stranger"])
def test_nobody_else_is_given_anything(client, cast, who):
    assert send(client, getattr(cast, who), url_of(somebody(cast)), **WHY).status_code == 404
    assert not Disclosure.objects.exists()


def test_it_is_open_for_an_hour_to_whom_it_was_given_while_they_may(client, cast):
    page = send(client, cast.coordinator, url_of(somebody(cast)), **WHY).url
    client.force_login(factories.coordinator_of(cast.alliance))
    assert client.get(page).status_code == 404
    client.force_login(cast.coordinator)
    cast.coordinator.roles.update(ends_on=factories.LONG_AGO)
    assert client.get(page).status_code == 404
    cast.coordinator.roles.update(ends_on=None)
    assert client.get(page).status_code == 200
    Disclosure.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert client.get(page).status_code == 404


def test_it_wants_a_reason(client, cast):
    answer = send(client, cast.coordinator, url_of(somebody(cast)))
    assert answer.context["form"].errors["reason"] == ["Enter a reason"]
