from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, Sum
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from bank import chain, checkpoints
from bank.models import Account, Block, Ledger, Transfer
from exchange.ledger import verification


class Command(BaseCommand):
    help = (
        "Work out everything the bank promises anew from its rows: sums, totals, limits, holds, reversals, closed "
        "years, the transfers of each confirmed visit with their accounts, day and levy, charges and leaders' years, "
        "the seals and the triggers. Transfers that have waited more than an hour to be sealed are a finding too. "
        "A line for each finding and exit 1, or a summary and exit 0."
    )
    requires_system_checks = ()  # they read every address and form of the portal; what the bank needs is looked at here

    def add_arguments(self, parser):
        parser.add_argument(
            "--declare-restore", metavar="WHY", help="first record that the ledger was put back to an earlier state"
        )
        parser.add_argument(
            "--another-ledger", metavar="WHY", help="first record that this ledger takes the place of LEDGER_HEADS's"
        )
        parser.add_argument(
            "--record-head", action="store_true", help="without findings, append the chain's head to LEDGER_HEADS"
        )

    def handle(self, *, declare_restore, another_ledger, record_head, **options):
        if another_ledger is not None:
            self.accept(another_ledger)
        if declare_restore is not None:
            self.declare(declare_restore)
        if not settings.LEDGER_KEYS:
            self.stderr.write("Warning: LEDGER_KEYS is not set, so no transfers are sealed.")
        checks, count = verification.checks(), 0
        # disable=None: no bar unless stderr is a terminal.
        bar = partial(tqdm, total=len(checks), unit=" checks", disable=None)
        for sentence in verification.findings(checks, bar):
            with tqdm.external_write_mode():
                self.stdout.write(sentence)
            count += 1
        if count:
            raise CommandError(f"{count} finding{pluralize(count)}")
        if record_head:
            checkpoints.record()
        self.stdout.write(summary())

    def accept(self, reason):
        if not reason.strip():
            raise CommandError("Say why this ledger takes the place of the one before.")
        checkpoints.accept(reason)
        self.stderr.write(f"LEDGER_HEADS is of the ledger {Ledger.current()} from now on.")

    def declare(self, reason):
        if not (reason.strip() and settings.LEDGER_KEYS):
            raise CommandError("Say why, and set LEDGER_KEYS: a restore is declared with the key.")
        block = chain.declare_restore(reason.strip())
        if block is None:
            raise CommandError("Nothing is sealed yet: there is no restore to declare.")
        self.stderr.write(f"The restore is declared by block {block.number}.")


def summary():
    blocks = Block.objects.aggregate(count=Count("pk"), rows=Sum("rows"), last=Max("last_id"))
    count, rows = blocks["count"], blocks["rows"] or 0
    unsealed = Transfer.objects.filter(pk__gt=blocks["last"] or 0).count()
    return (
        f"No findings. Ledger {Ledger.current()}: {Account.objects.count():,} accounts, "
        f"{rows:,} transfers sealed in {count:,} block{pluralize(count)}, {unsealed:,} not sealed yet."
    )
