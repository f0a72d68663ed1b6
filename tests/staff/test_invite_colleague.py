import re

import pytest
from django.test import Client
from django.urls import reverse

from staff.models import Invitation, Mail, Role, User
from staff.rights import delegable
from tests import factories
from tests.exchange.cases import send

NEW = {"name": "Dora Deputy", "password1": "four fictional words", "password2": "four fictional words"}


def invite(client, user, school, **data):
    facts = {"name": "Dora", "email": "Dora@Example.org", "title": "deputy", **data}
    return send(client, user, reverse("staff:invite_colleague", args=[school.pk]), **facts)


def accept(email):
    link = re.search(r"/invitations/\S+/", Mail.objects.filter(to=email).last().text)[0]
    return Client().post(link, NEW)


def test_a_head_invites_a_deputy_and_hands_over_rights(client, cast):
    invite(client, cast.head, cast.asking)
    page = client.get(reverse("staff:delegates", args=[cast.asking.pk])).content.decode()
    assert "dora@example.org" in page
    assert accept("dora@example.org").status_code == 302
    user = User.objects.get(email="dora@example.org")
    post = user.person.posts.get()
    assert (post.school, post.title, user.roles.count()) == (cast.asking, "deputy", 0)


def test_a_business_manager_has_the_role_at_once(client, cast):
    invite(client, cast.head, cast.asking, title="business_manager")
    accept("dora@example.org")
    assert Role.objects.get(user__email="dora@example.org").kind == "business_manager"


def test_nobody_gives_a_post_to_an_address_of_their_own(client, cast):
    answer = invite(client, cast.head, cast.asking, email=cast.head.email)
    assert answer.status_code == 409
    assert "This is an address of your own: somebody else has to invite you." in answer.content.decode()
    assert not Invitation.objects.exists()


def test_no_head_is_made_and_none_of_another_school(client, cast):
    assert "Select a valid choice" in invite(client, cast.head, cast.asking, title="headteacher").content.decode()
    invite(client, cast.head, cast.asking, kind="headteacher", alliance=cast.alliance.pk)
    invitation = Invitation.objects.get()
    assert (invitation.kind, invitation.school) == ("", cast.asking)


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("lead", 404), ("coordinator", 403)])
def test_only_the_head_invites(client, cast, who, status):
    assert invite(client, getattr(cast, who), cast.asking).status_code == status
    assert not Invitation.objects.exists()


def test_a_delegate_does_not_invite(client, cast):
    delegate = factories.delegate_of(cast.asking, cast.head, *delegable)
    assert invite(client, delegate, cast.asking).status_code == 403
    assert not Invitation.objects.exists()


def test_it_is_taken_back_by_whoever_invited(client, cast):
    invite(client, cast.head, cast.asking)
    invitation = Invitation.objects.get()
    url = reverse("staff:revoke_invitation", args=[cast.asking.pk, invitation.pk])
    assert send(client, cast.stranger, url).status_code == 404
    assert send(client, cast.head, url).status_code == 302
    assert accept("dora@example.org").status_code == 404
    assert not User.objects.filter(email="dora@example.org").exists()


def test_nobody_is_invited_twice(client, cast):
    invite(client, cast.head, cast.asking)
    assert "This address has been invited already" in invite(client, cast.head, cast.asking).content.decode()
    assert Invitation.objects.count() == 1
