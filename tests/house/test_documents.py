"""The documents: every file and folder that one of them names is there."""

import re
from os.path import normpath
from pathlib import Path

import pytest

from tests.house.code import ROOT, tracked

FILES = tracked()
NAMES = {path.name for path in FILES}
THERE = {str(path) for file in FILES for path in (file, *file.parents)}
MADE = (".venv/", "var/")  # by setting up and by running
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
PATH = re.compile(r"\.?\w[\w.-]*(/[\w.-]*)+")
NAME = re.compile(r"[\w.-]+\.(py|md|html|txt|yml|toml|json)")


def missing(text, folder):
    """The paths that a document in a folder names and that are not there; in backticks they begin at the top."""
    text = BLOCK.sub("", text)
    words = [word for quoted in QUOTED.findall(text) for word in quoted.split() if not word.startswith(MADE)]
    names = [word for word in words if NAME.fullmatch(word) and word not in NAMES]
    paths = [word for word in words if PATH.fullmatch(word) and normpath(word) not in THERE]
    links = [link for link in LINK.findall(text) if normpath(folder / link) not in THERE]
    return names + paths + links


@pytest.mark.parametrize("document", tracked("*.md"), ids=str)
def test_every_path_that_a_document_names_is_there(document):
    assert missing((ROOT / document).read_text(), document.parent) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("see `exchange/bank/models.py`", "exchange/bank/models.py"),
        ("see `schools/banks/`", "schools/banks/"),
        ("`manage.py page > docs/nothing.md`", "docs/nothing.md"),
        ("its `nobody_has_this.py`", "nobody_has_this.py"),
        ("[the page](nothing.md)", "nothing.md"),
        ("[the page](README.md)", "README.md"),  # a link goes from the document's folder
    ],
)
def test_what_is_not_there_is_named(text, named):
    assert missing(text, Path("docs")) == [named]


@pytest.mark.parametrize(
    "text",
    ["`staff/rules.py`, `staff/privacy/`, `rules.py`, `.ci/run`", "[up](../README.md), [decisions](decisions/)",
     "`/readyz`, `var/mail`, `https://example.org/page.html`", "```\ncp old/file.py\n```"],
)  # fmt: skip
def test_what_is_there_and_what_is_no_path_is_not(text):
    assert missing(text, Path("docs")) == []
