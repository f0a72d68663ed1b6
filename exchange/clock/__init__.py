"""What runs by the clock. Beat only ticks: what is due is read from dated rows here and claimed there.

Run twice, or by two at once, it does each thing once; after a day off it catches up once. Acts whose day
has come are done at any hour; reminders go out from nine in the morning, Europe/London.
"""

from . import balances, bands, digest, evaluations, leaders, leavers, offers, retention, visits
from .day import Day
from .once import guarded

MORNING = 9
ACTS = (
    offers.lapse,
    leavers.release_what_leavers_hold,
    leavers.hold_for_joiners,
    leavers.hold_for_returners,
    visits.confirm,
    leavers.charge,
    balances.every_night,
    bands.tell_of_crossings,
    retention.end_what_is_over,
    retention.list_erasures,
)
REMINDERS = (
    offers.remind,
    visits.remind_of_tomorrow,
    visits.remind_to_log,
    visits.remind_to_confirm,
    evaluations.remind,
    leaders.remind_of_reviews,
    retention.announce_names,
)


def run(now):
    """Do everything that is due at a moment."""
    day = Day(now)
    jobs = [*ACTS, digest.send_weekly]
    if day.hour >= MORNING:
        jobs += REMINDERS
    for job in jobs:
        with guarded(job.__name__):
            job(day)
