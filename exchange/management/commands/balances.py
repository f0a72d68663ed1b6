import csv
import json

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max, Min
from tqdm import tqdm

from exchange import journal, spreadsheet
from exchange.bank import balances
from exchange.bank.models import Account, Balance
from schools import calendar
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
        this = calendar.year_of(calendar.today())
        ends = Balance.objects.filter(account__alliance=alliance).aggregate(first=Min("year"), last=Max("year"))
        first, last = min(ends["first"] or this, this), max(ends["last"] or this, this)
        if year not in map(str, range(first, last + 1)):
            raise CommandError(f"{alliance} has no year {year}: choose one from {first} to {last}.")
        return int(year)

    def rows(self, alliance, year):
        """Schools by name, then the fund, the outside and other alliances."""
        accounts = list(Account.objects.filter(alliance=alliance).select_related("school", "partner"))
        found = balances.of_year(accounts, year) if year else balances.of_all_time(accounts)
        for kind in {Account.Kind.FUND, Account.Kind.OUTSIDE} - {account.kind for account in accounts}:
            accounts.append(Account(alliance=alliance, kind=kind))  # nothing has come to it yet
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
