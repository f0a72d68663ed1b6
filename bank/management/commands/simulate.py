from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from bank import chain
from bank.simulation import simulate
from schools.models import School


class Command(BaseCommand):
    help = "Fill the database with fictional schools in alliances and five years of their transfers, for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, required=True, metavar="N")
        parser.add_argument("--transfers", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed makes the same rows")

    def handle(self, *, schools: int, transfers: int, seed: int, **options: Any) -> None:
        if not settings.DEBUG and School.objects.exists():
            raise CommandError("DEBUG is off and there are schools already: a simulation never goes beside real ones.")
        if schools < 2 or transfers < 0:
            raise CommandError("A simulation needs at least two schools, and no fewer than 0 transfers.")
        # disable=None: no bar unless stderr is a terminal.
        simulate(schools, transfers, seed, lambda rows: tqdm(rows, total=transfers, unit=" transfers", disable=None))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        chain.seal()
        self.stderr.write(f"Made {schools:,} fictional schools and {transfers:,} transfers.")
