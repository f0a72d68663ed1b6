from typing import Any

from django.core.checks import Error, Tags, register
from django.core.management.base import SystemCheckError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from . import registry, schema

TOO_OLD = "This database was made before 0.1.0. Start with an empty one, or restore a backup made since."


@register
def registries(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every module that registers something could be loaded, and no name is registered twice."""
    return [Error(registry.sentence(*failure), id="portal.E001") for failure in registry.failures]


@register(Tags.database)
def age_of_the_database(app_configs: Any, databases: Any, **kwargs: Any) -> list[Error]:
    """The tables can be brought to this version. Raised, for `migrate` to say this sentence and no other."""
    for alias in databases or []:
        tables = connections[alias].introspection.table_names()
        apps = {app for app, _ in MigrationRecorder(connections[alias]).applied_migrations()}
        if schema.is_too_old(tables, apps):
            raise SystemCheckError(TOO_OLD)
    return []
