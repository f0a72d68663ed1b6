"""Print docs/rights.md from the table: `python -m tests.rights.page` writes it anew."""

from pathlib import Path

from tests.rights import table

PAGE = Path(__file__).parent.parent.parent / "docs" / "rights.md"
MARKS = {"in": "sign in", "yes": "yes", "no": "no", "-": "·", "2nd": "second", "on": "→", "way": "×", "401": "401"}
HEAD = """# Who may what

Printed from the table that the tests walk (`tests/rights`, a file an app),
by `python -m tests.rights.page`. Do not edit it.

| mark | what happens |
|---|---|
| yes | the page opens, the act is done |
| no | 403: this person sees it, and may not do it |
| · | 404: for this person it is not there |
| second | another coordinator has to do it |
| sign in | is sent to the sign-in page |
| → | is sent to another page |
| × | 405: not in this way |
| 401 | is told that it did not work |

A school's role counts at that school only, a coordinator's in that alliance only, and from its first day to its last.
A role that is taken away is gone with the next click. Whoever holds many roles may what one of them may.
The files of what is held on people, handing them over and erasing ask whoever may for the password, or the second step,
once more when that was longer than five minutes ago.

| role | who |
|---|---|
"""


def line(*cells):
    return f"| {' | '.join(cells)} |"


def head(*cells):
    return [line(*cells), "|---" * len(cells) + "|"]


def words_of(name):
    """A name as people say it: "exchange:ask person" is "ask person"."""
    return name.split(":")[-1].replace("_", " ")


def of_roles(rows):
    roles = [role.replace("_", " ") for role in table.ROLES]
    return [
        *head("", *roles),
        *[line(words_of(name), *[MARKS[row[role]] for role in table.ROLES]) for name, row in rows.items()],
    ]


def page():
    _, verbs = table.states()
    return "\n".join(
        [
            HEAD + "\n".join(line(role.replace("_", " "), who) for role, who in table.ROLES.items()),
            "\n## Pages that are read\n",
            *of_roles(table.reads()),
            "\n## Acts\n",
            "Of work that A has asked for, and that the leader of B does.\n",
            *of_roles(table.acts()),
            "\n## When\n",
            "In any other state, whoever may is told that it is too late or too early (409), and nothing changes.\n",
            *head("act", "on a", "that is"),
            *[line(words_of(name), subject, ", ".join(sorted(when))) for name, (subject, when) in verbs.items()],
            "\n## In the admin\n",
            "A coordinator sees rows of the own alliance only, in lists, searches, dropdowns and bulk actions alike.\n",
            *head("rows", "coordinator", "superuser", "of"),
            *[
                line(name.split("_", 1)[1], row["coordinator"].replace(",", ", "), row["superuser"].replace(",", ", "),
                     "all alliances" if row["rows"] == "shared" else "the own alliance")
                for name, row in table.joined("ADMIN").items()
            ],
            "",
            *head("page", "not signed in", "everybody else", "coordinator", "superuser"),
            *[line(words_of(name), *map(MARKS.get, row.values())) for name, row in table.admin_pages().items()],
            "\n## Signing in\n",
            *head("page", "not signed in: read", "send", "signed in: read", "send"),
            *[line(words_of(name), *map(MARKS.get, row)) for name, row in table.signing_in().items()],
            "",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page())
