"""Fields of models that several apps use."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Contains


class NamesField(models.CharField):  # type: ignore[type-arg]  # at run time it takes none
    """A few names in one column, in their order, such as the rights of a role; a tuple of strings in Python.

    `field__holds="name"` finds the rows that hold a name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("default", ())
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> tuple[str, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            return tuple(name for name in value.split("|") if name)
        return tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        names = self.to_python(value)
        return f"|{'|'.join(names)}|" if names else ""

    def get_default(self) -> tuple[str, ...]:
        return self.to_python(super().get_default())

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))


@NamesField.register_lookup
class Holds(Contains):
    """Whether the names hold one."""

    lookup_name = "holds"

    def get_prep_lookup(self) -> str:
        return f"|{self.rhs}|"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        operator: str = connection.operators[Contains.lookup_name]  # type: ignore[attr-defined]  # every backend has them
        return operator % rhs
