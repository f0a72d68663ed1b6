"""The rights that a head can hand to somebody else: each app registers its own, in its `rules`."""

from portal.registry import Registry

delegable: Registry[str] = Registry("right that can be delegated")  # by name, each in the words that a head reads
