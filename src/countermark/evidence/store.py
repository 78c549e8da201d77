"""Where do the bytes of a document lie, and are they still the bytes that were put there?

Content-addressed: a file is named by its SHA-256, so it is never overwritten, two owners of the same bytes share one
file, and every read proves itself. Written to a temporary name, synced, then renamed: a crash leaves the whole file
or none.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class StoreError(Exception):
    """A kept document cannot be handed out; `digest` names it."""

    http_status_hint = 500

    def __init__(self, digest: str, sentence: str) -> None:
        self.digest = digest
        super().__init__(sentence)


class Missing(StoreError):
    """There is no file with this digest."""

    http_status_hint = 404

    def __init__(self, digest: str) -> None:
        super().__init__(
            digest, f"No document {digest} lies in the store. Restore it from the backup of the document folder."
        )


class Corrupt(StoreError):
    """The file's bytes are not those that were put there; `found` is their digest."""

    def __init__(self, digest: str, found: str) -> None:
        self.found = found
        super().__init__(
            digest,
            f"Document {digest} was changed on disk (now {found}). Restore it from the backup of the document folder.",
        )


class FileStore:
    """A folder of files named by their digest; safe for any number of processes on one file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Where this digest lies or would lie: two levels of 256 folders, so that none grows large."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no SHA-256; pass 64 lower-case hex digits, as `put` returned them")
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, content: bytes) -> str:
        """Keep `content` and return its digest. Putting it again changes nothing, but mends a copy changed on disk."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.holds(digest):
            _write(self.path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes, proven; raise Missing or Corrupt."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise Missing(digest) from None
        if (found := hashlib.sha256(content).hexdigest()) != digest:
            raise Corrupt(digest, found)
        return content

    def holds(self, digest: str) -> bool:
        """Do the bytes lie here, unchanged?"""
        try:
            self.get(digest)
        except StoreError:
            return False
        return True

    def remove(self, digest: str) -> bool:
        """Erase the bytes (the caller knows that nobody else needs them); return whether there were any."""
        path = self.path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Without this the name itself may be lost in a power cut, though the bytes are not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
