from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bank import chain, checkpoints
from portal import backup, schema
from staff.privacy import listing


class Command(BaseCommand):
    help = (
        "Put the database back to a backup, whole or not at all, declare it in the ledger's chain, seal what was not "
        "sealed yet, and verify everything. Stop web, worker and beat before."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--why", required=True, help="kept in the ledger's chain for good")
        parser.add_argument("--replace", action="store_true", help="over a database that is not empty")

    def handle(self, *, file, why, replace, **options):
        if not why.strip():
            raise CommandError("Say why.")
        if not (replace or backup.is_empty()):
            raise CommandError("The database is not empty. With --replace everything in it is given up.")
        try:
            manifest = backup.restore(file)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Restored to {manifest['made_at']}: rows and the chain's head are as they were.")
        if not schema.is_migrated():
            call_command("migrate", verbosity=0, interactive=False)
        self.erase_again()
        self.declare(manifest, why.strip())
        chain.seal()
        call_command("verify_ledger", stdout=self.stdout, stderr=self.stderr)

    def erase_again(self):
        """Who was erased after the backup was made is back with it."""
        again, _, other = listing.erase_again()
        if again:
            self.stderr.write(f"Erased again, as they had been since: {len(again)}.")
        if other:
            numbers = ", ".join(map(str, other))
            self.stderr.write(f"Warning: look at these people, who are others than were erased: {numbers}")

    def declare(self, manifest, why):
        """What was sealed after the backup is lost, and stays on record: see docs/decisions/0009."""
        if manifest["head"] is None:
            return
        if not settings.LEDGER_KEYS:
            self.stderr.write(
                "Warning: without LEDGER_KEYS the restore is not declared: verify_ledger --declare-restore"
            )
            return
        block = chain.declare_restore(f"Restored to {manifest['made_at']}: {why}")
        self.stderr.write(f"The restore is declared by block {block.number}.")
        try:
            checkpoints.record()
        except OSError as error:
            self.stderr.write(f"Warning: the chain's head was not written to LEDGER_HEADS: {type(error).__name__}")
