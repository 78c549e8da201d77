"""Files: examined, re-encoded, kept by their content, and read back only by whoever a view lets through."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from countermark.apps.work.models import StoredFile
from countermark.evidence import store, uploads


def keep(*, content: bytes, name: str, by: Any, at: datetime) -> StoredFile:
    """Examine an upload and keep the cleaned copy. Raises evidence.uploads.UploadRefused; then nothing was kept."""
    return put(examine(content, name), by=by, at=at)


def examine(content: bytes, name: str) -> uploads.Accepted:
    """The cleaned copy of an upload, not kept yet: scanning and rewriting take their time and belong before any lock.

    Raises evidence.uploads.UploadRefused.
    """
    return uploads.examine(content, name, scan=import_string(settings.SCANNER_FACTORY)())


def put(accepted: uploads.Accepted, *, by: Any, at: datetime) -> StoredFile:
    """Keep what was examined."""
    store.FileStore(Path(settings.FILES_DIR)).put(accepted.content)
    return StoredFile.objects.create(
        sha256=accepted.sha256,
        original_sha256=accepted.sha256_original,
        name=accepted.name,
        media_type=accepted.media_type,
        size=len(accepted.content),
        pages=accepted.pages,
        width=accepted.width,
        height=accepted.height,
        uploaded_by=by,
        uploaded_at=at,
    )


def read(file: StoredFile) -> bytes:
    """The kept bytes. Raises evidence.store.Missing or Corrupt."""
    return store.FileStore(Path(settings.FILES_DIR)).get(file.sha256)
