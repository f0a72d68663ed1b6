from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "Support exchange"

    def ready(self):
        from . import receivers  # noqa: F401  they register themselves
