"""What the exchange does by the clock, in the order in which it is done."""

from portal import clock

from . import balances, bands, digest, evaluations, leaders, leavers, offers, retention, visits

for job in (
    offers.lapse,
    leavers.release_what_leavers_hold,
    leavers.hold_for_joiners,
    leavers.hold_for_returners,
    visits.confirm,
    leavers.charge,
    balances.every_night,
    bands.tell_of_crossings,
    digest.send_weekly,
):
    clock.act(job)
for job in (
    offers.remind,
    visits.remind_of_tomorrow,
    visits.remind_to_log,
    visits.remind_to_confirm,
    evaluations.remind,
    leaders.remind_of_reviews,
    retention.announce_names,
):
    clock.reminder(job)
