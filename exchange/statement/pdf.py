"""A statement as PDF: the same figures, movements and parts as on screen."""

from django.utils import timezone

from portal import pdf
from portal.words import days, signed_days
from schools import calendar

from .periods import FIGURES, figures, overview, shown, standing
from .value import in_money, value_of


def document(school, alliance, account, period, opening, lines):
    """The PDF as bytes."""
    found, value = figures(account, period), value_of(account, period)
    parts = [
        pdf.text(f"{alliance}. Printed on {calendar.today():%-d %B %Y}. All figures are in days."),
        pdf.figures([(what, days(value)) for what, value in standing(account)]),
        pdf.figures(shown(found)),
        *_movements(period, opening, lines),
        *_shares("By specialism", "Specialism", value.specialisms),
        *_shares("By partner school", "School", value.partners),
        *_money(value),
        *_gained(value.gained),
        *_services(value.services),
        pdf.heading("Over time"),
        _figures_table("Period", [(row["label"], row) for row in overview(account)]),
    ]
    return pdf.document(f"{school}: statement, {period.label}", parts)


def _movements(period, opening, lines):
    yield pdf.heading("Movements")
    rows = [[f"{period.since:%-d %b %Y}", "Brought forward", "", "", days(opening)]] if period.since else []
    rows += [
        [f"{line.on:%-d %b %Y}", _what(line), line.partner, signed_days(line.days), days(line.balance)]
        for line in lines
    ]
    yield pdf.table(["Date", "What", "With", "Days", "Balance"], rows, numbers=(3, 4))


def _what(line):
    commission = line.commission
    return f"{line.what}, {commission.reference} {commission.support_request.title}" if commission else line.what


def _shares(title, column, shares):
    if shares:
        yield pdf.heading(title)
        rows = [[share.name, days(share.given), days(share.received)] for share in shares]
        yield pdf.table([column, "Given", "Received"], rows, numbers=(1, 2))


def _money(value):
    yield pdf.heading("In money")
    for label, words in in_money(value):
        yield pdf.text(f"{label}: {words}")


def _gained(evaluations):
    if evaluations:
        yield pdf.heading("What our people brought back")
    for said in evaluations:
        support_request = said.commission.support_request
        on = f"{timezone.localdate(said.at):%-d %B %Y}"
        yield pdf.text(f"{support_request.title} at {support_request.school}, {on}: {said.gained}")


def _services(services):
    if services:
        yield pdf.heading("Paid by the common fund for all schools")
        yield pdf.table(["Service", "Days"], [[name, days(amount)] for name, amount in services], numbers=(1,))


def _figures_table(column, rows):
    cells = [[label, *[text for _, text in shown(row)]] for label, row in rows]
    headings = [column, *[name.capitalize() for name in FIGURES]]
    return pdf.table(headings, cells, numbers=range(1, len(headings)))
