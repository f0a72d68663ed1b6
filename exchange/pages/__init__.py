"""What one page shows, and what the exchange adds to pages that all apps share."""

from . import calendar_file  # noqa: F401  it registers itself
