"""One person, and whatever the rows about them are found by."""

from functools import cached_property

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from ..models import Invitation, Person, User


class Subject:
    def __init__(self, person):
        self.person, self.person_id = person, person.pk
        self.user = getattr(person, "user", None)
        self.user_id = self.user and self.user.pk
        self.leader = getattr(person, "leader", None)
        self.leader_id = self.leader and self.leader.pk
        self.number = self.user and f"user:{self.user.pk}"  # as the bank names who posted

    @cached_property
    def addresses(self):
        """The e-mail addresses of the person and of nobody else, in lower case.

        Anybody can add an address and never confirm it: only a confirmed one says whose it is. An office's, which
        somebody else has too, leads to nobody: what went there may be theirs. One to which an invitation came that they
        accepted was theirs, though they may sign in with another one by now.
        """
        found = {self.person.email, self.user.email if self.user else ""}
        confirmed = EmailAddress.objects.filter(user=self.user_id, verified=True).values_list("email", flat=True)
        accepted = Invitation.objects.filter(accepted_by=self.user_id).exclude(accepted_by=None)
        found = {*found, *confirmed, *accepted.values_list("email", flat=True)}
        found = {address.lower() for address in found if address}
        return sorted(found.difference(self._addresses_of_others(found)))

    def _addresses_of_others(self, found):
        """Those of the addresses that another person, another user or another person's invitation has."""
        people = Person.objects.annotate(address=Lower("email")).filter(address__in=found).exclude(pk=self.person_id)
        users = User.objects.filter(email__in=found).exclude(pk=self.user_id)
        confirmed = EmailAddress.objects.annotate(address=Lower("email")).filter(address__in=found, verified=True)
        named = Q(person=None) | Q(person=self.person_id)
        invitations = Invitation.objects.filter(email__in=found).exclude(named)
        return {
            *people.values_list("address", flat=True),
            *users.values_list("email", flat=True),
            *confirmed.exclude(user=self.user_id).values_list("address", flat=True),
            *invitations.values_list("email", flat=True),
        }

    @cached_property
    def session_keys(self):
        """Of the sessions that allauth lists; `find_every_session` finds the others too."""
        return list(UserSession.objects.filter(user=self.user_id).values_list("session_key", flat=True))

    def find_every_session(self):
        """Open each session there is, and keep the keys of this user's."""
        mine = {"_auth_user_id": str(self.user_id)}.items()
        sessions = Session.objects.filter(expire_date__gte=timezone.now()).iterator()
        found = [session.session_key for session in sessions if mine <= session.get_decoded().items()]
        self.session_keys = [*self.session_keys, *found]

    def is_named_by(self, row, key, what):
        """Whether a row's key leads to this person."""
        return getattr(row, f"{key}_id") == getattr(self, f"{what}_id")
