"""How do documents lie in a folder? Written to a temporary name, synced, then renamed: a crash leaves the whole file or none.

Safe for any number of processes on one file system.
"""

import os
import tempfile
from pathlib import Path

from countermark.evidence.store import Missing, Store, demand_digest


class Folder:
    """A place (store.Place) of files named by their digest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Where this digest lies or would lie: two levels of 256 folders, so that none grows large."""
        demand_digest(digest)
        return self.root / digest[:2] / digest[2:4] / digest

    def read(self, digest: str) -> bytes:
        """Return what lies there; raise Missing."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            raise Missing(digest) from None

    def write(self, digest: str, content: bytes) -> None:
        """Keep `content`; raise OSError where there is no room or no right."""
        _write(self.path(digest), content)

    def remove(self, digest: str) -> bool:
        """Erase the bytes; return whether there were any."""
        path = self.path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def look(self) -> None:
        """Raise OSError where the folder cannot be read."""
        os.scandir(self.root).close()


class FileStore(Store):
    """Documents in a folder; sealed where there is a key (32 bytes)."""

    def __init__(self, root: Path, *, key: bytes | None = None) -> None:
        self.root = root
        self.path = Folder(root).path
        super().__init__(Folder(root), key=key)


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
