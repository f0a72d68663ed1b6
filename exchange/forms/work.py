from .base import KeyedForm


class AcceptForm(KeyedForm):
    pass
