"""What the exchange holds on people: its part of the register, what stands against erasing, and how long it is kept."""

from . import fields, obstacles, retention  # noqa: F401  each registers itself
