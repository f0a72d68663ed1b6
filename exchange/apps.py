from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "Support exchange"

    def ready(self):
        from . import checks, receivers  # noqa: F401
        from .bank import triggers

        post_migrate.connect(triggers.install, sender=self)
