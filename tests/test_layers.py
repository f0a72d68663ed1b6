"""The house: imports point one way, and inside an app downward only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "schools": ["staff", "exchange"],
    "staff": ["exchange"],
    "exchange/bank": ["staff", "exchange"],
}
LAYERS = ["models", "rules", "privacy", "actions", "forms", "views"]


def modules(folder):
    return [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def imported(path):
    """Absolute names of what a file imports, relative ones resolved."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_between_apps_point_one_way(folder):
    for path in modules(folder):
        for name in imported(path):
            if folder == "exchange/bank" and name.startswith("bank"):
                continue
            assert name.split(".")[0] not in FORBIDDEN[folder], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("app", ["schools", "staff", "exchange"])
def test_imports_inside_an_app_point_downward(app):
    for path in modules(app):
        parts = path.relative_to(ROOT / app).with_suffix("").parts
        folders = parts[:-1] or parts  # urls/privacy.py and views/privacy.py are no privacy
        layer = next((name for name in LAYERS if name in folders), None)
        if layer is None:
            continue
        above = LAYERS[LAYERS.index(layer) + 1 :]
        for name in imported(path):
            pieces = name.split(".")
            assert not (pieces[0] == app and pieces[1:2] and pieces[1] in above), (
                f"{path.relative_to(ROOT)} imports {name}"
            )
