"""Are the bytes of a document still the bytes that were put there, and can nobody but us read them?

Content-addressed: a file is named by its SHA-256, so it is never overwritten, two owners of the same bytes share one
file, and every read proves itself. A *place* keeps bytes under such a name and knows nothing else about them: a folder
(folder.py), a bucket (bucket.py). With a key, what a place is given is sealed (AES-256-GCM, the name authenticated with
it): whoever has the disk or the bucket has nothing to read. What lay there unsealed before is still read.
"""

import hashlib
import os
import re
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SEALED = b"countermark-sealed-1\n"
_NONCE = 12  # bytes, NIST SP 800-38D


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
            digest, f"No document {digest} lies in the store. Restore it from the backup of the documents."
        )


class Corrupt(StoreError):
    """The file's bytes are not those that were put there; `found` is their digest, or says that the seal is broken."""

    def __init__(self, digest: str, found: str) -> None:
        self.found = found
        super().__init__(
            digest,
            f"Document {digest} was changed where it lies (now {found}). Restore it from the backup of the documents.",
        )


class Away(StoreError):
    """The place does not answer, or refuses; `digest` is "" where the place itself was asked after."""

    code = "files_away"
    http_status_hint = 503

    def __init__(self, digest: str, reason: str) -> None:
        self.reason = reason
        super().__init__(digest, f"The place where documents are kept gives no answer ({reason}). Try again later.")


class Place(Protocol):
    """Where bytes lie under a digest. Every method may raise Away."""

    def read(self, digest: str) -> bytes:
        """Return what lies under this name; raise Missing."""
        ...

    def write(self, digest: str, content: bytes) -> None:
        """Keep `content` under this name: all of it, or nothing."""
        ...

    def remove(self, digest: str) -> bool:
        """Erase it for good; return whether there was anything."""
        ...

    def look(self) -> None:
        """Whether the place answers; raise Away or OSError."""
        ...


def demand_digest(digest: str) -> str:
    """The digest itself; ValueError for whatever is none, so that nothing else ever names a file."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no SHA-256; pass 64 lower-case hex digits, as `put` returned them")
    return digest


def key_of(master: bytes) -> bytes:
    """The key that seals files, made of an installation's master key (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"countermark.files").derive(master)


class Store:
    """Documents in a place, each proven when it is read; sealed where there is a key (32 bytes)."""

    def __init__(self, place: Place, *, key: bytes | None = None) -> None:
        self.place = place
        self._cipher = AESGCM(key) if key else None

    def put(self, content: bytes) -> str:
        """Keep `content` and return its digest. Putting it again changes nothing, but mends a copy that was changed."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.holds(digest):
            self.place.write(digest, self._sealed(digest, content))
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes, proven; raise Missing, Corrupt or Away."""
        kept = self.place.read(demand_digest(digest))
        if (found := hashlib.sha256(kept).hexdigest()) == digest:
            return kept  # it was kept unsealed
        if self._cipher is None or not kept.startswith(_SEALED):
            raise Corrupt(digest, found)
        content = self._opened(digest, kept.removeprefix(_SEALED))
        if (found := hashlib.sha256(content).hexdigest()) != digest:
            raise Corrupt(digest, found)
        return content

    def holds(self, digest: str) -> bool:
        """Do the bytes lie here, unchanged? Raises Away."""
        try:
            self.get(digest)
        except (Missing, Corrupt):
            return False
        return True

    def remove(self, digest: str) -> bool:
        """Erase the bytes (the caller knows that nobody else needs them); return whether there were any."""
        return self.place.remove(demand_digest(digest))

    def _sealed(self, digest: str, content: bytes) -> bytes:
        if self._cipher is None:
            return content
        nonce = os.urandom(_NONCE)
        return _SEALED + nonce + self._cipher.encrypt(nonce, content, digest.encode())

    def _opened(self, digest: str, data: bytes) -> bytes:
        assert self._cipher is not None
        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], digest.encode())
        except (InvalidTag, ValueError):
            raise Corrupt(digest, "the seal is broken, or of another key") from None
