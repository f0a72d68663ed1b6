from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from . import triggers


@register(Tags.database)
def ledger_triggers(app_configs: Any, databases: Sequence[str] | None, **kwargs: Any) -> list[Error]:
    """The triggers that keep the ledger are there wherever its table is."""
    found = []
    for alias in databases or []:
        if triggers.TRANSFER in connections[alias].introspection.table_names():
            found += [
                Error(f"The trigger {name} is missing. Run migrate.", id="exchange.E001")
                for name in triggers.missing(alias)
            ]
    return found
