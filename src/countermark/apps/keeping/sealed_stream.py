"""A stream of bytes nobody can read or change without the key, written and read in chunks of bounded size.

AES-256-GCM over chunks of 64 KiB, each under a nonce that counts and says which chunk is the last: a chunk changed, left
out, moved or cut off is found (the STREAM construction, Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The key of one file
is derived from the operator's by HKDF-SHA-256 and a salt of its own.
"""

from __future__ import annotations

import io
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"countermark sealed backup 1\n"
SALT = 16  # bytes
CHUNK = 64 * 1024  # bytes of plain text
TAG = 16  # bytes GCM adds to each


class Unreadable(Exception):
    """The sealed stream is not what was written under this key."""


class SealingWriter(io.RawIOBase):
    """Seals what is written to it; `close` writes the last chunk, without which the whole is refused."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        salt = os.urandom(SALT)
        self._target, self._cipher, self._count, self._held = target, _cipher(key, salt), 0, bytearray()
        target.write(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)
        self._held += view
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return view.nbytes

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._held), last=True)
        super().close()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, last), chunk, None))
        self._count += 1


class OpeningReader(io.RawIOBase):
    """Reads back what SealingWriter wrote. Raises Unreadable."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        head = source.read(len(MAGIC) + SALT)
        if head[: len(MAGIC)] != MAGIC or len(head) < len(MAGIC) + SALT:
            raise Unreadable("it does not begin like a sealed backup")
        self._source, self._cipher, self._count = source, _cipher(key, head[len(MAGIC) :]), 0
        self._ahead, self._held, self._ended = source.read(CHUNK + TAG), memoryview(b""), False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        room = memoryview(buffer).cast("B")
        while not self._held and not self._ended:
            self._next()
        taken = min(len(room), len(self._held))
        room[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken

    def _next(self) -> None:
        chunk, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        self._ended = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._count, self._ended), chunk, None)
        except InvalidTag:
            why = "the key is another one" if self._count == 0 else "it was changed or cut off"
            raise Unreadable(f"chunk {self._count} does not open: {why}") from None
        self._held, self._count = memoryview(plain), self._count + 1


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins like this was sealed."""
    return head.startswith(MAGIC)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, MAGIC).derive(key))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
