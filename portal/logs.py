"""One line an event, key=value: which view, which user's number, which status. No names, addresses or keys."""

import os
import sys
import traceback
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest
from django_structlog import middlewares
from structlog.typing import EventDict, Processor, WrappedLogger


def without_words(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """An exception is logged by its type and its places: its words can hold what somebody typed."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        event["exception"] = described(error)
    return event


def described(error: BaseException) -> str:
    """Type and places of an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} in {' > '.join(places)}"


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configure(level: str) -> dict[str, Any]:
    """Everything goes to stderr; returns LOGGING."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            without_words,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "portal.logs.line"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},  # without Django's own handlers: once, by the root's
            # How a request ended is logged by the middleware: once, and of the address only the pattern.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # its line is the request's, with code=400
            # What a task did is logged by alliance.celery; Celery's own line has the words of an exception.
            "celery": {"level": "WARNING"},
            "celery.app.trace": {"level": "CRITICAL"},
        },
    }


def line() -> structlog.stdlib.ProcessorFormatter:
    """The formatter of whatever is logged, by structlog or by the standard library."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_words,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
        ],
    )


def request_id() -> str:
    """The id of the request that is answered, or of the task that runs; empty outside of both."""
    found: str = structlog.contextvars.get_contextvars().get("request_id", "")
    return found


class RequestMiddleware(middlewares.RequestMiddleware):
    """Binds a request id, and logs how each request ended.

    Of the address only the pattern: keys of password links stand in addresses, and what people search for.
    """

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid4()))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = getattr(request, "resolver_match", None)
        return f"{request.method} {match.route if match else '(no such page)'}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        # Only a user who was read already: to log an error must not ask a database that is down.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk:
            structlog.contextvars.bind_contextvars(user_id=user.pk)


def report_faults(dsn: str) -> None:
    """Send faults to a Sentry: type and places. No words, addresses, bodies, variables or queries."""
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=_bare,
    )


OURS = {"alliance", "exchange", "schools", "staff"}


def _bare(event: Any, hint: object) -> Any:
    """An event without what people typed: it stands in addresses, headers and an exception's words.

    Of what is logged only our own errors, whose words are ours too.
    """
    if "exception" not in event and event.get("logger", "").partition(".")[0] not in OURS:
        return None
    for name in ("request", "user", "extra", "breadcrumbs", "_meta"):
        event.pop(name, None)
    if event.get("transaction_info", {}).get("source") == "url":
        event.pop("transaction", None)
    if "exception" in event:
        event.pop("logentry", None)
        for error in event["exception"].get("values", []):
            error.pop("value", None)
    return event
