from . import accounts, leaders, policies, transfers, work  # noqa: F401
