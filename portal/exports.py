"""Lists as files for a spreadsheet: each app registers its own, in its `pages`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tablib
from django.http import HttpResponse

from . import spreadsheet
from .registry import Registry

Rows = Callable[..., Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Export:
    """A list. `rows_of(*asked)` gives its rows, of cells that portal.spreadsheet has made safe.

    The view has checked who may see what is asked.
    """

    title: str
    columns: Sequence[str]
    rows_of: Rows


exports: Registry[Export] = Registry("list export")


def register(name: str, title: str, columns: Sequence[str]) -> Callable[[Rows], Rows]:
    """Register a function of what is asked as the rows of an export."""

    def decorate(rows_of: Rows) -> Rows:
        exports.register(name, Export(title, columns, rows_of))
        return rows_of

    return decorate


def csv_file(name: str, file_name: str, *asked: Any) -> HttpResponse:
    export = exports[name]
    return spreadsheet.as_file(file_name, export.columns, export.rows_of(*asked))


def dataset(name: str, *asked: Any) -> tablib.Dataset:
    """For who writes it in the formats of tablib: numbers stay numbers there."""
    export = exports[name]
    return tablib.Dataset(*export.rows_of(*asked), headers=export.columns, title=export.title)
