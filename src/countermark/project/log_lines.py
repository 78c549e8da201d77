"""How does a log line look? As JSON for machines or as text for people; neither holds what a person wrote or is called.

Rule 1: what our own lines say as `name=%s` are fields of their own. Rule 2: of an exception its class, its first line and the
places it passed are said, not the values a database adds. Rule 3: whatever looks like an e-mail address or an IP is blacked out.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from countermark.apps.work import log_context

FIELD = re.compile(r"(\w+)=%")
EVENT = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
MAIL = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+")
IP = re.compile(r"(?<![\d.\w])(?:\d{1,3}\.){3}\d{1,3}(?![\d.\w])")
BLACKED_OUT = "[…]"
OTHERS = (
    "django.request",
    "django.security",
    "django.server",
)  # their lines name the path, and a path may hold a token


def clean(text: str) -> str:
    """The text without addresses of people and machines. Most texts have not even the signs of one."""
    text = MAIL.sub(BLACKED_OUT, text) if "@" in text else text
    return IP.sub(BLACKED_OUT, text) if text.count(".") >= 3 else text


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the line says, by name, the circumstances first."""
    said: dict[str, Any] = {**log_context.current()}
    if isinstance(record.args, tuple):
        names = FIELD.findall(str(record.msg))
        if len(names) == len(record.args):
            said |= zip(names, record.args, strict=True)
    return {name: clean(value) if isinstance(value, str) else value for name, value in said.items()}


def message_of(record: logging.LogRecord) -> str:
    """The sentence of the line; of Django's own about a request the status alone."""
    if record.name.startswith(OTHERS):
        return f"{record.name} {getattr(record, 'status_code', '')}".strip()
    return clean(record.getMessage())


def fault_of(record: logging.LogRecord) -> dict[str, Any]:
    """The exception of the line: its class, its first line, and where it passed."""
    kind, error, trace = record.exc_info or (None, None, None)
    if kind is None:
        return {}
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return {"error": kind.__name__, "why": clean(str(error).partition("\n")[0])[:300], "trace": frames}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        message = message_of(record)
        event = EVENT.match(message)
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event.group() if event else "",
            "message": message,
        }
        return json.dumps({**line, **fields_of(record), **fault_of(record)}, ensure_ascii=False, default=_plain)


class TextLines(logging.Formatter):
    """For people: time, level, sentence, and the circumstances in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds", sep=" ")
        bound = " ".join(f"{name}={value}" for name, value in _clean(log_context.current()).items())
        text = f"{at} {record.levelname} {message_of(record)}{f' [{bound}]' if bound else ''}"
        if fault := fault_of(record):
            text += "".join(f"\n  {frame}" for frame in (*fault["trace"], f"{fault['error']}: {fault['why']}"))
        return text


def _clean(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: clean(str(value)) for name, value in said.items()}


def _plain(value: Any) -> str:
    return clean(str(value))


def settings_of(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr, in this form; ours from `level` on, other people's from WARNING on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{__name__}.{'JsonLines' if form == 'json' else 'TextLines'}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "countermark": {"level": level},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.server": {"level": "ERROR", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
        },
    }
