import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from schools.models import School


class Command(BaseCommand):
    help = "Load the demonstration: two fictional alliances with two years of history up to today."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--if-empty", action="store_true", help="load into an empty portal only; print the accounts as --list does"
        )
        what.add_argument("--accounts", action="store_true", help="print the accounts to sign in with, as JSON")
        what.add_argument(
            "--list", action="store_true", dest="as_table", help="print the accounts to sign in with, as a table"
        )
        parser.add_argument("--force", action="store_true", help="even where DEBUG is off")

    def handle(self, *, if_empty, accounts, as_table, force, **options):
        if not (settings.DEBUG or force):
            raise CommandError(
                "DEBUG is off. The demonstration's password is public: --force loads it all the same, "
                "on a portal without real people."
            )
        if accounts or as_table:
            self.show(as_json=accounts)
        elif if_empty:
            self.load_if_empty()
        else:
            self.load()

    def load_if_empty(self):
        """One command for `make run`, which is started often: each start of Django costs a second."""
        from demo import load
        from demo.accounts import give_second_factors

        if not School.objects.exists():
            self.load()
        if load.is_loaded():
            give_second_factors()
            self.show(as_json=False)
        else:
            self.stderr.write("There are schools already: nothing was loaded.")

    def load(self):
        from demo import load  # here, because it brings the library that moves the clock
        from demo.accounts import give_second_factors

        if load.is_loaded():
            give_second_factors()  # it may have been demanded since
            self.stderr.write("The demonstration is loaded already: nothing was changed.")
            return
        load.load()
        give_second_factors()
        self.stderr.write("The demonstration is loaded. manage.py demo --list shows who can sign in.")

    def show(self, *, as_json):
        from demo import load
        from demo.accounts import accounts, table

        if not load.is_loaded():
            raise CommandError("The demonstration is not loaded. Run manage.py demo first.")
        self.stdout.write(json.dumps(accounts(), indent=2) if as_json else table(settings.SITE_URL))
