from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "Support exchange"

    def ready(self):
        from . import checks, receivers  # noqa: F401  each registers itself
        from .bank import triggers
        from .privacy import fields, obstacles, retention  # noqa: F401  each registers itself

        pre_migrate.connect(triggers.make_way, sender=self)
        post_migrate.connect(triggers.install, sender=self)
