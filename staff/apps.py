from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "People"

    def ready(self):
        from . import checks, seeds  # noqa: F401  checks register themselves

        post_migrate.connect(seeds.plant, sender=self)
