"""What a charge says, on the screen and on paper."""

from django.db.models import Q, Sum
from django.utils import timezone

from portal import pdf
from portal.words import days, days_long, pounds

from ..models import Charge


def title_of(charge):
    return f"{'Credit note' if charge.is_credit_note else 'Charge'} {charge.reference}"


def facts(charge):
    """[(key, value)] of what is charged to whom."""
    commission = charge.commission
    return [
        ("Charged to", f"{charge.school} (URN {charge.school.urn})"),
        ("By", charge.alliance.name),
        (
            "For",
            f"{commission.reference}, {commission.support_request.title}, {commission.who} of {charge.home_school}",
        ),
        ("Raised on", f"{timezone.localdate(charge.raised_at):%-d %B %Y}"),
        ("Status", _status(charge)),
    ]


def _status(charge):
    """As in "Waived on 3 November 2026: The school has closed"."""
    if charge.is_due:
        return charge.get_status_display()
    words = f"{charge.get_status_display()} on {timezone.localdate(charge.settled_at):%-d %B %Y}"
    return f"{words}: {charge.settled_reason}" if charge.settled_reason else words


def sums(charge):
    """[(label, pence)] from the work to what is to pay."""
    rows = [("Work", charge.work)]
    if not charge.commission.tariff.brokerage_inside:
        rows.append(("Brokerage", charge.brokerage))
    if charge.vat:
        rows.append((f"VAT at {charge.commission.tariff.vat_percent}%", charge.vat))
    return [*rows, ("Credited" if charge.is_credit_note else "To pay", charge.total)]


def shares(charge):
    return (
        f"Of this {pounds(charge.home_share)} is for {charge.home_school} and {pounds(charge.brokerage)} for "
        f"{charge.alliance}."
    )


def how_to_pay(charge):
    """In the alliance's own words, while there is something to pay."""
    return charge.alliance.how_to_pay if _is_to_pay(charge) else ""


def lacks_how_to_pay(charge):
    return _is_to_pay(charge) and not charge.alliance.how_to_pay


def _is_to_pay(charge):
    return charge.is_due and not charge.is_credit_note


def as_pdf(charge):
    lines = [
        (f"{line.on:%-d %B %Y}", days(line.days), pounds(line.day_rate), pounds(line.amount))
        for line in charge.lines.all()
    ]
    return pdf.document(
        title_of(charge),
        [
            pdf.text("\n".join(f"{key}: {value}" for key, value in facts(charge))),
            pdf.figures([("Days", days_long(sum(line.days for line in charge.lines.all()))),
                         (sums(charge)[-1][0], pounds(charge.total))]),
            pdf.heading("Visits"),
            pdf.table(("Visit", "Days", "Rate a day", "Amount"), lines, numbers=(1, 2, 3)),
            pdf.table(("Sum", "Pounds"), [(label, pounds(pence)) for label, pence in sums(charge)], numbers=(1,),
                      last_is_total=True),
            pdf.text(shares(charge)),
            *_how_to_pay(charge),
        ],
    )  # fmt: skip


def _how_to_pay(charge):
    words = how_to_pay(charge)
    return [pdf.heading("How to pay"), pdf.text(words)] if words else []


def totals(charges):
    """[(label, pence)] over charges. What is owed to home schools leaves out what is waived."""
    found = charges.aggregate(
        due=Sum("total", filter=Q(status=Charge.Status.DUE), default=0),
        paid=Sum("total", filter=Q(status=Charge.Status.PAID), default=0),
        waived=Sum("total", filter=Q(status=Charge.Status.WAIVED), default=0),
        home=Sum("home_share", filter=~Q(status=Charge.Status.WAIVED), default=0),
    )
    labels = {"due": "Due", "paid": "Paid", "waived": "Waived", "home": "Owed to home schools"}
    return [(label, found[name]) for name, label in labels.items()]
