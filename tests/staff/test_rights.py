"""A right that no app registers opens nothing, and is found."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured

from staff import rules as people
from staff.models import Role
from tests import factories


def found():
    return [(error.id, error.msg) for error in run_checks(tags=[Tags.database], databases=["default"])]


def test_a_role_that_hands_one_over_is_named(cast):
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    assert found() == []
    role = Role.objects.get(user=delegate)
    Role.objects.filter(pk=role.pk).update(rights=("ask", "xyz"))
    assert found() == [("staff.E001", f"Role {role.pk} hands over “xyz”, a right that no app registers.")]


@pytest.mark.parametrize("who", ["head", "stranger"])
@pytest.mark.parametrize("remembers", [False, True])
def test_asking_for_one_is_an_error_whoever_asks(cast, who, remembers):
    user = getattr(cast, who)
    if remembers:
        people.remember(user)
    with pytest.raises(ImproperlyConfigured, match=r"^No app registers the right that can be delegated “xyz”\.$"):
        people.may(user, "xyz", cast.asking)
