"""One line an event, key=value: which view, which user's number, which status. No names, addresses or keys."""

from uuid import uuid4

import structlog
from django_structlog import middlewares

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configure():
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def line():
    """The formatter of whatever is logged, by structlog or by the standard library."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
        ],
    )


class RequestMiddleware(middlewares.RequestMiddleware):
    """Binds a request id, and logs how each request ended.

    Of the address only the pattern: keys of password links stand in addresses, and what people search for.
    """

    def prepare(self, request):
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid4()))

    @staticmethod
    def format_request(request):
        match = getattr(request, "resolver_match", None)
        return f"{request.method} {match.route if match else '(no such page)'}"

    @staticmethod
    def bind_user_id(request):
        # Only a user who was read already: to log an error must not ask a database that is down.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk:
            structlog.contextvars.bind_contextvars(user_id=user.pk)
