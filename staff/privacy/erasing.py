"""A person is erased by a pseudonym: every name, address and number goes, what was counted stays.

The pseudonym follows from the person's number, so that erasing again, after a backup was restored, gives the same.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import escape

from portal import personal
from portal.errors import Refused
from portal.names import Name

from ..models import Erasure, Invitation, Person, Role, SystemLeader, User
from .subject import Subject

PSEUDONYM = "Former colleague"
BEFORE, AFTER = r"(?<!\w)(?<!\w[-'’])", r"(?!\w|-\w)"  # not within a longer name or number
# Functions of a subject: each gives sentences for what has to be ended first.
obstacles: list[Callable[[Subject], Any]] = []


def obstacle(function):
    obstacles.append(function)
    return function


def name_of(person):
    return f"{PSEUDONYM} {person.pk}"


def address_of(person):
    return f"erased-{person.pk}@erased.invalid"


def is_erased(person):
    return person.name == name_of(person)


def what_stands_against(person, *, by=None):
    """Sentences for the one who wants to erase; none where it can be done."""
    subject = Subject(person)
    found = [sentence for function in obstacles for sentence in function(subject)]
    if by is not None and by == subject.user:
        found.append("You cannot erase yourself: ask another superuser.")
    return found


@transaction.atomic
def erase(*, person, by, reason):
    """Replace a person by a pseudonym, for good; `by` is None for the clock. Raises Refused: what stands against."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if is_erased(person):
        raise Refused("This person has been erased already.")
    against = what_stands_against(person, by=by)
    if against:
        raise Refused(" ".join(against))
    facts = {"by": by, "reason": reason}  # of the first time, should a backup have brought the person back
    erasure, _ = Erasure.objects.get_or_create(person=person.pk, fingerprint=fingerprint(person), defaults=facts)
    replace(person, by=by)
    erasure.refresh_from_db()
    return erasure


def fingerprint(person, secret=None):
    """Says whether a number in the list still is the same person; nobody can try names out without the secret."""
    facts = f"{person.pk}\n{person.name}\n{person.email}"
    return salted_hmac("staff.erasing", facts, secret=secret, algorithm="sha256").hexdigest()


def has_fingerprint(person, wanted):
    """Also by a secret that has been changed since, while it stands in SECRET_KEY_FALLBACKS."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(fingerprint(person, secret) == wanted for secret in secrets)


@transaction.atomic
def replace(person, *, by=None):
    """What erasing does to the rows; also when it is done again."""
    subject = Subject(person)
    subject.find_every_session()
    _take_back_invitations(subject, by)
    everywhere, own = _texts_to_find(subject)
    for entry in personal.entries():
        _replace_in_texts(entry, subject, everywhere, own)
    for entry in personal.entries():
        if entry.is_deleted:
            entry.model._default_manager.filter(pk__in=entry.rows_of(subject).values("pk")).delete()
        elif "pk" in entry.rows:
            _replace_in_fields(entry, subject)
    _close(subject)


# Fields --------------------------------------------------------------------------------------------


def _replace_in_fields(entry, subject):
    """The rows that are the person: name, address and what is written there about them."""
    values = dict.fromkeys(entry.of_kind(personal.NAME), name_of(subject.person))
    values |= dict.fromkeys(entry.of_kind(personal.ADDRESS), address_of(subject.person))
    values |= dict.fromkeys(entry.of_kind(personal.EMPTY), "")
    entry.model._default_manager.filter(pk=getattr(subject, entry.rows["pk"])).update(**values)


def _take_back_invitations(subject, by):
    """While they can be found: a link that was mailed would make a new sign-in of the erased person."""
    theirs = Q(person=subject.person) | Q(email__in=subject.addresses)
    unanswered = Invitation.objects.unanswered().filter(theirs)
    if by:
        unanswered.update(revoked_by=by, revoked_at=timezone.now())
    else:  # the clock: a revoked one says by whom
        unanswered.delete()


def _close(subject):
    """The sign-in opens nothing any more; roles and posts have ended."""
    yesterday = timezone.localdate() - timedelta(days=1)
    dated = list(subject.person.posts.all())
    if subject.user:
        dated += Role.objects.filter(Q(user=subject.user) | Q(delegated_by=subject.user))
        user = User(pk=subject.user_id)
        user.set_unusable_password()
        User.objects.filter(pk=subject.user_id).update(
            password=user.password, is_active=False, is_staff=False, is_superuser=False, last_login=None
        )
    for row in dated:
        if row.ends_on is None or row.ends_on > yesterday:
            type(row).objects.filter(pk=row.pk).update(ends_on=max(row.starts_on, yesterday))
    SystemLeader.objects.filter(person=subject.person).update(is_available=False)


# Texts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What to look for, what to write instead, and letters that a text which holds it has."""

    pattern: re.Pattern
    new: str
    traces: list


def _texts_to_find(subject):
    """What is looked for in every row, and in rows that name the person by a key.

    A name that somebody else has too, or that is a single word, is looked for in the person's own rows only.
    """
    person, others = subject.person, Person.objects.exclude(pk=subject.person_id)
    everywhere, name = [_address(address, person) for address in subject.addresses], Name(person.name)
    if not name.surname:
        raise ValueError("Somebody without a name cannot be looked for.")
    is_single = not (name.given or name.title)
    whole, word = _called(person, name.whole), _called(person, name.letters, re.NOFLAG)
    if not is_single and not others.filter(name__iexact=person.name).exists():
        everywhere.append(whole)
        if not others.filter(name__iendswith=f" {name.surname}").exists():
            everywhere.append(_called(person, name.short))
    own = [word] if is_single else [whole]
    if person.telephone:
        own.append(_number(person.telephone))
    if not is_single and name.surname in name.alone:
        own.append(word)
    return everywhere, everywhere + own


def _called(person, source, flags=re.IGNORECASE):
    """A single word is looked for only as it is written, "Hope" and not "hope"."""
    pattern = re.compile(f"{BEFORE}(?:{source}){AFTER}", flags)
    return Wanted(pattern, name_of(person), [Name(person.name).trace])


def _address(address, person):
    """Not within a longer address."""
    source = rf"(?<!\w)(?<!\w[.+-])(?:{'|'.join(map(re.escape, _spelt(address)))})(?!\w|[.-]\w)"
    return Wanted(re.compile(source, re.IGNORECASE), address_of(person), _spelt(address))


def _number(telephone):
    source = f"{BEFORE}(?:{'|'.join(map(re.escape, _spelt(telephone)))}){AFTER}"
    return Wanted(re.compile(source), "", _spelt(telephone))


def _spelt(text):
    """As it is typed, as it stands in a page, and as it stands in JSON."""
    return list(dict.fromkeys((text, escape(text), json.dumps(text)[1:-1])))


def _replace_in_texts(entry, subject, everywhere, own):
    names = entry.of_kind(personal.TEXT, personal.COPY)
    if names:
        traces = [trace for wanted in everywhere for trace in wanted.traces]
        holds = [Q(**{f"{name}__icontains": trace}) for name in names for trace in traces]
        if holds:
            _replace_in_rows(entry, entry.model._default_manager.filter(reduce(or_, holds)), names, everywhere)
        _replace_in_rows(entry, entry.rows_of(subject), names, own)
    for name in entry.of_kind(personal.CONFIDENTIAL):
        # It is somebody else's, unless all of it is the full name.
        new = name_of(subject.person)
        is_found = any(wanted.new == new for wanted in everywhere)
        rows = entry.model._default_manager.all() if is_found else entry.rows_of(subject)
        rows.filter(**{f"{name}__iexact": subject.person.name}).update(**{name: new})


def _replace_in_rows(entry, rows, names, texts):
    for row in rows.only("pk", *names):
        values = {}
        for name in names:
            old = value = getattr(row, name)
            for wanted in texts:
                value = wanted.pattern.sub(wanted.new, value)
            if value != old:
                # A pseudonym can be longer than the name: what no longer fits is cut.
                values[name] = value[: entry.model._meta.get_field(name).max_length]
        if values:
            entry.model._default_manager.filter(pk=row.pk).update(**values)
