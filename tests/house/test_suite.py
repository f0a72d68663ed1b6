"""What every file of the suite keeps to."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("*.py"))


def imported(path):
    """The last part of every module from which a file imports, and of every module that it imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (part for name in node.names for part in name.name.split("."))


def is_of_tests_alone(name):
    return name == "conftest" or (name.startswith("test_") and any(path.stem == name for path in FILES))


def test_nothing_is_imported_from_a_test_or_a_conftest():
    """What several tests build stands in a module of its own, such as tests/exchange/cases.py."""
    wrong = {path: list(filter(is_of_tests_alone, imported(path))) for path in FILES}
    assert {str(path.relative_to(TESTS)): names for path, names in wrong.items() if names} == {}


def test_an_import_from_a_test_is_found(tmp_path):
    module = tmp_path / "test_more.py"
    module.write_text(
        "def later():\n    from .conftest import cast\n    from . import test_suite\n    import tests.test_layers"
    )
    assert list(filter(is_of_tests_alone, imported(module))) == ["conftest", "test_suite", "test_layers"]
