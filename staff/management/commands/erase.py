from django.core.management.base import BaseCommand, CommandError

from staff.privacy import listing


class Command(BaseCommand):
    help = "Erase again, after a backup was restored, everybody who had been erased."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", required=True)

    def handle(self, **options):
        again, still, other = listing.erase_again()
        self.stdout.write(f"erased_again={len(again)} still_erased={len(still)} changed={len(other)}")
        if other:
            numbers = ", ".join(map(str, other))
            raise CommandError(
                f"Under these numbers the database holds somebody whose name or address is not that of the person "
                f"who was erased: {numbers}. Look at each, and erase whoever it still is."
            )
