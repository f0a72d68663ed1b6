from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import backup


class Command(BaseCommand):
    help = "Write the whole database into one file, or into a folder under a name with the moment. Prints the path."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", metavar="FILE_OR_FOLDER")

    def handle(self, *, target: str, **options: Any) -> None:
        try:
            path, manifest = backup.write(target)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{sum(manifest['counts'].values()):,} rows of {len(manifest['counts'])} tables.")
        self.stdout.write(str(path))
