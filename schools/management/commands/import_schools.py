import itertools
from collections import Counter
from dataclasses import dataclass, field

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from tqdm import tqdm

from schools import register
from schools.models import Membership, School, current
from schools.signals import school_closed

CHUNK = 500
NAMED = 20


class Command(BaseCommand):
    help = "Bring the schools up to date from a file of DfE's register (GIAS), as one transaction."

    def add_arguments(self, parser):
        parser.add_argument("file", help="establishment extract in CSV, as downloaded")
        parser.add_argument(
            "--la", nargs="+", action="extend", default=[], metavar="NAME", help="only these authorities"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--skip-bad-rows", action="store_true", help="leave bad rows out, take the rest")

    def handle(self, *, file, la, dry_run, skip_bad_rows, **options):
        try:
            source = register.open_register(file)
            if la and not source.has("LA (name)"):
                raise register.Unusable(f"{file} has no column LA (name), so --la cannot choose.")
            intake = Intake(las={name.strip().casefold() for name in la}, skip_bad_rows=skip_bad_rows)
            with transaction.atomic():
                intake.take_all(source)
                self.report(intake, la)
                transaction.set_rollback(dry_run)
                if not dry_run:
                    intake.tell_of_closures()
        except register.Unusable as refusal:
            raise CommandError(str(refusal)) from refusal
        if dry_run:
            self.stderr.write("Dry run: nothing was written.")
        words = ("created", "updated", "unchanged", "skipped", "errors")
        self.stdout.write(" ".join(f"{word}={intake.count[word]}" for word in words))

    def report(self, intake, la):
        for name in la:
            if name.strip().casefold() not in intake.las_met:
                self.stderr.write(f"Warning: no row is of a local authority called {name}.")
        if not intake.faults:
            return
        named = "\n".join(intake.faults[:NAMED])
        more = f"\nand {len(intake.faults) - NAMED} more" if len(intake.faults) > NAMED else ""
        if not intake.skip_bad_rows:
            raise CommandError(f"Nothing was imported, because of bad rows:\n{named}{more}")
        self.stderr.write(f"Left out:\n{named}{more}")


@dataclass
class Intake:
    las: set
    skip_bad_rows: bool
    las_met: set = field(default_factory=set)
    seen: set = field(default_factory=set)
    unchanged: set = field(default_factory=set)
    closed: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    count: Counter = field(default_factory=Counter)

    def take_all(self, source):
        # disable=None: no bar unless stderr is a terminal.
        rows = iter(tqdm(source.rows(), total=source.lines - 1, unit=" rows", disable=None))
        while chunk := list(itertools.islice(rows, CHUNK)):
            self.take(chunk)
        self.link_predecessors()

    def take(self, rows):
        wanted = dict(filter(None, map(self.sift, rows)))
        if self.faults and not self.skip_bad_rows:
            return  # the file is refused; the remaining rows are only checked
        # Locked, so that of two imports at once only one sees a school turn closed.
        held = School.objects.select_for_update(no_key=True).in_bulk(wanted)
        changed = [self.settle(urn, values, held.get(urn)) for urn, values in wanted.items()]
        if changed := list(filter(None, changed)):
            columns = list(next(iter(wanted.values())))
            School.objects.bulk_create(changed, update_conflicts=True, unique_fields=["urn"], update_fields=columns)

    def sift(self, row):
        """URN and values of a row that concerns us. Rows from elsewhere are counted and not looked into."""
        try:
            urn = register.urn_of(row)
            if urn in self.seen:
                raise register.BadRow(f"URN {urn} stands in the file twice")
            self.seen.add(urn)
            if self.concerns_us(row.cells):
                return urn, register.values_of(row.cells)
            self.count["skipped"] += 1
        except register.BadRow as fault:
            self.count["errors"] += 1
            self.faults.append(f"row {row.number}: {fault}")
        return None

    def concerns_us(self, cells):
        la = cells.get("LA (name)", "").casefold()
        self.las_met.add(la)
        return (not self.las or la in self.las) and not register.is_elsewhere(cells)

    def settle(self, urn, values, school):
        """The school to be written, if there is something to write."""
        if school is None:
            outcome = "skipped" if values["status"] == School.Status.CLOSED else "created"
            self.count[outcome] += 1
            return School(urn=urn, **values) if outcome == "created" else None
        changed = {name: value for name, value in values.items() if getattr(school, name) != value}
        if not changed:
            self.unchanged.add(urn)
            self.count["unchanged"] += 1
            return None
        self.count["updated"] += 1
        if changed.get("status") == School.Status.CLOSED:
            self.closed.append(school)
        for name, value in changed.items():
            setattr(school, name, value)
        return school

    def link_predecessors(self):
        """A school re-opened under a new URN keeps its local authority and establishment number.

        URNs are given out in order, so the last lower one that closed is the school it was. Only links
        that are missing are made.
        """
        earlier = School.objects.filter(
            la_code=OuterRef("la_code"),
            establishment_number=OuterRef("establishment_number"),
            status__in=[School.Status.CLOSED, School.Status.CLOSING],
            urn__lt=OuterRef("urn"),
        ).order_by("-urn")
        alone = School.objects.filter(predecessor=None).exclude(la_code="").exclude(establishment_number="")
        found = alone.annotate(earlier=Subquery(earlier.values("urn")[:1])).exclude(earlier=None)
        for urn, predecessor in found.values_list("urn", "earlier"):
            School.objects.filter(urn=urn).update(predecessor=predecessor)
            if urn in self.unchanged:
                self.count["unchanged"] -= 1
                self.count["updated"] += 1

    def tell_of_closures(self):
        members = set(Membership.objects.filter(current(timezone.localdate())).values_list("school", flat=True))
        for school in self.closed:
            if school.pk in members:
                school_closed.send(sender=School, school=school)
