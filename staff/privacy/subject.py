"""One person, and whatever the rows about them are found by."""

from functools import cached_property

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from ..models import User


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
        """The e-mail addresses of the person, in lower case.

        Anybody can add an address and never confirm it: only a confirmed one says whose it is, and one by which
        somebody else signs in is that user's.
        """
        found = {self.person.email, self.user.email if self.user else ""}
        confirmed = EmailAddress.objects.filter(user=self.user_id, verified=True)
        found = {address.lower() for address in (*found, *confirmed.values_list("email", flat=True)) if address}
        others = User.objects.filter(email__in=found).exclude(pk=self.user_id)
        return sorted(found.difference(others.values_list("email", flat=True)))

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
