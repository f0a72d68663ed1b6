"""What is held on a person, in sections that can be read, and as files."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.text import capfirst

from portal import personal
from portal.words import clock

from .subject import Subject

READABLE = 25  # rows of a section on the page; the files hold all
YOU = "you"


@dataclass
class Section:
    title: str
    model: str
    rows: list  # of dicts, a field's words to its value
    count: int
    summary: list = field(default_factory=list)  # the words of what a row is known by

    @property
    def left_out(self):
        return self.count - len(self.rows)

    @property
    def folded(self):
        """[(what a row is known by, the row)]."""
        return [(", ".join(row[words] for words in self.summary if words in row), row) for row in self.rows]


def sections_of(person, *, most=None):
    """The sections that hold anything, each with at most so many rows, the newest first."""
    subject = Subject(person)
    found = []
    for entry in personal.entries():
        rows = entry.rows_of(subject).order_by("-pk")
        count = rows.count()
        if count:
            shown = rows[:most] if most else rows.iterator(chunk_size=500)
            rows, summary = [_row(entry, row, subject) for row in shown], [_words(entry, one) for one in entry.summary]
            found.append(Section(entry.title, entry.label, rows, count, summary))
    return found


def _row(entry, row, subject):
    """A row as words and values: without secrets, and without the keys that lead to other people."""
    keys = entry.keys()
    mine = {key for key, what in keys.items() if subject.is_named_by(row, key, what)}
    hides_text = entry.written_by and mine.isdisjoint(entry.written_by)
    hidden = {name for name, tick in entry.secrets.items() if getattr(row, tick)} | (keys.keys() - mine)
    hidden |= {name for name, tick in entry.parts.items() if not getattr(row, tick)}
    if mine and mine <= entry.mentions.keys():
        hidden |= entry.fields.keys() - mine - {entry.mentions[key] for key in mine}
    found = {}
    for name, kind in entry.fields.items():
        if not kind.is_exported or (kind == personal.TEXT and hides_text) or name in hidden:
            continue
        found[_words(entry, name)] = YOU if name in keys else _value(row, row._meta.get_field(name))
    return found


def _words(entry, name):
    return str(capfirst(entry.model._meta.get_field(name).verbose_name))


def _value(row, of):
    if display := getattr(row, f"get_{of.name}_display", None):
        return display()
    if isinstance(of, ForeignKey):
        key = getattr(row, of.attname)
        return key if key is None else str(getattr(row, of.name))
    return getattr(row, of.attname)


def readable(sections):
    """The same with every value as a person reads it, without what is empty and without numbers of rows."""
    for section in sections:
        rows = [{words: _in_words(value) for words, value in row.items()} for row in section.rows]
        section.rows = [{words: value for words, value in row.items() if value and words != "ID"} for row in rows]
    return sections


def _in_words(value):
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if hasattr(value, "hour") and hasattr(value, "year"):
        return f"{timezone.localtime(value):%-d %B %Y}, {clock(value)}"
    if hasattr(value, "year") and hasattr(value, "day"):
        return f"{value:%-d %B %Y}"
    return "" if value is None else str(value)


def as_json(person):
    sections = [
        {"title": section.title, "table": section.model, "rows": section.rows} for section in sections_of(person)
    ]
    held = {"person": person.pk, "as_of": timezone.now(), "sections": sections}
    return json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_zip(person, cell):
    """One CSV file a section; `cell` makes a text safe for a spreadsheet."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for section in sections_of(person):
            table = io.StringIO()
            writer = csv.writer(table)
            words = list(dict.fromkeys(word for row in section.rows for word in row))
            writer.writerow(words)
            writer.writerows([cell(_in_words(row.get(word))) for word in words] for row in section.rows)
            archive.writestr(f"{section.model}.csv", "\ufeff" + table.getvalue())
    return content.getvalue()
