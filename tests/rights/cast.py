"""Who the table of rights is about: one of each role, all signed in once, and two alliances."""

from types import SimpleNamespace

from django.test import Client

from tests import factories
from tests.admin.cases import make_other
from tests.exchange import cases


def make_cast():
    cast = cases.make_cast()
    cast.elsewhere = make_other()
    own = factories.coordinator_of(cast.alliance)
    factories.Post.objects.create(person=own.person, school=cast.asking, starts_on=factories.LONG_AGO)
    users = {
        "head": cast.head,
        "home_head": cast.home_head,
        "stranger": cast.stranger,
        "manager": factories.business_manager_of(cast.asking),
        "delegate": factories.delegate_of(cast.asking, cast.head, "agree", "confirm"),
        "leader": cast.lead,
        "other_leader": factories.leader_at(cast.other).person.user,
        "coordinator": cast.coordinator,
        "own_coordinator": own,
        "other_coordinator": cast.elsewhere.coordinator,
        "observer": factories.observer_of(cast.alliance, "steering"),
        "superuser": factories.UserFactory(is_staff=True, is_superuser=True),
    }
    cast.users = SimpleNamespace(**users)
    cast.cookies = {role: signed_in(user) for role, user in users.items()}
    return cast


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies


def become(client, cast, role):
    """Let the browser be somebody with the role; all of them signed in once, with the cast."""
    client.cookies.clear()
    if role != "anonymous":
        client.cookies.update(cast.cookies[role])
    return client
