"""Shared data is made once, its copies are the test's own, and it goes with all that stands on it."""

import pytest

from schools.models import School
from tests import factories, shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_torn_down():
    yield
    shared_data.tear_down()


def ashgrove():
    return factories.SchoolFactory(name="Ashgrove")


def birchwood(*needs):
    return factories.SchoolFactory(name="Birchwood")


def names():
    return [school.name for school in School.objects.all()]


def test_it_is_made_once_and_each_test_has_a_copy():
    first = shared_data.set_up("school", ashgrove)
    first.name = "Changed"
    assert (shared_data.set_up("school", ashgrove).name, names()) == ("Ashgrove", ["Ashgrove"])


def test_what_is_not_wanted_is_torn_down_with_all_that_stands_on_it():
    shared_data.set_up("other", birchwood, shared_data.set_up("school", ashgrove))
    shared_data.tear_down(unless=["school"])
    assert names() == ["Ashgrove"]
    shared_data.tear_down(unless=["other"])
    assert names() == []


def test_the_same_name_made_otherwise_is_other_data():
    shared_data.set_up("school", ashgrove)
    shared_data.set_up("other", birchwood)
    shared_data.set_up("school", birchwood)
    assert names() == ["Birchwood"]


def test_data_that_cannot_be_made_leaves_nothing():
    with pytest.raises(ValueError, match="invalid literal"):
        shared_data.set_up("school", lambda: int(ashgrove().name))
    assert names() == []
