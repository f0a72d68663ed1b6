"""docs/privacy.md, written from the register and the periods."""

from django.conf import settings

from portal import personal

from . import retention

PATH = settings.BASE_DIR / "docs" / "privacy.md"
OPENING = """# What is held on people

Written by `manage.py privacy_page > docs/privacy.md` from the register (the `privacy` of each
app) and the table of periods. A test fails when a field is not in the register, or when
this page is older than it.

People read what is held on them, and take it away as files, under "Your account". A superuser, or a coordinator
for people who belong to no other alliance, does it for somebody who asks: that is recorded, and the person is
told. Erasing replaces a person by a pseudonym everywhere and leaves the ledger and all counts as they are;
`docs/decisions/0011-erased-by-pseudonym.md` says why."""


def text():
    """The whole page, as lines."""
    yield from (OPENING, "", "## How long things are kept", "")
    yield "| what | how long | what is done then |"
    yield "|---|---|---|"
    for period in retention.periods():
        yield f"| {period.title} | {period.length} | {period.act} |"
    yield from ("", "Everything else is kept as its table says below.", "", "## What the words mean", "")
    yield "| field is | exported to the person | erased |"
    yield "|---|---|---|"
    for name, kind in personal.KINDS.items():
        yield f"| {kind.word} ({name}) | {kind.exported} | {kind.erased} |"
    yield from ("", "## Tables", "")
    yield "What is not personal is left out here, except where a table holds nothing else."
    for entry in sorted(personal.entries(), key=lambda entry: entry.label):
        yield from _table(entry)


def _table(entry):
    yield from ("", f"### {entry.label}", "")
    rows = "The person's rows are deleted when they are erased. " if entry.is_deleted else ""
    yield from (f"{rows}Kept {entry.kept}.", "")
    for key, beside in entry.mentions.items():
        yield from (f"Whoever stands in {key} alone is given that and {beside}, and nothing else.", "")
    for name, tick in entry.secrets.items():
        yield from (f"Where {tick}, {name} opens an account and is not exported.", "")
    for name, tick in entry.parts.items():
        yield from (f"{name} is exported where {tick}; in other rows it says nothing.", "")
    if set(entry.fields.values()) == {personal.NONE}:
        yield f"Nothing personal: {', '.join(entry.fields)}."
        return
    yield "| field | is | exported | erased |"
    yield "|---|---|---|---|"
    for name, kind in entry.fields.items():
        if kind != personal.NONE:
            erased = "deleted" if entry.is_deleted else kind.erased
            yield f"| {name} | {kind.word} | {kind.exported} | {erased} |"
