"""What one page shows, and what the exchange adds to pages that all apps share."""

from . import calendar_file, exports, timeline  # noqa: F401  they register themselves
