"""An app is added to a portal that runs, and works everywhere, without a line changed elsewhere."""

import json

import pytest

from tests.faults.installation import Installation

pytestmark = pytest.mark.slow  # they start processes


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A portal that was made without the app, and has it now."""
    folder = tmp_path_factory.mktemp("small")
    Installation(folder).make_tables()
    installation = Installation(folder, DJANGO_SETTINGS_MODULE="tests.house.small_settings")
    installation.manage("migrate", "--run-syncdb", "--verbosity", "0")
    return installation


@pytest.fixture(scope="module")
def seen(installation):
    code = "import json; from tests.house.small_app.tour import tour; print(json.dumps(tour()))"
    return json.loads(installation.run(code))


def test_the_checks_find_nothing(installation):
    checked = installation.manage("check", "--database", "default", "--fail-level", "WARNING")
    assert checked == "System check identified no issues (0 silenced)."


def test_the_head_finds_what_to_do_and_the_page_in_the_menu(seen):
    assert seen["first page"] == ["Cakes", "Bake the Lemon cake"]


def test_its_right_can_be_handed_over(seen):
    assert seen["handing over"]


def test_a_delegate_with_the_right_may_and_one_without_may_not(seen):
    assert seen["baking"] == [403, 302, 409]  # the cake is baked once


def test_the_clock_runs_its_job_once_and_its_mail_has_its_words(seen):
    assert seen["clock"] == [["A cake is due today", True]]


def test_the_calendar_holds_its_entry(seen):
    assert seen["calendar"]


def test_its_personal_fields_are_exported_and_none_is_left_out(seen):
    assert seen["my data"] == ["Lemon"]
    assert seen["unclassified"] == []


def test_the_timeline_has_its_title(seen):
    assert seen["timeline"]
