"""The table of rights: one line for each URL, one cell for each role. It is the specification.

Each app has a file of its own here by its name, and what belongs to none stands in others.py. A new URL needs a
line in its app's file, or test_f27_matrix.py fails and names it:

- a page that is only read: a line in READS, and its address in addresses.py;
- a form that acts: a line in ACTS, and in STATES when it can be done; its address and data stand in
  tests/exchange/acts.py;
- a page to sign in or come in: a line in SIGNING_IN;
- a model in the admin: a line in ADMIN; a page of the admin: a line in ADMIN_PAGES.

Then print docs/rights.md anew: `python -m tests.rights.page`.
"""

from importlib import import_module
from pathlib import Path

from .others import FORMER as FORMER

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

#: The columns of the table, and who they are. A is the asking school, B the home school of the leader.
ROLES = {
    "anonymous": "not signed in",
    "head": "headteacher of A, the asking school",
    "home_head": "headteacher of B, the leader's home school",
    "stranger": "headteacher of C, a member school with no part in it",
    "manager": "business manager of A",
    "delegate": "delegate at A, to whom the head handed over to agree and to confirm",
    "leader": "the system leader of the work",
    "other_leader": "a system leader of another school",
    "coordinator": "coordinator of the alliance",
    "own_coordinator": "coordinator of the alliance who works at A",
    "other_coordinator": "coordinator of another alliance",
    "observer": "of the alliance's steering group",
    "superuser": "superuser",
}

#: The words of the cells:
#:  yes  may: the page opens, the act is done         in   is sent to the sign-in page
#:  no   403: sees it, and may not                    on   is sent to another page
#:  -    404: for this person it is not there         way  405: not in this way
#:  2nd  is told that another coordinator has to do it

# What the files hold ---------------------------------------------------------------------------
#
#: READS, ACTS   a cell for each role
#: STATES        first the states of things, then in which of them an act can be done. In every other state whoever
#:               may is told that it is too late, or too early (409).
#: SIGNING_IN    reading (GET) and sending (an empty POST), first for who is not signed in, then for who is
#: ADMIN         what coordinators and superusers may do to the rows of a model. A coordinator sees rows of the own
#:               alliances only, where they are not marked as shared by all; everybody else is sent to sign in.
#: ADMIN_PAGES   the admin's own pages: coordinators and superusers alike; everybody else is sent to sign in


def files():
    """The file of each app that has one here, and others.py."""
    apps = [path.stem for path in sorted(HERE.glob("*.py")) if (ROOT / path.stem / "apps.py").exists()]
    return [import_module(f"{__package__}.{name}") for name in [*apps, "others"]]


def texts(name):
    return [getattr(file, name) for file in files() if hasattr(file, name)]


def rows(text):
    """{name: {heading: cell}}, of a table whose first line has the headings."""
    headings, *lines = [line for line in text.splitlines() if line.strip()]
    headings, found = headings.split(), {}
    for line in lines:
        words = line.split()
        name = " ".join(words[: len(words) - len(headings)])
        found[name] = dict(zip(headings, words[-len(headings) :], strict=True))
    return found


def joined(name):
    """The rows of a table in the files of all apps."""
    return {row: cells for text in texts(name) for row, cells in rows(text).items()}


def reads():
    return joined("READS")


def acts():
    return joined("ACTS")


def admin_models():
    return {
        name: {who: set(cell.split(",")) - {"nothing"} if who != "rows" else cell for who, cell in row.items()}
        for name, row in joined("ADMIN").items()
    }


def admin_pages():
    return joined("ADMIN_PAGES")


def signing_in():
    """{name: (anonymous reads, anonymous sends, signed in reads, signed in sends)}."""
    lines = [line.split() for text in texts("SIGNING_IN") for line in text.splitlines()]
    return {words[0]: tuple(words[1:]) for words in lines if len(words) == 5}


def states():
    """{thing: its states} and {act: (thing, the states in which it can be done)}."""
    things, verbs = {}, {}
    for words in [line.split() for text in texts("STATES") for line in text.splitlines() if line.strip()]:
        if ":" in words[0]:
            verbs[words[0]] = words[1], set(words[2:])
        else:
            things[words[0]] = words[1:]
    return things, verbs


assert all(set(row) == set(ROLES) for table in (reads(), acts()) for row in table.values())
