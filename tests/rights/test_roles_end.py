"""A role that is taken away is gone with the next click, and one that is dated holds from its first to its last day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from staff.models import Role
from tests.rights.cast import become

pytestmark = pytest.mark.slow

PAGES = {
    "head": ("exchange:school", "asking"),
    "manager": ("exchange:statement", "asking"),
    "delegate": ("exchange:requests", "asking"),
    "coordinator": ("exchange:alliance", "alliance"),
    "observer": ("exchange:bank", "alliance"),
}


def page_of(cast, role):
    name, place = PAGES[role]
    place = getattr(cast, place)
    return reverse(name, args=[getattr(place, "slug", place.pk)])


def roles_of(cast, role):
    return Role.objects.filter(user=getattr(cast.users, role))


@pytest.mark.parametrize("role", PAGES)
def test_a_role_taken_away_bites_on_the_next_request(client, cast, role):
    become(client, cast, role)
    page = page_of(cast, role)
    assert client.get(page).status_code == 200
    roles_of(cast, role).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get(page).status_code == 404
    roles_of(cast, role).update(ends_on=timezone.localdate())
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("role", PAGES)
def test_a_role_begins_on_its_first_day(client, cast, role):
    become(client, cast, role)
    page = page_of(cast, role)
    roles_of(cast, role).update(starts_on=timezone.localdate() + timedelta(days=1))
    assert client.get(page).status_code == 404
    roles_of(cast, role).update(starts_on=timezone.localdate())
    assert client.get(page).status_code == 200


def test_a_sign_in_that_is_shut_is_shut_at_once(client, cast):
    become(client, cast, "head")
    cast.head.is_active = False
    cast.head.save()
    assert client.get(page_of(cast, "head")).url.startswith(reverse("account_login"))
