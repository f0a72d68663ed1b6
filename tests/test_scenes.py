"""A scene is made once, its copies are the test's own, and it goes with all that stands on it."""

import pytest

from schools.models import School
from tests import factories, scenes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_struck():
    yield
    scenes.strike()


def ashgrove():
    return factories.SchoolFactory(name="Ashgrove")


def birchwood(*needs):
    return factories.SchoolFactory(name="Birchwood")


def names():
    return [school.name for school in School.objects.all()]


def test_it_is_made_once_and_each_test_has_a_copy():
    first = scenes.play("school", ashgrove)
    first.name = "Changed"
    assert (scenes.play("school", ashgrove).name, names()) == ("Ashgrove", ["Ashgrove"])


def test_what_is_not_wanted_is_struck_with_all_that_stands_on_it():
    scenes.play("other", birchwood, scenes.play("school", ashgrove))
    scenes.strike(unless=["school"])
    assert names() == ["Ashgrove"]
    scenes.strike(unless=["other"])
    assert names() == []


def test_the_same_name_made_otherwise_is_another_scene():
    scenes.play("school", ashgrove)
    scenes.play("other", birchwood)
    scenes.play("school", birchwood)
    assert names() == ["Birchwood"]


def test_a_scene_that_cannot_be_made_leaves_nothing():
    with pytest.raises(ValueError, match="invalid literal"):
        scenes.play("school", lambda: int(ashgrove().name))
    assert names() == []
