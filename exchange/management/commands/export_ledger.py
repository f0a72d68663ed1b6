from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from bank.moment import one_moment
from exchange.ledger import journal
from schools.models import Alliance

FORMATS = {"hledger": journal.as_hledger, "csv": journal.as_csv}
BATCH = 64_000  # characters written at once


class Command(BaseCommand):
    help = "Print an alliance's whole ledger as a journal for hledger, or as CSV."

    def add_arguments(self, parser):
        parser.add_argument("--alliance", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, metavar="|".join(FORMATS))

    def handle(self, *, alliance, format, **options):
        bank = Alliance.objects.filter(slug=alliance).first()
        if bank is None:
            raise CommandError(f"There is no alliance {alliance}.")
        if format not in FORMATS:
            raise CommandError(f"There is no format {format}: choose {' or '.join(FORMATS)}.")
        with one_moment():
            # disable=None: no bar unless stderr is a terminal.
            bar = tqdm(total=journal.length(bank), unit=" entries", unit_scale=True, disable=None)
            pieces = FORMATS[format](bank)
            self.stdout.write(next(pieces), ending="")
            self.write_all(pieces, bar)

    def write_all(self, pieces, bar):
        waiting, size = [], 0
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            if size > BATCH:
                self.stdout.write("".join(waiting), ending="")
                bar.update(len(waiting))
                waiting, size = [], 0
        self.stdout.write("".join(waiting), ending="")
        bar.update(len(waiting))
