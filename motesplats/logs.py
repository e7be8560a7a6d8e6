"""Logs as JSON lines with the request's id. Codes, ids and durations only: no names, texts, tokens or query strings."""

import logging
import logging.config
import re
import sys

import structlog

_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_SECRET_PATHS = re.compile(r"(/(?:lank|medarbetare)/)[^/\s\"']+")


def _without_secrets(_logger, _method, event: dict) -> dict:
    """Django's own loggers write paths (403, 404, CSRF): what follows /lank/ or /medarbetare/ opens doors."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRET_PATHS.sub(r"\1…", value)
    return event


_TRACE = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold what people wrote


def configure(options: dict) -> None:
    """Send every logger, Django's and Celery's included, to standard error as JSON. `options`: {"level": str}."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_TRACE),
            _without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options["level"])
    for name in ("django", "uvicorn", "uvicorn.error", "gunicorn.error", "celery"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat"):
        logging.getLogger(name).setLevel("WARNING")  # else several lines for every sweep, every few seconds
    for name in ("fontTools", "fpdf"):
        logging.getLogger(name).setLevel("WARNING")  # they would name the letters of the name on a certificate
    logging.getLogger("uvicorn.access").disabled = True  # it would write paths with tokens
    logging.getLogger("django.server").disabled = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
