"""What an app adds to the portal, registered by name in a module of a known name, as the admin does it."""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

Item = TypeVar("Item")
failures: list[tuple[str, Exception]] = []  # modules that could not be loaded


class Registry(Generic[Item]):
    """Items by name, in the order in which they were registered. `what` says in words what one of them is."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, Item] = {}

    def register(self, name: str, item: Item) -> Item:
        """Add an item and return it. Raises ImproperlyConfigured where the name is taken."""
        if name in self._items:
            raise ImproperlyConfigured(f"The {self.what} “{name}” is registered twice.")
        self._items[name] = item
        return item

    def register_all(self, items: Mapping[str, Item]) -> None:
        for name, item in items.items():
            self.register(name, item)

    def unregister(self, name: str) -> None:
        del self._items[name]

    def __getitem__(self, name: str) -> Item:
        """Raises ImproperlyConfigured where no app has registered the name."""
        try:
            return self._items[name]
        except KeyError:
            raise ImproperlyConfigured(f"No app registers the {self.what} “{name}”.") from None

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> ItemsView[str, Item]:
        return self._items.items()

    def values(self) -> ValuesView[Item]:
        return self._items.values()


def discover(*names: str) -> None:
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


def require_sound() -> None:
    """Raises ImproperlyConfigured where a module failed: for what starts without the system checks."""
    if failures:
        raise ImproperlyConfigured(" ".join(sentence(*failure) for failure in failures))


def sentence(module: str, error: Exception) -> str:
    return f"{module} cannot be loaded: {type(error).__name__}: {error}"
