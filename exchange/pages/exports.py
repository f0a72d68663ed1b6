"""The exchange's lists as files for a spreadsheet. Days and pounds with two decimals."""

from portal.exports import register
from portal.spreadsheet import hundredths, text

from ..statement import HEADER, csv_sums
from .bank import COLUMNS

FIGURES = [column.capitalize() for column in COLUMNS]


@register("statement", "Statement", ["Date", "What", "Partner", "Commission", "Specialism", "Days", "Balance"])
def movements(period, opening, lines):
    if period.since:
        yield period.since.isoformat(), "Brought forward", "", "", "", "", hundredths(opening)
    for line in lines:
        words = (line.what, line.partner, line.commission or "", line.specialism)
        yield line.on.isoformat(), *map(text, words), hundredths(line.days), hundredths(line.balance)


register("statement sums", "Sums of a statement", HEADER)(csv_sums)


@register("bank", "The whole bank", ["URN", "School", *FIGURES, "Held now", "Available now"])
def whole_bank(book):
    for row in book.rows:
        available = hundredths(row.account.available) if row.has_limit else ""
        yield *_totals(row), hundredths(row.account.held), available


@register("bank totals", "What schools have given and received", ["URN", "School", *FIGURES])
def totals(book):
    return map(_totals, [*book.schools, book.fund])


def _totals(row):
    return row.urn, text(row.name), *(hundredths(row.figures[column]) for column in COLUMNS)
