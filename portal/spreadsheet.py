"""Cells of a CSV file that spreadsheets open: text never turns into a formula, numbers stay numbers."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse

from .units import Hundredths

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text(value: object) -> str:
    value = str(value)
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def hundredths(value: Hundredths) -> str:
    """-250 -> "-2.50"."""
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"


def as_file(name: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    # The byte order mark tells Excel that this is UTF-8.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(header)
    writer.writerows(rows)
    return response
