"""What people decide about the bank: movements of days, and the closing of years."""

from bank import closing, posting
from exchange import actions
from exchange.models import Charge
from schools import calendar

from .story import hundredths


def move_days(telling):
    row, cast = telling.story, telling.cast
    alliance, on = cast.alliances[row.alliance], telling.on(0)
    (days,) = hundredths(row.days)
    facts = {"key": f"demo:{row.alliance}:{row.kind}:{row.school}:{on}"}
    school = row.school and posting.school_account(alliance, cast.schools[row.school])
    by = cast.coordinators[row.alliance]
    if row.kind == "opening":
        actions.movements.grant_opening(account=school, amount=days, occurred_on=on, by=by, reason=row.reason, **facts)
    elif row.kind == "hosting":
        actions.movements.credit_hosting(account=school, hosted=days, occurred_on=on, by=by, name=row.reason, **facts)
    elif row.kind == "service":
        outside = posting.outside_account(alliance)
        actions.movements.pay_service(provider=outside, amount=days, occurred_on=on, by=by, name=row.reason, **facts)
    else:
        to = posting.school_account(alliance, cast.schools[row.to])
        actions.movements.give(
            account=school, to=to, amount=days, by=cast.heads[row.school], reason=row.reason, **facts
        )
    yield from ()


def close_years(cast):
    """The years before the last one are closed; the last one waits for the coordinator."""
    last = calendar.year_of(calendar.today()) - 1
    for key, alliance in cast.alliances.items():
        year = closing.oldest_open_year(alliance)
        while year is not None and year < last:
            actions.years.close(alliance=alliance, year=year, by=cast.coordinators[key])
            year = closing.oldest_open_year(alliance)


def pay_first_charge(cast):
    """The oldest charge has been paid; the others are due."""
    charge = Charge.objects.order_by("pk").first()
    if charge:
        actions.charges.pay(charge=charge, by=cast.coordinators[charge.alliance.slug], reason="By bank transfer")
