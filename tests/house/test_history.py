"""The history is for people: only the timeline, its list in the admin and the register of people's data read it."""

import ast

import pytest

from tests.house.code import APPS, ROOT, modules

HISTORY = {"Event", "LeaderEvent"}
READERS = {"portal/timeline.py", "exchange/pages/timeline.py", "exchange/admin/work.py", "exchange/admin/leaders.py"}
WRITERS = {"exchange/status.py", "staff/actions.py"}
OWN = {
    "exchange/models/history.py",
    "exchange/models/__init__.py",
    "staff/models/leaders.py",
    "staff/models/__init__.py",
}


def other_nodes(tree):
    """The nodes of a file, without what writes an event and without what is handed to the timeline."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and (writes(node) or shows(node)):
            continue
        yield node
        yield from other_nodes(node)


def writes(call):
    return ast.unparse(call.func) in {f"{name}.objects.create" for name in HISTORY}


def shows(call):
    """A timeline of all events, or of those that are about a row."""
    asked = {(word.arg or "").split("__")[0] for word in ast.walk(call) if isinstance(word, ast.keyword)}
    return ast.unparse(call.func) == "timeline" and not asked & {"verb", "reason", "old", "new"}


def reads(source):
    """What in a file reads the history back, as written there."""
    tree = ast.parse(source)
    calendar = {name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "icalendar"
                for name in [alias.name for alias in node.names]}  # fmt: skip
    names = HISTORY - calendar
    for node in other_nodes(tree):
        match node:
            case ast.alias(name=name, asname=str()) if name in names:
                yield name
            case ast.Name(id=name) if name in names:
                yield name
            case ast.Attribute(attr=name) if name in names | {"events", "verb"}:
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="prefetch_related")) if "'events'" in ast.unparse(node):
                yield ast.unparse(node)
            case ast.keyword(arg=str(text)) | ast.Constant(value=str(text)) if "events__" in text:
                yield text


@pytest.mark.parametrize("app", APPS)
def test_nothing_reads_the_history_back(app):
    for name in map(str, modules().values()):
        if name.split("/")[0] == app and name not in READERS | OWN:
            found = [text for text in reads((ROOT / name).read_text()) if not (name in WRITERS and text in HISTORY)]
            assert found == [], f"{name} reads the history: what it needs is a field or a row of its own"


@pytest.mark.parametrize(
    "line",
    [
        "from .models import Event\nEvent.objects.filter(visit=visit)",
        "from .models import LeaderEvent as Row\nRow.objects.latest()",
        'commission.events.filter(verb="pause")',
        "said = event.verb",
        'rows.filter(events__verb="withdraw")',
        'rows.annotate(at=Max("events__at"))',
        'rows.prefetch_related("events")',
        'timeline(commission.events.exclude(verb__in=["raise_concern"]), user)',
        'Q(**{"commission__events__verb": "pause"})',
    ],
)
def test_what_reads_it_back_is_found(line):
    assert list(reads(line))


@pytest.mark.parametrize(
    "line",
    [
        "from .models import Event\nEvent.objects.create(verb=verb)",
        "timeline(commission.events.filter(concern=None), user)",
        "from icalendar import Calendar, Event\nEvent()",
    ],
)
def test_what_writes_or_shows_it_is_not(line):
    assert not list(reads(line))
