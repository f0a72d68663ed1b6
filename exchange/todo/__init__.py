"""What waits for whom in the exchange. Each file registers who looks for it in staff.todo."""

from . import awaited, coordinator, leader, school  # noqa: F401  each registers itself
