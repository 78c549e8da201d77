"""Files: examined, re-encoded, kept by their content, and read back only by whoever a view lets through."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from countermark.apps.work.models import StoredFile
from countermark.connectors.virus import ScannerUnavailable
from countermark.evidence import store, uploads

log = logging.getLogger("countermark.files")
AT_ONCE = 8  # files on their way to the place where they are kept


def keep(*, content: bytes, name: str, by: Any, at: datetime) -> StoredFile:
    """Examine an upload and keep the cleaned copy. Raises evidence.uploads.UploadRefused; then nothing was kept."""
    return put(examine(content, name), by=by, at=at)


def examine(content: bytes, name: str) -> uploads.Accepted:
    """The cleaned copy of an upload, not kept yet: scanning and rewriting take their time and belong before any lock.

    Raises evidence.uploads.UploadRefused, also where the virus scanner is set and gives no verdict (`not_scanned`).
    """
    try:
        return uploads.examine(content, name, scan=_scanner())
    except ScannerUnavailable as silent:
        raise _not_scanned(name, silent) from silent


def demand_clean(content: bytes, name: str) -> None:
    """Show the scanner a file that is read and not kept (a sheet, a notice). Raises UploadRefused: infected, not_scanned."""
    try:
        uploads.demand_clean(content, uploads.shown_name(name), _scanner())
    except ScannerUnavailable as silent:
        raise _not_scanned(name, silent) from silent


def put(accepted: uploads.Accepted, *, by: Any, at: datetime) -> StoredFile:
    """Keep what was examined. Raises UploadRefused `not_stored` where the place of the files does not answer."""
    lay([accepted])
    return note(accepted, by=by, at=at)


def lay(accepted: Iterable[uploads.Accepted]) -> None:
    """Lay the bytes down, several at once. Raises UploadRefused `not_stored`; what was laid down already is harmless."""
    kept_in, waiting = kept(), list(accepted)
    if len(waiting) < 2:
        for one in waiting:
            _lay(kept_in, one)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: _lay(kept_in, one), waiting))


def _lay(kept_in: store.Store, accepted: uploads.Accepted) -> None:
    try:
        kept_in.put(accepted.content)
    except store.Away as away:
        log.warning("file.not_stored reason=%s", away.reason)
        raise uploads.UploadRefused("not_stored", name=accepted.name) from away


def note(accepted: uploads.Accepted, *, by: Any, at: datetime) -> StoredFile:
    """The row of a file whose bytes were laid down."""
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
    """The kept bytes. Raises evidence.store.Missing, Corrupt or Away."""
    return kept().get(file.sha256)


def kept() -> store.Store:
    """Where the files of this installation are: a folder or a bucket, as FILES_URL says."""
    found: store.Store = import_string(settings.FILES_FACTORY)()
    return found


def _scanner() -> uploads.Scan | None:
    found: uploads.Scan | None = import_string(settings.SCANNER_FACTORY)()
    return found


def _not_scanned(name: str, silent: ScannerUnavailable) -> uploads.UploadRefused:
    log.warning("file.not_scanned reason=%s", silent.reason)
    return uploads.UploadRefused("not_scanned", name=uploads.shown_name(name))
