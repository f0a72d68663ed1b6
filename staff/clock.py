"""What is done about people's data by the clock."""

from portal import clock
from portal.claims import claim, guarded
from portal.models import ClockRecord

from .privacy import listing
from .privacy import retention as table

RETENTION = "retention_"  # with the number of the period in the table


@clock.act
def end_what_is_over(day):
    """Each period is claimed when it is done: what a worker that was stopped leaves, the next minute's run ends."""
    done = set(ClockRecord.objects.filter(kind__startswith=RETENTION, on=day.today).values_list("kind", flat=True))
    for number, period in enumerate(table.periods(), 1):
        kind = f"{RETENTION}{number}"
        if kind not in done:
            with guarded(f"retention of {period.title}"):
                table.enforce(period, day.now)
                claim(kind, None, day.today)


@clock.act
def list_erasures(day):
    """Into the list outside the database, within a minute."""
    with guarded("the list of erasures"):
        listing.write()
