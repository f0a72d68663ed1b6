"""What a statement says besides its movements, as rows for a spreadsheet. Days and pounds with two decimals."""

from portal.spreadsheet import hundredths, text

HEADER = ("Part", "What", "Days given", "Days received", "Days", "Pounds", "Words")


def csv_sums(found, value):
    """Rows under HEADER, of the bank's figures of a period and its `worth`."""
    yield from (_row("Days", name.capitalize(), days=found[name]) for name in found)
    for part, shares in (("By specialism", value.specialisms), ("By partner school", value.partners)):
        yield from (_row(part, share.name, given=share.given, received=share.received) for share in shares)
    yield from _of_money("Backfill borne", value.backfill, "backfill cost")
    yield from _of_money("Money avoided at the tariff", value.avoided, "tariff")
    yield from (_row("Charged", row["label"], pence=row["pence"]) for row in value.charges)
    if value.home_share:
        yield _row("Earned from schools outside", "", pence=value.home_share)
    for said in value.gained:
        support_request = said.commission.support_request
        yield _row(
            "What our people brought back", f"{support_request.title} at {support_request.school}", words=said.gained
        )
    yield from (_row("Paid by the common fund for all schools", name, days=days) for name, days in value.services)


def _of_money(part, money, price):
    yield _row(part, "", days=money.days, pence=money.pence)
    if money.without:
        yield _row(part, f"No {price}", days=money.without)


def _row(part, what, *, given=None, received=None, days=None, pence=None, words=""):
    numbers = ("" if number is None else hundredths(number) for number in (given, received, days, pence))
    return (part, text(what), *numbers, text(words))
