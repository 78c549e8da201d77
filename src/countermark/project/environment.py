"""Reads the process environment: words to booleans, lists, databases, mail servers and keys.

Every function refuses what it does not understand by naming the setting and what it may be; none falls back silently.
"""

import base64
import binascii
import os
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from countermark.evidence.bucket import BucketAt

SQLITE_OPTIONS = {
    # IMMEDIATE: a deferred read-then-write transaction fails with "database is locked" under load (ADR 0005).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds a writer waits for the one before it
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def text(name: str, default: str = "") -> str:
    """Return the setting `name`, stripped; an empty one counts as not set.

    NAME_FILE names a file that holds it, as systemd, Docker and Kubernetes hand out secrets. ImproperlyConfigured when
    that file cannot be read, or both are set.
    """
    told, file = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE", "").strip()
    if told and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them.")
    return (_content(f"{name}_FILE", file) if file else told) or default


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as unread:
        raise ImproperlyConfigured(f"{name} names {file}, which cannot be read: {unread}.") from unread


def switch(name: str, default: bool = False) -> bool:
    """Return a yes-or-no setting: 1/true/yes/on or 0/false/no/off."""
    word = text(name).lower()
    if word in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not word else word in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} is {word!r}; write 1 or 0.")


def count(name: str, default: int, least: int = 1) -> int:
    """Return a whole number from `least` on."""
    word = text(name, str(default))
    if not (word.isascii() and word.isdigit() and int(word) >= least):
        raise ImproperlyConfigured(f"{name} is {word!r}; write a whole number from {least} on.")
    return int(word)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list, empty entries dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str, allowed: set[str]) -> dict[str, str]:
    """Return `left=right` pairs separated by commas; each right side is one of `allowed`."""
    found = {}
    for word in words(name):
        left, _, right = (part.strip() for part in word.rpartition("="))
        if not left or right not in allowed:
            raise ImproperlyConfigured(f"{name} holds {word!r}; write group={'|'.join(sorted(allowed))}.")
        found[left] = right
    return found


def database(name: str, home: Path) -> dict[str, Any]:
    """Return Django's DATABASES entry for a database URL; not set: SQLite in `home`.

    sqlite:///relative/path, sqlite:////absolute/path, postgresql://user:password@host:port/name?sslmode=require
    (a socket folder as ?host=/run/postgresql). Query parameters are passed to psycopg as they stand.
    """
    url = text(name)
    if not url:
        return sqlite(str(home / "countermark.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme in {"postgresql", "postgres"}:
        return postgresql(parts)
    raise ImproperlyConfigured(f"{name} starts with {parts.scheme!r}; it may start with sqlite:/// or postgresql://.")


def sqlite(file: str) -> dict[str, Any]:
    """Return the entry for a SQLite file. A thread keeps it open for a minute: whoever closes it last waits for a checkpoint."""
    engine = "django.db.backends.sqlite3"
    return {"ENGINE": engine, "NAME": file, "CONN_MAX_AGE": 60, "OPTIONS": dict(SQLITE_OPTIONS)}


def postgresql(parts: SplitResult) -> dict[str, Any]:
    """Return the entry for a PostgreSQL server, connections kept for a minute and checked before use."""
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "countermark",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


class MailServer(NamedTuple):
    """Where mail is handed over. STARTTLS is used whenever the server offers it; `tls` speaks TLS from the first byte."""

    host: str
    port: int
    user: str
    password: str
    tls: bool


def mail(name: str) -> MailServer | None:
    """Return the mail server of smtp://user:password@host:port or smtps://…; None for `file:`, also when not set."""
    parts = urlsplit(text(name, "file:"))
    if parts.scheme == "file":
        return None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no mail server; write smtp://user:password@host:port or file:.")
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or (465 if tls else 25), user, password, tls)


def bucket(name: str, access_key: str, secret_key: str) -> BucketAt | None:
    """Return the bucket of s3://bucket/prefix?endpoint=https://host:port&region=name; None for `file:`, also when not set.

    The keys are those of the bucket; without them the machine's own rights are used. One alone is refused.
    """
    parts = urlsplit(text(name, "file:"))
    if parts.scheme == "file":
        return None
    said = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or said.keys() - {"endpoint", "region"}:
        raise ImproperlyConfigured(f"{name} names no bucket; write s3://bucket/prefix?endpoint=…&region=… or file:.")
    endpoint = said.get("endpoint", "")
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise ImproperlyConfigured(f"{name} has an endpoint without http:// or https:// in front.")
    if bool(access_key) != bool(secret_key):
        raise ImproperlyConfigured(f"The access key and the secret key of {name} go together; set both, or neither.")
    prefix = unquote(parts.path).strip("/")
    return BucketAt(parts.netloc, f"{prefix}/" if prefix else "", endpoint, said.get("region", ""), access_key, secret_key)


def address(name: str) -> tuple[str, int] | None:
    """Return host and port of `host:port`, or None when not set."""
    if not (word := text(name)):
        return None
    host, _, port = word.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise ImproperlyConfigured(f"{name} is {word!r}; write host:port.")
    return host, int(port)


def key(name: str) -> bytes | None:
    """Return a 32-byte key given as base64 (44 characters, either alphabet), or None when not set."""
    word = text(name)
    if not word:
        return None
    try:
        raw = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ImproperlyConfigured(f"{name} is not 32 bytes in base64; make one with `countermark keys`.")
    return raw
