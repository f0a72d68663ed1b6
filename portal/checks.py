from typing import Any

from django.core.checks import Error, register

from . import registry


@register
def registries(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every module that registers something could be loaded, and no name is registered twice."""
    return [Error(registry.sentence(*failure), id="portal.E001") for failure in registry.failures]
