from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "The portal"

    def ready(self) -> None:
        from . import checks, registry  # noqa: F401  checks register themselves

        registry.discover("status", "notices", "menu", "todo", "clock", "privacy", "rules", "pages")
