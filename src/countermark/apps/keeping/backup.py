"""Everything an installation knows, in one file, while it runs.

Rows of all tables are read in one snapshot; the kept files lie beside them by their digest, which never change once written. The
keys are not inside: SECRET_KEY, SEALING_KEY and LOG_SIGNING_KEY are kept apart, or whoever has the backup has everything.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

import countermark
from countermark.apps.complaints.models import LogCheckpoint
from countermark.apps.keeping import archive, schema, tables
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.evidence.store import Away, Corrupt, Missing, Store

Say = Callable[[str], None]


class BackupFailed(Exception):
    """No backup was made; under its name lies what lay there before."""

    code = "backup_failed"
    http_status_hint = 507


@dataclass(frozen=True)
class Made:
    """A backup: where, how much is in it, and which kept files could not be read."""

    path: Path
    size: int
    rows: int
    files: int
    missing: tuple[str, ...]
    digest: str


def make(path: Path, *, at: datetime, with_files: bool = True, say: Say = lambda text: None) -> Made:
    """Write a backup to `path`. `at` is real time. Raises schema.NotMigrated or BackupFailed; then there is none."""
    if not schema.is_current():
        raise schema.NotMigrated("the tables are not those of this version; run `countermark migrate` first")
    try:
        with archive.writing(path, key=settings.BACKUP_KEY) as writer, tables.snapshot() as using:
            writer.head(_head(at, using))
            for model in tables.kept_models():
                count = writer.table(model._meta.db_table, tables.lines(model, using=using))
                say(f"{model._meta.db_table}: {count} rows")
            if with_files:
                _files(writer, using, say)
            digest = writer.end(settings.LOG_SIGNING_KEY)
    except OSError as fault:
        raise BackupFailed(f"no backup was made: {path}: {fault.strerror or fault}") from fault
    except Away as away:
        raise BackupFailed(f"no backup was made: {away}") from away
    manifest = writer.manifest
    rows, missing = sum(manifest.rows.values()), tuple(manifest.missing)
    return Made(path, path.stat().st_size, rows, manifest.files, missing, digest)


def _head(at: datetime, using: str) -> dict[str, Any]:
    """What whoever restores has to know before reading a row."""
    last = LogCheckpoint.objects.using(using).order_by("-size").first()
    return {
        "format": archive.FORMAT,
        "version": countermark.__version__,
        "made_at": at.isoformat(),
        "engine": connections["default"].vendor,
        "migrations": schema.applied(),
        "tables": {model._meta.db_table: tables.columns_of(model) for model in tables.kept_models()},
        "log": {"size": last.size, "root": bytes(last.root).hex(), "origin": last.origin} if last else {"size": 0},
        "sealing_key": sealing_fingerprint(),
    }


def sealing_fingerprint() -> str:
    """Tells one SEALING_KEY from another without saying anything about it."""
    return hmac.digest(settings.SEALING_KEY, b"countermark.backup.sealing_key", "sha256").hex()[:16]


def _files(writer: archive.Writer, using: str, say: Say) -> None:
    """The kept files the snapshot speaks of. One that is gone or changed on disk is named, not passed over."""
    store = files.kept()
    kept = StoredFile.objects.using(using).filter(erased_at=None).order_by("sha256")
    for number, digest in enumerate(kept.values_list("sha256", flat=True).distinct().iterator(chunk_size=1000), 1):
        if not _add(writer, store, digest):
            writer.manifest.missing.append(digest)
        if number % 1000 == 0:
            say(f"files: {number}")
    say(f"files: {writer.manifest.files}")


def _add(writer: archive.Writer, store: Store, digest: str) -> bool:
    """Raises evidence.store.Away: a bucket that does not answer is no file that is gone."""
    try:
        content = store.get(digest)
    except (Missing, Corrupt):
        return False
    writer.file(digest, io.BytesIO(content), len(content))
    return True
