"""A column of names, on the rights of a role."""

import pytest
from django.core import serializers

from portal.modelfields import NamesField
from staff.models import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep():
    """Keeps names as the rights of a new role."""
    school, user = factories.SchoolFactory(), factories.UserFactory()

    def keep(*names):
        return Role.objects.create(
            user=user, kind="headteacher", school=school, starts_on=factories.LONG_AGO, rights=names
        )

    return keep


def stored(role):
    return Role.objects.get(pk=role.pk).rights


def test_names_come_back_in_their_order(keep):
    assert stored(keep("confirm", "ask", "agree")) == ("confirm", "ask", "agree")


def test_no_names_are_an_empty_tuple(keep):
    nothing, one = keep(), keep("ask")
    assert (stored(nothing), Role().rights) == ((), ())
    assert list(Role.objects.filter(rights="")) == [nothing]
    assert list(Role.objects.exclude(rights="")) == [one]


def test_it_finds_the_rows_that_hold_a_name(keep):
    first, last, _ = keep("ask", "agree"), keep("agree", "ask"), keep("confirm")
    assert set(Role.objects.filter(rights__holds="ask")) == {first, last}


@pytest.mark.parametrize("other", ["task", "asks", "ask_again"])
def test_a_name_that_is_part_of_another_is_not_it(keep, other):
    keep(other)
    assert not Role.objects.filter(rights__holds="ask").exists()


@pytest.mark.parametrize("sign", ["%", "_sk", "a_k"])
def test_a_sign_of_the_database_stands_for_itself(keep, sign):
    keep("ask")
    assert not Role.objects.filter(rights__holds=sign).exists()


def test_rows_are_found_by_all_their_names(keep):
    both, _ = keep("ask", "agree"), keep("ask")
    assert Role.objects.get(rights=("ask", "agree")) == both


def test_it_is_serialised_and_read_back(keep):
    role = keep("ask", "agree")
    (read,) = serializers.deserialize("json", serializers.serialize("json", [role]))
    assert read.object.rights == ("ask", "agree")


def test_a_migration_makes_the_same_field():
    name, path, args, kwargs = NamesField(help_text="Names").deconstruct()
    assert (path, args, kwargs["help_text"]) == ("portal.modelfields.NamesField", [], "Names")
    again = NamesField(*args, **kwargs)
    assert (again.max_length, again.blank, again.get_default()) == (500, True, ())
    assert again.deconstruct() == (name, path, args, kwargs)
