"""What an app adds to the portal, registered by name in a module of a known name, as the admin does it."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

failures = []  # (module, exception) of those that could not be loaded


class Registry:
    """Items by name, in the order in which they were registered. `what` says in words what one of them is."""

    def __init__(self, what):
        self.what = what
        self._items = {}

    def register(self, name, item):
        """Add an item and return it. Raises ImproperlyConfigured where the name is taken."""
        if name in self._items:
            raise ImproperlyConfigured(f"The {self.what} “{name}” is registered twice.")
        self._items[name] = item
        return item

    def register_all(self, items):
        for name, item in items.items():
            self.register(name, item)

    def unregister(self, name):
        del self._items[name]

    def __getitem__(self, name):
        """Raises ImproperlyConfigured where no app has registered the name."""
        try:
            return self._items[name]
        except KeyError:
            raise ImproperlyConfigured(f"No app registers the {self.what} “{name}”.") from None

    def __contains__(self, name):
        return name in self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def items(self):
        return self._items.items()

    def values(self):
        return self._items.values()


def discover(*names):
    """Import these modules of every app that has them, in the order of the apps.

    What fails is kept for the system check, which says it in one sentence, and for `require_sound`.
    """
    for name in names:
        for app in apps.get_app_configs():
            module = f"{app.name}.{name}"
            try:
                if find_spec(module) is not None:
                    import_module(module)
            except Exception as error:  # whatever a module does wrong, the check names it
                failures.append((module, error))


def require_sound():
    """Raises ImproperlyConfigured where a module failed: for what starts without the system checks."""
    if failures:
        raise ImproperlyConfigured(" ".join(sentence(*failure) for failure in failures))


def sentence(module, error):
    return f"{module} cannot be loaded: {type(error).__name__}: {error}"
