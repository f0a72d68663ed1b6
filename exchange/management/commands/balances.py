import csv
import json

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from bank import balances
from bank.models import Account
from exchange.ledger import journal
from portal import spreadsheet
from schools.models import Alliance

COLUMNS = ("urn", "school", *balances.FIGURES, "net", "held", "available")
FORMATS = ("table", "csv", "json")
ORDER = list(Account.Kind)
NOTHING = dict.fromkeys((*balances.FIGURES, "net"), 0)


class Command(BaseCommand):
    help = "Print what every account of an alliance's bank has given, received and has left, in days."

    def add_arguments(self, parser):
        parser.add_argument("--alliance", required=True, metavar="SLUG")
        parser.add_argument("--year", help="2026 is 2026 to 2027; all time without it. Held and available are of now")
        parser.add_argument("--format", default="table", metavar="|".join(FORMATS))

    def handle(self, *, alliance, year, format, **options):
        bank = Alliance.objects.filter(slug=alliance).first()
        if bank is None:
            raise CommandError(f"There is no alliance {alliance}.")
        if format not in FORMATS:
            raise CommandError(f"There is no format {format}: choose {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.")
        rows = self.rows(bank, self.chosen(bank, year))
        getattr(self, f"write_{format}")(rows)

    def chosen(self, alliance, year):
        """The academic year asked for, this one or one with movements; None for all time."""
        if year is None:
            return None
        years = balances.years(account__alliance=alliance)
        if year not in map(str, years):
            raise CommandError(f"{alliance} has no year {year}: choose one from {years[-1]} to {years[0]}.")
        return int(year)

    def rows(self, alliance, year):
        """Schools by name, then the fund, the outside and other alliances."""
        accounts = balances.accounts_of(alliance)
        stored = [account for account in accounts if account.pk]
        found = balances.of_year(stored, year) if year else balances.of_all_time(stored)
        accounts.sort(key=lambda account: (ORDER.index(account.kind), str(account), account.school_id))
        return [self.row(account, found.get(account.pk, NOTHING)) for account in tqdm(accounts, disable=None)]

    def row(self, account, figures):
        figures = figures | {"held": account.held, "available": account.available}
        name = journal.plain(account.school.name) if account.school_id else journal.account_name(account)
        days = {figure: spreadsheet.hundredths(figures[figure]) for figure in COLUMNS[2:]}
        if account.kind == Account.Kind.OUTSIDE:
            days["available"] = None  # it has no limit
        return {"urn": account.school_id, "school": name, **days}

    def write_table(self, rows):
        cells = [COLUMNS, *([str(row[name] or "") for name in COLUMNS] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for urn, school, *days in cells:
            numbers = (day.rjust(width) for day, width in zip(days, widths[2:], strict=True))
            self.stdout.write("  ".join([urn.rjust(widths[0]), school.ljust(widths[1]), *numbers]))

    def write_csv(self, rows):
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row["urn"], spreadsheet.text(row["school"]), *list(row.values())[2:]] for row in rows)

    def write_json(self, rows):
        self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
