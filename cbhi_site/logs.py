"""The log: one line an event, ids only; never what somebody typed, nor a name, an address, a phone.

What reaches the log from elsewhere (the framework, the queue, the web server) carries paths, messages of
exceptions and arguments of tasks, and those carry what people typed. So nothing is let through unless it is
known to be harmless: the fixed words of a message, numbers, identifiers of rows, names of exceptions and of
our own functions, and of a failure the places in the code it went through, without its message.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

BASE_DIR = Path(__file__).resolve().parent.parent
HIDDEN = "…"
OURS = (
    *("accounts", "calculator", "cbhi_site", "experience", "explained", "jobs"),
    *("schemes", "simulation", "survey", "whatif", "workshop"),
)
# These put together their whole message from what a visitor sent.
PUT_TOGETHER = ("django.security", "py.warnings", "celery.redirected")
FIELDS = ("method", "route", "status", "milliseconds")
LARGEST_NUMBER = 10_000_000
LONGEST_CHAIN = 5

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_<][A-Za-z0-9_<>]*)*", re.ASCII)
_OUR_NAME = re.compile(rf"(?:{'|'.join(OURS)})(?:\.\w+)+", re.ASCII)
_SUSPECT = re.compile(r"\S+@\S+|\+?\d(?:[\s-]?\d){6,}|https?://\S+|'[^']*'|\"[^\"]*\"")

about: ContextVar[Mapping[str, object] | None] = ContextVar("about", default=None)
"""What is known of the request at hand: its id, who asks, for which organisation."""


def is_ours(logger: str) -> bool:
    return logger.split(".", 1)[0] in OURS


def safe_value(value: object, *, ours: bool) -> object:
    """A message's argument if it is harmless, else what kind of thing it was or nothing."""
    if value is None or isinstance(value, bool | UUID):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < LARGEST_NUMBER else HIDDEN
    if isinstance(value, BaseException):
        return type(value).__name__
    return _safe_text(str(value), ours=ours) if isinstance(value, str) else HIDDEN


def _safe_text(text: str, *, ours: bool) -> str:
    # A test holds our own calls to names of classes and functions.
    harmless = _UUID.fullmatch(text) or (_NAME if ours else _OUR_NAME).fullmatch(text)
    return text if harmless else HIDDEN


def plain_message(record: logging.LogRecord) -> str:
    """The fixed words of a message with its harmless arguments."""
    if record.name.startswith(PUT_TOGETHER):
        return f"refused: {record.name}" if record.name.startswith("django.security") else HIDDEN
    words = record.msg if isinstance(record.msg, str) else HIDDEN
    if not record.args:
        return _SUSPECT.sub(HIDDEN, words)
    ours = is_ours(record.name)
    arguments: Any = (
        {name: safe_value(value, ours=ours) for name, value in record.args.items()}
        if isinstance(record.args, Mapping)
        else tuple(safe_value(value, ours=ours) for value in record.args)
    )
    try:
        return str(words % arguments)
    except (TypeError, ValueError, KeyError):
        # A hidden argument where the message wants a number: the words alone.
        return _SUSPECT.sub(HIDDEN, words)


def failure(problem: BaseException) -> Iterator[str]:
    """A failure and what caused it: the name of each, then the places, innermost last. No messages."""
    chain: list[BaseException] = []
    cause: BaseException | None = problem
    while cause is not None and len(chain) < LONGEST_CHAIN and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    for each in reversed(chain):
        yield type(each).__name__
        yield from _places(each.__traceback__)


def _places(trail: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trail):
        yield f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(BASE_DIR) and ".venv" not in path.parts:
        return str(path.relative_to(BASE_DIR))
    return "/".join(path.parts[-3:])


def event_of(record: logging.LogRecord) -> dict[str, object]:
    """A record as the fields that may be kept."""
    event: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": plain_message(record),
    }
    event |= about.get() or {}
    if is_ours(record.name):
        event |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[1] is not None:
        event["failure"] = list(failure(record.exc_info[1]))
    return event


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a server's log collector."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(event_of(record), ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """The same for a person's eyes."""

    def format(self, record: logging.LogRecord) -> str:
        event = event_of(record)
        places = event.pop("failure", [])
        start = [str(event.pop(name)) for name in ("at", "level", "logger", "message")]
        rest = [f"{name}={value}" for name, value in event.items() if value is not None]
        return "\n    ".join([" ".join([*start, *rest]), *(places if isinstance(places, list) else [])])


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """LOGGING for Django, and for the web server, whose process reads it before Django is there."""
    through = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": JsonFormatter if as_json else LineFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": through,
            # Its line holds what followed the question mark; ours says the same without.
            "django.server": through | {"level": "ERROR"},
            # At DEBUG this one writes every value that goes into the database.
            "django.db.backends": through | {"level": "INFO"},
            # Every answer of 400 or more is in the request's own line already.
            "django.request": through | {"level": "ERROR"},
            "gunicorn.error": through,
            "gunicorn.access": through | {"level": "CRITICAL"},
        },
    }
