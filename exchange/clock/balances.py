import logging
from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from schools.models import Alliance
from staff import rules as people

from .. import notices
from ..bank import balances, posting
from ..models import Account, Balance, Transfer
from .once import claim, guarded

logger = logging.getLogger(__name__)

JUST_NOW = timedelta(minutes=15)


def recompute_changed(day):
    """Balances at once for what changed.

    Changed is what differs from the running total, whenever its transaction committed, or has a transfer
    newer than its figures: two in one minute may leave the total as it was.
    """
    changed = {*_differing(), *_just_moved(day)}
    by_alliance = defaultdict(list)
    for account in Account.objects.filter(pk__in=changed):
        by_alliance[account.alliance_id].append(account)
    for alliance, accounts in by_alliance.items():
        with guarded(f"balances of {alliance}"), transaction.atomic():
            balances.recompute(accounts)


def _differing():
    stored = Balance.objects.filter(account=OuterRef("pk"), year=Balance.ALL_TIME)
    net = stored.annotate(worked_out=F("given") - F("received") - F("levy") + F("other")).values("worked_out")
    accounts = Account.objects.annotate(worked_out=Subquery(net)).order_by()
    moved = accounts.exclude(posted=0, worked_out=None).exclude(posted=F("worked_out"))
    return moved.values_list("pk", flat=True)


def _just_moved(day):
    """Accounts with a transfer that their figures do not hold; older ones are the nightly job's."""
    latest = {}
    recent = Transfer.objects.filter(posted_at__gte=day.now - JUST_NOW).order_by("posted_at")
    for debit, credit, at in recent.values_list("debit", "credit", "posted_at"):
        latest[debit] = latest[credit] = at
    figures = Balance.objects.filter(account__in=latest, year=Balance.ALL_TIME)
    worked_out = dict(figures.values_list("account", "worked_out_at"))
    return [pk for pk, at in latest.items() if pk not in worked_out or worked_out[pk] <= at]


def every_night(day):
    """Balances for all, checked against the ledger, with a snapshot for the trend; floors go back up.

    The first run of a day does it, an alliance at a time.
    """
    for alliance in Alliance.objects.all():
        with guarded(f"nightly {alliance.pk}"), transaction.atomic():
            if claim("nightly", alliance, day.today):
                _nightly(alliance, day)


def _nightly(alliance, day):
    posting.open_accounts(alliance)
    # Locked, so that no transfer comes between reading the totals and adding up the rows.
    accounts = list(alliance.accounts.select_for_update(of=("self",)).select_related("school").order_by("pk"))
    _report(alliance, balances.differences(accounts), day)
    balances.recompute(accounts)
    balances.snapshot(accounts, day.today)
    posting.align_floors(alliance)


def _report(alliance, found, day):
    """A difference is told, never mended silently: the rows are the truth, and somebody must look."""
    if not found:
        return
    for account, posted, held in found:
        logger.error(
            "Account %s stands at %s with %s held, its rows say %s and %s",
            account.pk, account.posted, account.held, posted, held,
        )  # fmt: skip
    notices.send(
        people.coordinators_of(alliance),
        "ledger_difference",
        reverse("exchange:alliance", args=[alliance.slug]),
        key=f"ledger_difference:{alliance.pk}:{day.today}",
        who=alliance,
        detail=", ".join(str(account) for account, _, _ in found),
    )
