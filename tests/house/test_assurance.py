"""docs/assurance.md and docs/asvs.md: every numbered fault has a test, and every test that a page names is there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERS = [1, 2, *range(4, 21), *range(22, 26), *range(27, 35), *range(36, 45)]
TESTS = {
    (str(path.relative_to(ROOT)), name)
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}


def rows(document):
    """[(first cell, the rest)] of a page's tables."""
    return re.findall(r"^\| ([^|]+?) \|(.+)\|$", (ROOT / "docs" / document).read_text(), re.MULTILINE)


def named(row):
    """[(path, name)] of the tests that a row names: a file, then its tests."""
    path, found = None, []
    for word in re.findall(r"`(tests/\S+\.py|test_\w+)`", row):
        if word.endswith(".py"):
            path = word
        else:
            found.append((path, word))
    return found


def numbers_of(name):
    """Those of test_f12_f13_the_whole_worker_killed are 12 and 13."""
    match = re.match(r"test((?:_f\d+)+)_", name)
    return [int(number) for number in re.findall(r"\d+", match[1])] if match else []


def test_the_page_names_all_forty():
    assert len(NUMBERS) == 40
    assert [number for number, _ in rows("assurance.md")] == [f"F{number}" for number in NUMBERS]


def test_each_has_a_test_with_its_number_in_its_name():
    shown = {
        fault: {number for test in set(named(row)) & TESTS for number in numbers_of(test[1])}
        for fault, row in rows("assurance.md")
    }
    assert [fault for fault, numbers in shown.items() if int(fault[1:]) not in numbers] == []


def test_every_test_that_the_page_names_is_there():
    every = {test for _, row in rows("assurance.md") for test in named(row)}
    assert every - TESTS == set()


def test_every_test_that_the_page_on_asvs_names_is_there():
    every = {name for _, row in rows("asvs.md") for _, name in named(row)}
    assert len(every) > 40
    assert every - {name for _, name in TESTS} == set()


def test_level_1_is_counted_right():
    found = Counter(row.split(" | ")[1] for number, row in rows("asvs.md") if "." in number)
    words = "{met} met, {partly} partly, {not met} not met, {does not apply} do not apply"
    assert found.total() == 70
    assert f"70 requirements; {words.format_map(found)}." in (ROOT / "docs" / "asvs.md").read_text()


def test_every_numbered_test_is_of_a_fault_on_the_page():
    assert {number for _, name in TESTS for number in numbers_of(name)} <= set(NUMBERS)
