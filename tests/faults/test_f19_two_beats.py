"""F19: two beats, and a beat that was off for six hours: each period once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Count

from bank.models import Snapshot
from portal.models import ClockRecord, Tick
from staff import tasks
from staff.models import Mail
from staff.privacy.retention import periods

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
SUNDAY = datetime(2027, 3, 7, 20, tzinfo=LONDON)
RUNS = (0, 3, 9, 11, 12)  # hours later: off from 23:00 on Sunday to 05:00 on Monday, over midnight


def test_f19_two_beats_one_of_them_off_for_six_hours_do_each_period_once(cast):
    for hour in RUNS:
        with time_machine.travel(SUNDAY + timedelta(hours=hour), tick=False):
            for _ in ("one beat", "the other"):
                tasks.tick()
    done = ClockRecord.objects.values("kind", "on").annotate(times=Count("pk")).order_by("kind", "on")
    assert {(row["kind"], row["times"]) for row in done} == {
        ("totals", 1),
        ("digest", 1),
        ("nightly", 1),
        *((f"retention_{number}", 1) for number, _ in enumerate(periods(), 1)),
    }
    nights = ClockRecord.objects.filter(kind="nightly").order_by("on").values_list("on", flat=True)
    assert [f"{on:%A}" for on in nights] == ["Sunday", "Monday"]
    twice = Snapshot.objects.values("account", "on").annotate(times=Count("pk")).filter(times__gt=1)
    assert (Snapshot.objects.exists(), twice.count()) == (True, 0)
    mondays = ClockRecord.objects.filter(kind="digest").values_list("on", flat=True)
    assert [f"{on:%-d %B}" for on in sorted(mondays)] == ["1 March", "8 March"]
    assert Mail.objects.filter(key__startswith="digest:").count() == 2
    assert Tick.objects.get().at == SUNDAY + timedelta(hours=12)
