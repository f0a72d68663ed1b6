"""The register of personal data: each field of each model is classified once, and the rest follows from it.

Each app classifies its own models in its `privacy`: a new model is one call of `classify`, a new field one word in it.
A test names what is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet

from .registry import Registry

NOBODY = "as long as the alliance uses the portal; it names no person"  # for how long such rows are kept


@dataclass(frozen=True)
class Kind:
    """What a field holds; what becomes of it in an export, and when a person is erased."""

    word: str
    is_exported: bool
    exported: str
    erased: str


NONE = Kind("not personal", True, "with the row", "kept")
FACT = Kind("personal", True, "yes", "kept, under the pseudonym")
WHO = Kind("personal", True, "as “you”", "kept, it leads to the pseudonym")
NAME = Kind("personal", True, "yes", "replaced by the pseudonym")
ADDRESS = Kind("personal", True, "yes", "replaced by an address that does not exist")
EMPTY = Kind("personal", True, "yes", "emptied")
TEXT = Kind("personal", True, "yes", "names, addresses and numbers in it replaced")
COPY = Kind("personal", False, "no, the text beside it says the same", TEXT.erased)
CONFIDENTIAL = Kind("confidential", False, "no, it is about somebody else", "replaced where all of it is the full name")
SECRET = Kind("secret", False, "no", "deleted or made useless")
KINDS = {
    "none": NONE,
    "fact": FACT,
    "who": WHO,
    "name": NAME,
    "address": ADDRESS,
    "empty": EMPTY,
    "text": TEXT,
    "copy": COPY,
    "confidential": CONFIDENTIAL,
    "hidden": SECRET,
}

#: The models that a key to a person may point to, and what of the subject it is compared with.
people: Registry[str] = Registry("model of people")
_entries: Registry["Entry"] = Registry("classified model")


@dataclass
class Entry:
    """A model: its fields by kind, how the rows of a person are found, and what happens to them."""

    label: str
    title: str
    kept: str
    fields: Mapping[str, Kind] = field(default_factory=dict)
    # Further lookups, each with what of the subject it is compared with.
    rows: Mapping[str, str] = field(default_factory=dict)
    written_by: tuple[str, ...] = ()  # free text is exported to those of these keys only; empty: to everybody named
    # Keys of whom the row is not about, each with a field they are shown.
    mentions: Mapping[str, str] = field(default_factory=dict)
    # What opens an account in some rows, each with the tick of those.
    secrets: Mapping[str, str] = field(default_factory=dict)
    # Fields that some rows have only, each with the tick of those.
    parts: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[str, ...] = ()  # the fields that a row is known by on the page, the rest of it folded
    is_deleted: bool = False  # erasing deletes the rows of the person whole

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def of_kind(self, *kinds: Kind) -> list[str]:
        return [name for name, kind in self.fields.items() if kind in kinds]

    def keys(self) -> dict[str, str]:
        """The fields that lead to a person: name, and what of the subject it is compared with."""
        keys = [(name, self.model._meta.get_field(name)) for name in self.of_kind(WHO)]
        return {name: people[key.related_model._meta.label] for name, key in keys if isinstance(key, ForeignKey)}

    def rows_of(self, subject: Any) -> QuerySet[Any]:
        """The rows that name a person by a key, or that went to them."""
        lookups = {**self.keys(), **self.rows}
        wanted = [Q(**{lookup: value}) for lookup, what in lookups.items() if (value := getattr(subject, what))]
        rows = self.model._default_manager.order_by("pk")
        return rows.filter(reduce(or_, wanted)).distinct() if wanted else rows.none()


def classify(
    label: str,
    title: str,
    *,
    kept: str,
    rows: Mapping[str, str] | None = None,
    written_by: str = "",
    mentions: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
    summary: str = "",
    is_deleted: bool = False,
    **fields: str,
) -> None:
    """Classify a model's fields: each keyword is a kind, with the names of its fields as words."""
    entry = Entry(
        label,
        title,
        kept,
        fields={name: KINDS[kind] for kind, names in fields.items() for name in names.split()},
        rows=rows or {},
        written_by=tuple(written_by.split()),
        mentions=mentions or {},
        secrets=secrets or {},
        parts=parts or {},
        summary=tuple(summary.split()),
        is_deleted=is_deleted,
    )
    _entries.register(label, entry)


def entries() -> list[Entry]:
    return list(_entries.values())


def unclassified() -> Iterator[str]:
    """Names of the fields, of every model there is, that nobody has classified; or that are there no more."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        label = model._meta.label
        there = {field.name for field in model._meta.get_fields() if field.concrete and not field.many_to_many}
        known = set(_entries[label].fields) if label in _entries else set()
        yield from (f"{label}.{name}" for name in sorted(there - known))
        yield from (f"{label}.{name} is classified, but is no field" for name in sorted(known - there))
