"""The one place where a status changes: a table of allowed moves a model, and the claim of the row.

Each app registers its tables in its `status`, with the function that writes a row's history.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from .errors import SomebodyFaster
from .registry import Registry

tables: Registry["Table"] = Registry("table of a status")  # by the label of the model


@dataclass(frozen=True)
class Table:
    """The statuses to which each status may move. `record(row, verb, by=, reason=, old=, new=)` writes the history."""

    moves: Mapping[Any, Sequence[str]]  # by the status, a str of its own
    record: Callable[..., Any]


def register(model: type[models.Model], moves: Mapping[Any, Sequence[str]], record: Callable[..., Any]) -> None:
    tables.register(model._meta.label, Table(moves, record))


def moves_of(model: type[models.Model]) -> Mapping[Any, Sequence[str]]:
    return tables[model._meta.label].moves


def move(row: Any, new: str, *, by: Any, verb: str, reason: str = "", acting_for: Any = None, **fields: Any) -> None:
    """Move a row from the status it was read with to another, and write the history.

    Raises SomebodyFaster when the move is not in the table or the row has changed since it was read.
    `fields` are set in the same statement. `by` is None for the clock.
    """
    table, old = tables[row._meta.label], row.status
    if new not in table.moves[old]:
        raise SomebodyFaster(row)
    fields["status"] = new
    history = {"reason": reason, "old": old, "new": new} | ({"acting_for": acting_for} if acting_for else {})
    with transaction.atomic(savepoint=False):
        claimed = type(row).objects.filter(pk=row.pk, status=old).update(**fields) == 1
        if claimed:
            for name, value in fields.items():
                setattr(row, name, value)
                row._meta.get_field(name).pre_save(row, add=False)  # in hand a text is what its row has
            table.record(row, verb, by=by, **history)
    if not claimed:
        raise SomebodyFaster(row)
