"""People come by invitation: a link in a mail, for one address, once, until a day.

Raises Refused with a sentence when it cannot be done now.
"""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused

from . import outbox, rules
from .models import Invitation, Person, Post, Role, User
from .models.invitations import digest, new_token, two_weeks_on

USED = "This invitation has been used, has been taken back or is too old. Ask for a new one."


def why_not(*, by, email, kind="", title="", school=None, person=None, **facts):
    """(the field, a sentence) of what somebody may not invite to by themselves; None where there is nothing."""
    if is_of(by, email.lower()):
        return "email", "This is an address of your own: somebody else has to invite you"
    if Role.Kind.HEADTEACHER in (kind, title) and rules.has_post_at(by, school):
        return "school", f"You work at {school}: another coordinator has to invite its headteacher"
    if person and is_anothers(person, email.lower()):
        return "email", f"{person} has another address here: change it on the person or the sign-in first"
    return None


def _check(by, invitation):
    facts = {name: getattr(invitation, name) for name in ("email", "kind", "title", "school", "person")}
    if against := why_not(by=by, **facts):
        raise Refused(f"{against[1]}.")


@transaction.atomic
def invite(*, by, email, **facts):
    """Invite an address; facts are the fields of Invitation that say to what."""
    token = new_token()
    invitation = Invitation(email=email.lower(), invited_by=by, token_digest=digest(token), **facts)
    _check(by, invitation)
    invitation.save()
    _mail(invitation, token)
    return invitation


@transaction.atomic
def resend(*, invitation, by):
    """A new link, from whoever sends it; the one before stops working."""
    _check(by, invitation)
    token = new_token()
    facts = {
        "token_digest": digest(token),
        "invited_by": by,
        "invited_at": timezone.now(),
        "expires_at": two_weeks_on(),
    }
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(**facts):
        raise Refused(f"{invitation.email} has accepted already, or the invitation was revoked.")
    invitation.refresh_from_db()
    _mail(invitation, token)


@transaction.atomic
def revoke(*, invitation, by):
    found = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if not found.update(revoked_by=by, revoked_at=timezone.now()):
        raise Refused(f"{invitation.email} has accepted already, or the invitation was revoked.")


def _mail(invitation, token):
    context = {
        "invitation": invitation,
        "link": settings.SITE_URL + reverse("staff:accept_invitation", args=[token]),
        "days": settings.INVITATION_DAYS,
    }
    outbox.write(invitation.email, "invitation", context, is_secret=True)


def find(token):
    """The invitation of a link, or None: unknown, used, revoked and old are one to whoever asks.

    Nor does it hold when whoever invited may invite no more, or the person has another address by now.
    """
    usable = Invitation.objects.usable().select_related("school", "alliance", "person", "invited_by__person")
    invitation = usable.filter(token_digest=digest(token)).first()
    if invitation is None or (invitation.person and is_anothers(invitation.person, invitation.email)):
        return None
    where = {"kind": invitation.kind, "school": invitation.school, "alliance": invitation.alliance}
    return invitation if rules.may_invite(invitation.invited_by, **where) else None


def has_account(email):
    return User.objects.filter(email=email).exists() or _confirmed(email).exists()


def is_of(user, email):
    """Whether an address is the user's: to sign in with, of the person, or another one the user has confirmed."""
    own = (user.email, user.person.email.lower())
    return email in own or _confirmed(email).filter(user=user).exists()


def is_anothers(person, email):
    """Whether a person is known by other addresses: then whoever reads this one may be somebody else."""
    user = User.objects.select_related("person").filter(person=person).first()
    return not is_of(user, email) if user else person.email.lower() not in ("", email)


def who_joins(invitation):
    """The person who is here already and has no sign-in yet; None where whoever joins is new."""
    person = invitation.person
    return None if person is None or User.objects.filter(person=person).exists() else person


def is_for(user, invitation):
    """An invitation is for its address: the user's own, or another one the user has confirmed."""
    return invitation.email == user.email or _confirmed(invitation.email).filter(user=user).exists()


def _confirmed(email):
    return EmailAddress.objects.filter(email=email, verified=True)


@transaction.atomic
def join(*, invitation, name, password):
    """Whoever has no sign-in yet accepts: the link came to the address, so the address is confirmed."""
    _claim(invitation)
    person = who_joins(invitation) or Person.objects.create(name=name, email=invitation.email)
    user = User.objects.create_user(invitation.email, password, person=person)
    _accept(invitation, user)
    return user


@transaction.atomic
def accept(*, invitation, by):
    """Somebody who signs in already takes on the role."""
    if not is_for(by, invitation):
        raise Refused("This invitation is for another address than the one you sign in with.")
    if invitation.invited_by == by:
        raise Refused("You sent this invitation yourself: somebody else has to invite you.")
    _claim(invitation)
    _accept(invitation, by)


def _claim(invitation):
    """Whoever comes second waits here, and finds it used."""
    if not Invitation.objects.usable().select_for_update().filter(pk=invitation.pk).exists():
        raise Refused(USED)


def _accept(invitation, user):
    today = timezone.localdate()
    place = {"school": invitation.school, "alliance": invitation.alliance}
    if invitation.title and not user.person.schools_on().filter(pk=invitation.school_id).exists():
        Post.objects.create(person=user.person, school=invitation.school, title=invitation.title, starts_on=today)
    if invitation.kind and not Role.objects.running().filter(user=user, kind=invitation.kind, **place).exists():
        Role.objects.create(user=user, kind=invitation.kind, starts_on=today, **place)
    if invitation.kind == Role.Kind.COORDINATOR and not user.is_staff:
        user.is_staff = True  # lets them reach the admin's door; the role is asked at each step
        user.save(update_fields=["is_staff"])
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user, accepted_at=timezone.now())
    _tell_the_others(invitation, user)


def _tell_the_others(invitation, user):
    """Nobody becomes head or coordinator beside another one without that one's knowledge."""
    if invitation.kind not in (Role.Kind.HEADTEACHER, Role.Kind.COORDINATOR):
        return
    place = {"school": invitation.school, "alliance": invitation.alliance}
    held = Role.objects.running().filter(kind=invitation.kind, user__is_active=True, **place).exclude(user=user)
    for role in held.select_related("user__person"):
        context = {
            "name": role.user.get_full_name(),
            "who": user.get_full_name(),
            "what": invitation.what,
            "by": invitation.invited_by.get_full_name(),
        }
        outbox.write(role.user.email, "new_role", context)


# Those who are here --------------------------------------------------------------------------------


def send_password_link(user):
    """Mail a link to set a password. It holds until it is used or PASSWORD_RESET_TIMEOUT is over."""
    token = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=token)
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    context = {"name": user.get_full_name(), "link": link, "days": days}
    outbox.write(user.email, "password_link", context, is_secret=True)


def tell_old_address(user, old):
    """Whoever signed in with an address hears that it is replaced, should nobody have asked them."""
    outbox.write(old, "new_address", {"name": user.get_full_name()})
