"""How long each kind of row is kept: one table, read by the nightly job and by the page that says what goes next.

Whoever stands above, or brings a new kind of row, adds a line with `keep`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from portal.errors import Refused
from schools.models import School

from ..models import Disclosure, Invitation, Mail, Person, Post, Role, SystemLeader
from . import erasing

logger = logging.getLogger(__name__)

CHUNK = 500
AHEAD = timedelta(days=30)
YEAR = 365


def delete(rows):
    rows.model._default_manager.filter(pk__in=rows.values("pk")).delete()


@dataclass(frozen=True)
class Period:
    """One line of the table. `rows` gives what is older than a moment; `end` ends a chunk of them.

    `one_by_one`: each row has a transaction of its own. `due` says on which day a row's time is over; `seen_by`
    narrows rows to what a user may see, one by one.
    """

    title: str
    days: int
    rows: Callable
    act: str = "deleted"
    end: Callable = delete
    one_by_one: bool = False
    due: Callable | None = None
    seen_by: Callable | None = None

    @property
    def length(self):
        years, rest = divmod(self.days, YEAR)
        number, word = (years, "year") if years and not rest else (self.days, "day")
        return f"{number} {word}{'' if number == 1 else 's'}"

    def over(self, now):
        return self.rows(now - timedelta(days=self.days))

    def soon(self, now):
        """What will be over within 30 days, and what is over and waits for the night."""
        return self.over(now + AHEAD)


_periods: list["Period"] = []


def keep(title, days, rows, **how):
    _periods.append(Period(title, days, rows, **how))


def periods():
    return list(_periods)


def enforce(period, now):
    """End what is over, chunk by chunk, each in its own transaction; one that fails stops no other.

    A row that cannot be ended stays. Returns how many were looked at.
    """
    looked_at, last = 0, None
    while True:
        rows = period.over(now).order_by("pk")
        keys = list((rows.filter(pk__gt=last) if last is not None else rows).values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return looked_at
        for chunk in [[key] for key in keys] if period.one_by_one else [keys]:
            _end(period, now, chunk)
        looked_at, last = looked_at + len(keys), keys[-1]


def _end(period, now, keys):
    """Of these, what still is over: a draft that was sent since it was listed stays."""
    try:
        with transaction.atomic():
            rows = period.over(now)
            list(rows.model._default_manager.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
            period.end(rows.filter(pk__in=keys))
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # its words can hold names
        which = f"{keys[0]} to {keys[-1]}" if keys[1:] else keys[0]
        logger.error("%s: %s could not be ended, %s", period.title, which, type(error).__name__)


# The table -----------------------------------------------------------------------------------------


def _ended_sessions(before):
    """Those of which allauth keeps a row, though the session itself is gone."""
    open_ones = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(open_ones), created_at__lt=before)


def never_confirmed(before):
    """Addresses carry no date: the mail that asks to confirm one does. Not one that somebody signs in with."""
    lately = Mail.objects.filter(to=OuterRef("email"), created_at__gte=before)
    return EmailAddress.objects.filter(~Exists(lately), verified=False).exclude(email=F("user__email"))


def _with_an_invitation():
    """Whether somebody can still accept one: their own, or one to an address of theirs."""
    usable = Invitation.objects.usable()
    confirmed = EmailAddress.objects.filter(user__person=OuterRef("pk"), verified=True)
    return (
        Exists(usable.filter(person=OuterRef("pk")))
        | Exists(usable.filter(email=Lower(OuterRef("email"))))
        | Exists(usable.filter(email=OuterRef("user__email")))
        | Exists(confirmed.filter(email__in=usable.values("email")))
    )


def _nobody_expected(people, before):
    """Without superusers, leaders, whoever has lately signed in, is invited, or has been erased already."""
    people = people.filter(~_with_an_invitation()).exclude(name__startswith=erasing.PSEUDONYM)
    people = people.exclude(pk__in=SystemLeader.objects.exclude(status=SystemLeader.Status.ENDED).values("person"))
    return people.exclude(user__is_superuser=True).exclude(user__last_login__gte=before)


def people_who_left(before):
    """Nobody who still has, or lately had, a role or a post."""
    day = timezone.localdate(before)
    lately = Q(ends_on=None) | Q(ends_on__gte=day)
    posts, roles = Post.objects.filter(person=OuterRef("pk")), Role.objects.filter(user__person=OuterRef("pk"))
    had = Q(Exists(posts)) | Q(Exists(roles))
    has = Exists(posts.filter(lately)) | Exists(roles.filter(lately))
    return _nobody_expected(Person.objects.filter(had, ~has), before)


def people_who_never_came(before):
    """Without a role or a post, ever; nobody who has lately been added."""
    posts, roles = Post.objects.filter(person=OuterRef("pk")), Role.objects.filter(user__person=OuterRef("pk"))
    return _nobody_expected(Person.objects.filter(~Exists(posts), ~Exists(roles), added_at__lt=before), before)


def erase_people(people):
    """Whoever has running work is kept until that has ended."""
    for person in people:
        try:
            erasing.erase(person=person, by=None, reason="The time is over for which people are kept")
        except Refused:
            continue


def erased_on(person):
    ends = [row.ends_on for row in (*person.posts.all(), *Role.objects.filter(user__person=person))]
    return max(ends) + timedelta(days=2 * YEAR + 1)


def never_came_on(person):
    user = getattr(person, "user", None)
    last = max(person.added_at, user.last_login) if user and user.last_login else person.added_at
    return timezone.localdate(last) + timedelta(days=YEAR + 1)


def people_of(people, user, alliances):
    """Coordinators see those who had a role or a post in their alliances."""
    schools = School.objects.filter(memberships__alliance__in=alliances)
    posts = Post.objects.filter(school__in=schools)
    roles = Role.objects.filter(Q(alliance__in=alliances) | Q(school__in=schools))
    mine = Q(pk__in=posts.values("person")) | Q(pk__in=roles.values("user__person"))
    return people if user.is_superuser else people.filter(mine)


keep("Mail, sent or not", 180, lambda before: Mail.objects.filter(created_at__lt=before))
keep("Sessions that have ended", 1, lambda before: Session.objects.filter(expire_date__lt=before))
keep("Where somebody was signed in", 1, _ended_sessions)
keep("Addresses that were never confirmed", 30, never_confirmed)
keep(
    "Links to confirm an address", 30,
    lambda before: EmailConfirmation.objects.filter(created__lt=before),
)  # fmt: skip
keep(
    "Invitations that nobody accepted",
    180,
    lambda before: Invitation.objects.filter(accepted_at=None, expires_at__lt=before),
)
keep("Changes made in the admin", 2 * YEAR, lambda before: LogEntry.objects.filter(action_time__lt=before))
keep("Exports of what is held on somebody", 6 * YEAR, lambda before: Disclosure.objects.filter(at__lt=before))
keep(
    "People without a role or a post", 2 * YEAR, people_who_left, act="erased by pseudonym", end=erase_people,
    one_by_one=True, due=erased_on, seen_by=people_of,
)  # fmt: skip
keep(
    "People who never had a role or a post", YEAR, people_who_never_came, act="erased by pseudonym", end=erase_people,
    one_by_one=True, due=never_came_on, seen_by=people_of,
)  # fmt: skip
