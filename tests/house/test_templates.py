"""Pages: a shared piece is drawn by its partial alone, and who may what is not decided in a template."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path for folder in (ROOT / "templates", *ROOT.glob("*/templates")) for path in folder.rglob("*.html")
)
# The admin's pages wear Django's look, and allauth's elements are partials themselves.
WITH_PIECES_OF_THEIR_OWN = {"_partials", "admin", "elements"}
PIECE = re.compile(r'<button|class="govuk-button[ "{]|<table|<thead|<dl|summary-list__row|class="app-figure')
CONDITION = re.compile(r"\{% (?:if|elif|with) .*? %\}")
WHO = re.compile(
    r"""\buser\.(?!is_authenticated|email|has_usable_password)
    | \b(?:is_superuser|is_staff|perms|groups)\b
    | (?:\.kind|\.role|\bside)\s(?:==|!=|in|not\sin)\s
    | (?:_id|\.pk|\.id|\buser)\s(?:==|!=|in|not\sin)\s
    | (?:==|!=)\s[\w.]*(?:_id|\.pk|\.id|\buser)\b""",
    re.VERBOSE,
)
LONGEST = 200


def offenders(look, paths=TEMPLATES):
    """{template: what was found in it}, where something was."""
    found = {str(path.relative_to(ROOT)): look(path.read_text()) for path in paths}
    return {name: what for name, what in found.items() if what}


def test_shared_pieces_stand_in_their_partials_only():
    pages = [path for path in TEMPLATES if not WITH_PIECES_OF_THEIR_OWN.intersection(path.parts)]
    assert len(pages) > 100
    assert offenders(PIECE.findall, pages) == {}


def test_no_template_decides_who_may_what():
    assert offenders(lambda text: [tag for tag in CONDITION.findall(text) if WHO.search(tag)]) == {}


@pytest.mark.parametrize(
    "condition",
    [
        "user.is_superuser",
        "request.user.is_staff",
        "row.user_id == user.pk",
        "user == row.by",
        'role.kind == "auditor"',
        'side == "giving"',
    ],
)
def test_a_question_about_who_somebody_is_is_recognised(condition):
    assert WHO.search(f"{{% if {condition} %}}")


def test_no_template_is_long():
    assert offenders(lambda text: len(text.splitlines()) > LONGEST) == {}
