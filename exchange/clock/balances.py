import logging
from collections import defaultdict

from django.db import transaction
from django.urls import reverse

from bank import balances, posting
from portal.claims import claim, guarded
from schools.models import Alliance
from staff import mail
from staff import rules as people

logger = logging.getLogger(__name__)


def every_night(day):
    """The first run of a day: a snapshot for the trend, floors back up, and the totals checked against the rows.

    What the check found is kept for the page of each bank, which does not work it out anew at every look.
    """
    for alliance in Alliance.objects.all():
        with guarded(f"nightly {alliance.pk}"), transaction.atomic():
            if claim("nightly", alliance, day.today):
                balances.thin_out(alliance, day.today)
                posting.open_accounts(alliance)
                balances.snapshot(alliance.accounts.select_for_update(of=("self",)).order_by("pk"), day.today)
                posting.align_floors(alliance)
    with guarded("the check of the bank"), transaction.atomic():
        if claim("totals", None, day.today):
            report(balances.check(day.now), day.today)


def report(found, today):
    """A difference is told, never mended silently: the rows are the truth, and somebody must look."""
    by_alliance = defaultdict(set)
    for account, year, figures in found:
        words = ", ".join(f"{name} {kept} but {counted} by the rows" for name, (kept, counted) in figures.items())
        logger.error("The totals of account %s differ%s: %s", account.pk, f" in {year}" if year else "", words)
        by_alliance[account.alliance].add(str(account))
    for alliance, names in by_alliance.items():
        mail.send(
            people.coordinators_of(alliance),
            "ledger_difference",
            reverse("exchange:bank", args=[alliance.slug]),
            key=f"ledger_difference:{alliance.pk}:{today}",
            who=alliance,
            detail=", ".join(sorted(names)),
        )
