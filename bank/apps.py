from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class BankConfig(AppConfig):
    name = "bank"
    verbose_name = "Bank"

    def ready(self) -> None:
        from . import checks, triggers  # noqa: F401  checks register themselves

        pre_migrate.connect(triggers.make_way, sender=self)
        post_migrate.connect(triggers.install, sender=self)
