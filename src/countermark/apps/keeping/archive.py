"""What does a backup look like on disk, and is this one whole?

One file: a gzipped tar of `head.json` (what made it, which tables with which columns), rows as `rows/<table>/<number>.ndjson`,
kept files as `files/<sha256>`, then `manifest.json` with counts and digests and `manifest.sig`, its Ed25519 signature. Both
ways it is a stream: memory stays bounded whatever the size. Under BACKUP_KEY the whole is sealed (sealed_stream.py).

Rule 1: under its final name lies a whole backup or nothing. Rule 2: nothing of a backup is believed before all of it was read and
fits the signed manifest: one that was cut off or changed is refused before a database is touched.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from countermark.apps.keeping.sealed_stream import OpeningReader, SealingWriter, Unreadable, is_sealed

FORMAT = 1
PART = 2 * 1024 * 1024  # bytes of rows in one member
HEAD, MANIFEST, SIGNATURE = "head.json", "manifest.json", "manifest.sig"
LARGEST_JSON = 64 * 1024 * 1024  # bytes; a head or manifest beyond it is none of ours
BROKEN = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    Unreadable,
    UnicodeDecodeError,
    ValueError,
    KeyError,
)


class BackupRefused(Exception):
    """The file cannot be used as a backup. Nothing was changed."""

    code = "backup_refused"
    http_status_hint = 422


@dataclass
class Manifest:
    """What is in a backup: rows and their digest by table, the kept files and those that were not there."""

    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)  # hex SHA-256 over the lines of a table, in order
    files: int = 0
    file_digest: str = ""  # hex SHA-256 over the names of the files, in order; each proves its own content
    missing: list[str] = field(default_factory=list)
    head: str = ""  # hex SHA-256

    def text(self) -> bytes:
        return json.dumps(self.__dict__, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Checked:
    """A backup that was read to its end and is whole. `public_key` is whose signature it carries."""

    path: Path
    head: Mapping[str, Any]
    manifest: Manifest
    digest: str  # hex SHA-256 of the manifest
    public_key: bytes


# --- writing --------------------------------------------------------------------------------------------------------------


class Writer:
    """Adds members in order; made by `writing`."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `end`
        self.manifest, self._names = Manifest(), hashlib.sha256()

    def head(self, head: Mapping[str, Any]) -> None:
        content = json.dumps(dict(head), sort_keys=True).encode()
        self.manifest.head = hashlib.sha256(content).hexdigest()
        self._add(HEAD, content)

    def table(self, table: str, lines: Iterable[bytes]) -> int:
        """Write the rows of one table; returns how many."""
        whole, part, size, number, count = hashlib.sha256(), [], 0, 0, 0
        for line in lines:
            whole.update(line)
            part.append(line)
            size, count = size + len(line), count + 1
            if size >= PART:
                number, size = number + 1, 0
                self._add(f"rows/{table}/{number:06}.ndjson", b"".join(part))
                part = []
        if part:
            self._add(f"rows/{table}/{number + 1:06}.ndjson", b"".join(part))
        self.manifest.rows[table], self.manifest.digests[table] = count, whole.hexdigest()
        return count

    def file(self, digest: str, source: IO[bytes], size: int) -> None:
        self._names.update(digest.encode())
        self.manifest.files += 1
        self._add(f"files/{digest}", source, size)

    def end(self, key: bytes) -> str:
        """Write manifest and signature; returns the digest of the manifest. `key` is the seed of the log's key."""
        self.manifest.file_digest = self._names.hexdigest()
        content, signer = self.manifest.text(), Ed25519PrivateKey.from_private_bytes(key)
        self._add(MANIFEST, content)
        self._add(SIGNATURE, signer.public_key().public_bytes_raw() + signer.sign(content))
        self._tar.close()
        return hashlib.sha256(content).hexdigest()

    def drop(self) -> None:
        """Nothing more comes; what is left in memory is not written when the writer is collected later."""
        with suppress(OSError):
            self._tar.fileobj.close()

    def _add(self, name: str, content: bytes | IO[bytes], size: int = -1) -> None:
        info = tarfile.TarInfo(name)
        info.mode = 0o600
        info.size = len(content) if isinstance(content, bytes) else size
        self._tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else content)


@contextmanager
def writing(path: Path, *, key: bytes | None) -> Iterator[Writer]:
    """A new backup that stands under `path` when all went well, and not at all otherwise. OSError when the disk is full."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            with (
                _outer(file, key) as outer,
                gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=6, mtime=0) as packed,
            ):
                yield from _until_it_breaks(Writer(packed))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    _sync_folder(path.parent)


def _until_it_breaks(writer: Writer) -> Iterator[Writer]:
    try:
        yield writer
    except BaseException:
        writer.drop()
        raise


@contextmanager
def _outer(file: IO[bytes], key: bytes | None) -> Iterator[IO[bytes]]:
    if key is None:
        yield file
        return
    sealing = SealingWriter(file, key)
    yield sealing
    sealing.close()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- reading --------------------------------------------------------------------------------------------------------------


@contextmanager
def members(path: Path, *, key: bytes | None) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The members in order, each to be read before the next. Raises BackupRefused for whatever is no whole backup."""
    try:
        with (
            path.open("rb") as file,
            _opened(file, path, key) as inner,
            gzip.GzipFile(fileobj=inner, mode="rb") as plain,
        ):
            yield _each(plain)
    except BROKEN as fault:
        raise BackupRefused(f"{path} is no whole backup: {fault or type(fault).__name__}") from fault


def _each(plain: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for info in tar:
            content = tar.extractfile(info)
            if content is None:
                raise ValueError(f"{info.name} is no file")
            yield info.name, content
    while plain.read(1024 * 1024):
        pass  # to the end, where gzip has its own check and the sealed stream its last chunk


@contextmanager
def _opened(file: IO[bytes], path: Path, key: bytes | None) -> Iterator[IO[bytes]]:
    sealed = is_sealed(file.read(64))
    file.seek(0)
    if not sealed:
        yield file
    elif key is None:
        raise BackupRefused(f"{path} is sealed; set BACKUP_KEY to the key it was made with")
    else:
        yield io.BufferedReader(OpeningReader(file, key), 1024 * 1024)


def check(path: Path, *, key: bytes | None) -> Checked:
    """Read a backup to its end. Raises BackupRefused unless everything fits its signed manifest."""
    found, last = _Found(), ""
    with members(path, key=key) as each:
        for name, content in each:
            last = name
            found.take(name, content)
        if found.said is None or found.signature is None:
            raise ValueError(f"it ends after {last or 'nothing'}, before its manifest: it was cut off")
        found.compare()
        public = _verified(found.said, found.signature)
    return Checked(path, found.head, found.manifest(), hashlib.sha256(found.said).hexdigest(), public)


class _Found:
    """What was read so far, to be compared with what the manifest says."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.said: bytes | None = None
        self.signature: bytes | None = None
        self._rows: dict[str, int] = {}
        self._lines: dict[str, Any] = {}
        self._files, self._names, self._head = 0, hashlib.sha256(), ""

    def take(self, name: str, content: IO[bytes]) -> None:
        kind, _, rest = name.partition("/")
        if name == HEAD:
            raw = content.read(LARGEST_JSON)
            self.head, self._head = json.loads(raw), hashlib.sha256(raw).hexdigest()
            if self.head["format"] != FORMAT:
                raise ValueError(f"it has format {self.head['format']}; this version reads {FORMAT}")
        elif name == MANIFEST:
            self.said = content.read(LARGEST_JSON)
        elif name == SIGNATURE:
            self.signature = content.read(1024)
        elif kind == "rows":
            self._count(rest.partition("/")[0], content)
        elif kind == "files":
            self._prove(rest, content)
        else:
            raise ValueError(f"{name} does not belong in a backup")

    def _count(self, table: str, content: IO[bytes]) -> None:
        lines = self._lines.setdefault(table, hashlib.sha256())
        for line in content:
            lines.update(line)
            self._rows[table] = self._rows.get(table, 0) + 1

    def _prove(self, digest: str, content: IO[bytes]) -> None:
        proof = hashlib.sha256()
        while chunk := content.read(1024 * 1024):
            proof.update(chunk)
        if proof.hexdigest() != digest:
            raise ValueError(f"the file {digest} was changed")
        self._names.update(digest.encode())
        self._files += 1

    def manifest(self) -> Manifest:
        return Manifest(**json.loads(self.said or b"{}"))

    def compare(self) -> None:
        said = self.manifest()
        if said.head != self._head:
            raise ValueError("its head was changed")
        for table, count in said.rows.items():
            digest = self._lines.get(table, hashlib.sha256()).hexdigest()
            if self._rows.get(table, 0) != count or digest != said.digests[table]:
                raise ValueError(f"the rows of {table} are not those that were written")
        if (said.files, said.file_digest) != (self._files, self._names.hexdigest()) or set(self._rows) - set(said.rows):
            raise ValueError("its files or tables are not those that were written")


def _verified(content: bytes, signature: bytes) -> bytes:
    public, signed = signature[:32], signature[32:]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, content)
    except (InvalidSignature, ValueError):
        raise ValueError("the signature of its manifest does not verify: it was changed") from None
    return public
