"""Fields of models that several apps use."""

from django.db import models
from django.db.models.lookups import Contains


class NamesField(models.CharField):
    """A few names in one column, in their order, such as the rights of a role; a tuple of strings in Python.

    `field__holds="name"` finds the rows that hold a name.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("default", ())
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def to_python(self, value):
        if isinstance(value, str):
            return tuple(name for name in value.split("|") if name)
        return tuple(value or ())

    def get_prep_value(self, value):
        names = self.to_python(value)
        return f"|{'|'.join(names)}|" if names else ""

    def get_default(self):
        return self.to_python(super().get_default())

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))


@NamesField.register_lookup
class Holds(Contains):
    """Whether the names hold one."""

    lookup_name = "holds"

    def get_prep_lookup(self):
        return f"|{self.rhs}|"

    def get_rhs_op(self, connection, rhs):
        return connection.operators[Contains.lookup_name] % rhs
