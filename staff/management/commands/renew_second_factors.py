from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from staff import second_factors

ENCRYPTED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class Command(BaseCommand):
    help = (
        "Encrypt the secrets of second factors anew under SECRET_KEY. After it they need no key of "
        "SECRET_KEY_FALLBACKS. Prints what was done, and exits 1 where no key reads one."
    )

    @transaction.atomic
    def renew(self):
        renewed, unreadable = 0, []
        for factor in Authenticator.objects.select_for_update().filter(type__in=ENCRYPTED).order_by("pk"):
            try:
                factor.data = second_factors.renewed(factor.data)
            except InvalidToken:
                unreadable.append(factor.user_id)
            else:
                factor.save(update_fields=["data"])
                renewed += 1
        return renewed, sorted(set(unreadable))

    def handle(self, **options):
        renewed, unreadable = self.renew()
        self.stdout.write(f"renewed={renewed} unreadable_of_users={len(unreadable)}")
        if unreadable:
            numbers = ", ".join(map(str, unreadable))
            raise CommandError(f"No key reads the second factors of these users: {numbers}. They stay as they are.")
