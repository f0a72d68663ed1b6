"""The house, as docs/layers.md draws it: each file in one room, imports and words point one way, no circle."""

import re

import pytest

from tests.house.code import APPS, ROOT, imports, modules, tracked

STRANGERS = {("staff", "bank")}  # beside each other, neither knows the other
#: What an app's own words are: its addresses and its templates.
WORDS = re.compile(r"""["'](exchange|staff)[:/]\w+""")
#: The rooms of an app from the highest to the lowest. A room is a file or a folder of this name.
ROOMS = {
    "alliance": [
        {"urls", "wsgi", "celery", "apps", "errors", "health", "headers", "openid", "environment", "settings",
         "formats", "__init__"},
    ],
    "demo": [
        {"management"},
        {"apps", "accounts", "asking", "cast", "chapters", "days", "deciding", "history", "load", "people", "places",
         "plots", "story", "telling", "today", "words", "working", "__init__"},
    ],
    "exchange": [
        {"apps", "urls", "management", "receivers"},
        {"views", "admin", "clock"},
        {"menu", "pages", "todo", "statement", "ledger", "privacy"},
        {"forms"},
        {"actions"},
        {"matching"},
        {"rules"},
        {"accounting"},
        {"notices", "status"},
        {"models"},
        {"__init__"},
    ],
    "staff": [
        {"apps", "urls", "management", "tasks", "clock", "middleware", "adapters", "site", "checks"},
        {"views", "admin", "menu"},
        {"context", "workplaces", "calendar_file"},
        {"forms"},
        {"privacy"},
        {"actions", "invitations", "invitation_file", "second_factors", "seeds"},
        {"todo", "scope"},
        {"rules"},
        {"status"},
        {"notices", "mail", "outbox"},
        {"models"},
        {"signals", "rights"},
        {"__init__"},
    ],
    "bank": [
        {"apps", "management", "tasks", "checks", "simulation", "receivers"},
        {"verify", "closing", "checkpoints", "privacy", "dates"},
        {"chain", "posting", "balances"},
        {"rows", "totals"},
        {"errors", "moment", "triggers"},
        {"models"},
        {"__init__"},
    ],
    "schools": [
        {"apps", "management", "privacy"},
        {"register", "day", "clocks"},
        {"models"},
        {"calendar", "signals"},
        {"__init__"},
    ],
    "portal": [
        {"apps", "management", "checks", "privacy"},
        {"middleware", "once", "clock", "forms", "templatetags", "backup", "fields", "pictures", "pdf", "spreadsheet",
         "exports", "timeline", "chapters"},
        {"claims", "status", "rights", "personal", "widgets", "schema"},
        {"models"},
        {"errors", "words", "units", "logs", "registry", "modelfields", "names"},
        {"__init__"},
    ],
}  # fmt: skip


def room_of(name):
    app, *rest = name.split(".")
    return app, rest[0] if rest else "__init__"


def floor_of(name):
    """How far below the top of its app a module stands."""
    app, room = room_of(name)
    return next(number for number, rooms in enumerate(ROOMS[app]) if room in rooms)


def test_each_file_stands_in_exactly_one_room():
    for name in modules():
        app, room = room_of(name)
        assert sum(room in rooms for rooms in ROOMS[app]) == 1, f"{modules()[name]} stands in no room"


@pytest.mark.parametrize("app", APPS)
def test_imports_between_apps_point_downward(app):
    for name in modules():
        if name.split(".")[0] != app:
            continue
        for other in imports(name):
            below = other.split(".")[0]
            assert APPS.index(app) <= APPS.index(below), f"{name} imports {other}, which stands above it"
            assert (app, below) not in STRANGERS, f"{name} imports {other}: they do not know each other"


@pytest.mark.parametrize("app", APPS)
def test_imports_inside_an_app_point_downward(app):
    for name in modules():
        for other in imports(name):
            if name.split(".")[0] == other.split(".")[0] == app:
                assert floor_of(name) <= floor_of(other), f"{name} imports {other}, which stands above it"


def test_no_imports_go_round_in_a_circle():
    assert [sorted(circle) for circle in circles() if len(circle) > 1] == []


def circles():
    """The strongly connected parts of the imports (Tarjan's algorithm); a part of one module is no circle."""
    index, low, on_stack, stack, found = {}, {}, set(), [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        on_stack.add(name)
        for other in imports(name):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in on_stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            part = set()
            while name not in part:
                part.add(stack.pop())
            on_stack.difference_update(part)
            found.append(part)

    for name in modules():
        if name not in index:
            visit(name)
    return found


#: Where templates of an app stand, beside those of no app, which every page is made of.
TEMPLATES = {"exchange": "exchange", "staff": "staff", "mail": "staff"}


def test_no_app_says_an_address_or_a_template_of_a_higher_one():
    for name, path in modules().items():
        app = name.split(".")[0]
        for line, text in enumerate((ROOT / path).read_text().splitlines(), 1):
            for other in WORDS.findall(text):
                assert APPS.index(app) <= APPS.index(other), f"{path}:{line} names what is of {other}"


def test_no_template_says_an_address_of_a_higher_app():
    for path in tracked("templates/*"):
        app = TEMPLATES.get(path.parts[1], "portal")
        if path.suffix not in (".html", ".txt") or path.parts[1] == "admin":
            continue
        for line, text in enumerate((ROOT / path).read_text().splitlines(), 1):
            for other in WORDS.findall(text):
                if app == "portal" and other == "staff":
                    continue  # every page names its account
                assert APPS.index(app) <= APPS.index(other), f"{path}:{line} names what is of {other}"


def test_the_exchange_keeps_its_top_free():
    at_the_top = {path.stem for name, path in modules().items() if len(path.parts) == 2 and path.parts[0] == "exchange"}
    assert at_the_top == {"__init__", "apps", "status", "notices", "menu", "receivers"}
