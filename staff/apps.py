from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "People"

    def ready(self):
        from . import seeds

        post_migrate.connect(seeds.plant, sender=self)
