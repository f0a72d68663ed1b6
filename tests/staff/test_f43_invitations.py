"""An invitation opens the door once, to its address, in time, and to nobody else."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff import invitations, outbox
from staff.models import Invitation, Mail, Role, User
from tests.races import needs_postgresql, together

NEW = {"name": "Nora Newhead", "password1": "four fictional words", "password2": "four fictional words"}
ADDRESS = "new.head@example.org"
GONE = "This invitation cannot be used"


def invited(cast, email=ADDRESS, *, kind="headteacher", **facts):
    """An invitation to the asking school, and its link."""
    facts = {"kind": kind, **(facts or {"school": cast.asking})}
    invitation = invitations.invite(by=cast.coordinator, email=email, **facts)
    return invitation, re.search(r"/invitations/\S+/", Mail.objects.filter(to=email.lower()).last().text)[0]


def test_somebody_new_joins_by_it_and_is_signed_in(client, cast):
    invitation, link = invited(cast, "New.Head@Example.org")
    page = client.get(link).content.decode()
    assert f"{cast.coordinator} invites {ADDRESS}" in page
    assert "Ashgrove" in page
    response = client.post(link, NEW)
    user = User.objects.get(email=ADDRESS)
    assert (response.status_code, client.session["_auth_user_id"]) == (302, str(user.pk))
    assert (user.get_full_name(), user.roles.get().school, user.is_staff) == ("Nora Newhead", cast.asking, False)
    assert EmailAddress.objects.get(user=user).verified
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == ("Accepted", user)


def test_somebody_who_signs_in_already_takes_on_the_role(client, cast):
    _, link = invited(cast, cast.stranger.email)
    page = client.get(link).content.decode()
    assert "Sign in to accept" in page
    assert client.post(link, NEW).status_code == 200
    client.force_login(cast.stranger)
    assert "Accept" in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    assert cast.stranger.roles.filter(kind="headteacher", school=cast.asking).count() == 1
    assert cast.stranger.check_password("a long fictional password")


@pytest.mark.parametrize("facts", [{"kind": "headteacher"}, {"kind": "", "title": "headteacher"}])
def test_nobody_accepts_what_they_sent_themselves(client, cast, facts):
    _, link = invited(cast, "second@example.org", school=cast.asking, **facts)
    EmailAddress.objects.create(user=cast.coordinator, email="second@example.org", verified=True)
    client.force_login(cast.coordinator)
    answer = client.post(link)
    assert answer.status_code == 409
    assert "You sent this invitation yourself: somebody else has to invite you." in answer.content.decode()
    assert not cast.coordinator.roles.filter(kind="headteacher").exists()
    assert not cast.coordinator.person.posts.filter(title="headteacher").exists()


def test_the_head_who_is_there_is_told_of_another_one(client, cast):
    _, link = invited(cast)
    client.post(link, NEW)
    told = Mail.objects.filter(subject__startswith="Somebody new")
    assert [mail.to for mail in told] == [cast.head.email]
    assert f"Nora Newhead has accepted an invitation of {cast.coordinator}" in told.get().text


def test_f43_it_works_once(client, cast):
    _, link = invited(cast)
    client.post(link, NEW)
    second = Client()
    assert GONE in second.get(link).content.decode()
    response = second.post(link, {**NEW, "name": "Mallory"})
    assert (response.status_code, GONE in response.content.decode()) == (404, True)
    assert "_auth_user_id" not in second.session
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert not User.objects.filter(person__name="Mallory").exists()


def test_f43_it_does_not_work_late(client, cast):
    invitation, link = invited(cast)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert GONE in client.post(link, NEW).content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_f43_it_does_not_work_for_another_address(client, cast):
    _, link = invited(cast)
    client.force_login(cast.stranger)
    for response in (client.get(link), client.post(link, NEW)):
        assert response.status_code == 403
        assert "This invitation is for another address" in response.content.decode()
        assert ADDRESS not in response.content.decode()
    assert not Role.objects.filter(user=cast.stranger, school=cast.asking).exists()


def test_f43_an_address_that_is_not_confirmed_does_not_take_it(client, cast):
    _, link = invited(cast)
    EmailAddress.objects.create(user=cast.stranger, email=ADDRESS, verified=False)
    client.force_login(cast.stranger)
    assert client.post(link).status_code == 403
    EmailAddress.objects.filter(email=ADDRESS).update(verified=True)
    assert client.post(link).status_code == 302


TAMPERED = {
    "cut off": lambda token: token[:-1],
    "turned round": lambda token: token[::-1],
    "longer": lambda token: token + "a",
    "other letters": lambda token: token.swapcase(),
    "what the database holds": lambda token: Invitation.objects.get().token_digest,
}


@pytest.mark.parametrize("how", TAMPERED)
def test_f43_tampered_with_it_does_not_work(client, cast, how):
    _, link = invited(cast)
    token = link.split("/")[2]
    response = client.post(reverse("staff:accept_invitation", args=[TAMPERED[how](token)]), NEW)
    assert (response.status_code, GONE in response.content.decode()) == (404, True)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_f43_what_is_posted_changes_neither_address_nor_role(client, cast):
    _, link = invited(cast)
    extra = {"email": "mallory@example.org", "kind": "coordinator", "is_superuser": "on", "is_staff": "on"}
    client.post(link, {**NEW, **extra, "alliance": cast.alliance.pk, "school": cast.giving.pk})
    user = User.objects.get(email=ADDRESS)
    assert (user.is_superuser, user.is_staff) == (False, False)
    assert [(role.kind, role.school) for role in user.roles.all()] == [("headteacher", cast.asking)]
    assert not User.objects.filter(email="mallory@example.org").exists()


def test_f43_it_falls_with_the_right_of_whoever_invited(client, cast):
    _, link = invited(cast)
    cast.coordinator.roles.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert GONE in client.post(link, NEW).content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_weak_password_is_refused(client, cast):
    _, link = invited(cast)
    weak = client.post(link, {**NEW, "password1": "12345678", "password2": "12345678"}).content.decode()
    different = client.post(link, {**NEW, "password2": "other words altogether"}).content.decode()
    assert "This password is too common" in weak
    assert "The two passwords are not the same" in different
    assert not User.objects.filter(email=ADDRESS).exists()


@needs_postgresql
@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_f43_of_two_at_once_one_joins():
    from tests.exchange.cases import make_cast

    _, link = invited(make_cast())
    together(*[lambda n=n: Client().post(link, {**NEW, "name": f"Nora {n}"}) for n in range(4)])
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert Role.objects.filter(user__email=ADDRESS).count() == 1


# F38: tokens of invitations ------------------------------------------------------------------------


def test_f38_a_token_has_128_bits_and_is_stored_as_a_digest_only(cast):
    invitation, link = invited(cast)
    token = link.split("/")[2]
    assert len(token) * 6 >= 128
    assert invitation.token_digest != token
    values = [str(value) for value in Invitation.objects.values_list().get()]
    assert not any(token in value for value in values)


def test_f38_the_mail_forgets_the_link_once_it_is_sent(cast):
    _, link = invited(cast)
    outbox.relay()
    mail = Mail.objects.get(to=ADDRESS)
    assert mail.sent_at
    assert (mail.text, mail.html) == ("", "")
    assert link not in str(Mail.objects.values_list().get(pk=mail.pk))


def test_f38_a_link_stands_in_no_log(client, cast, caplog):
    _, link = invited(cast)
    with caplog.at_level("DEBUG"):
        client.get(link)
        client.post(link, NEW)
        client.get(link)
    assert caplog.records
    assert link.split("/")[2] not in "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
