from django.core.management.base import BaseCommand

from staff.privacy import page


class Command(BaseCommand):
    help = "Print docs/privacy.md: what is held on people, and for how long."

    def handle(self, **options):
        for line in page.text():
            self.stdout.write(line)
