"""The code of the house, read as text: its files, and who imports whom."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The apps from the highest to the lowest: each may know those after it.
APPS = ("alliance", "demo", "exchange", "staff", "bank", "schools", "portal")


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Path(name) for name in sorted(set(listed.stdout.split())) if (ROOT / name).exists()]


@cache
def modules():
    """{dotted name: path} of every module of the apps but the migrations, which Django writes."""
    found = [path for path in tracked("*.py") if path.parts[0] in APPS and "migrations" not in path.parts]
    return {name_of(path): path for path in found}


def name_of(path):
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(name):
    """The modules of the house that a module imports, wherever in it the import stands."""
    path = modules()[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {known(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {known(f"{base}.{alias.name}") or known(base) for alias in node.names}
    return found - {None, name}


def known(name):
    return name if name in modules() else None
