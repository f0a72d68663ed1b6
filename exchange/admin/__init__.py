from . import accounts, leaders, policies, tariffs, trades, transfers, work  # noqa: F401  each registers itself
