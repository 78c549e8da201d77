"""Is this event in the log, and is today's log an extension of yesterday's?

A Merkle tree over the leaves of the log as in RFC 9162 section 2 (and RFC 6962 before it): SHA-256, a leaf hashed under 0x00,
a node under 0x01, so that neither can pass for the other. The root over the first `size` leaves is published as a signed
checkpoint; a party's download carries the proof that its events are under that root.

Rule: verifying needs the leaf, the proof and the root, nothing else. Signing is done upstairs; here is what is signed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

EMPTY = hashlib.sha256().digest()  # the root of no leaves
ED25519 = b"\x01"  # the signature type of a note, https://github.com/C2SP/C2SP/blob/main/signed-note.md


class NotACheckpoint(ValueError):
    """The text is no checkpoint. The sentence says which line is wrong."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _fold(peaks: Iterable[bytes]) -> bytes:
    """The root over complete subtrees, given from the smallest (rightmost) to the largest."""
    root: bytes | None = None
    for peak in peaks:
        root = peak if root is None else node_hash(peak, root)
    return EMPTY if root is None else root


@dataclass(frozen=True, slots=True)
class Peaks:
    """All that is needed to append and to know the root: the complete subtrees, the largest first. At most 64 hashes."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Peaks:
        """The peaks after one more leaf hash: as many subtrees merge as the size has trailing ones in binary."""
        peaks, size = list(self.peaks), self.size
        while size & 1:
            leaf, size = node_hash(peaks.pop(), leaf), size >> 1
        return Peaks(self.size + 1, (*peaks, leaf))

    def extend(self, leaves: Iterable[bytes]) -> Peaks:
        grown = self
        for leaf in leaves:
            grown = grown.append(leaf)
        return grown

    @property
    def root(self) -> bytes:
        return _fold(reversed(self.peaks))


class Tree:
    """A tree that proves: keeps the hash of every complete subtree, two hashes a leaf. Grows, never changes.

    `levels[h][i]` is the root over the leaves from `i * 2**h` up to, not including, `(i + 1) * 2**h`.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """`leaves` are leaf hashes, in order."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; returns its index."""
        height, index = 0, len(self)
        self._levels[0].append(leaf)
        while len(self._levels[height]) % 2 == 0:
            if height + 1 == len(self._levels):
                self._levels.append([])
            self._levels[height + 1].append(node_hash(*self._levels[height][-2:]))
            height += 1
        return index

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves; over all without it. ValueError beyond the end."""
        return self._range(0, self._known(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The path from leaf `index` to the root over the first `size` leaves, from the leaf upwards (2.1.3.1)."""
        end = self._known(size)
        if not 0 <= index < end:
            raise ValueError(f"leaf {index} is not among the first {end}")
        path, start = [], 0
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """That the first `old` leaves are still the first of `size` (2.1.4.1). Empty when there is nothing to prove."""
        end = self._known(size)
        if not 0 <= old <= end:
            raise ValueError(f"a log of {end} leaves is no extension of one of {old}")
        path: list[bytes] = []
        start, whole = 0, True  # whole: the old tree is a complete subtree of the new one, its root is known
        while old > 0 and old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        return path[::-1] if whole else [self._range(start, end), *path[::-1]]

    def _known(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= len(self):
            raise ValueError(f"the log has {len(self)} leaves, not {size}")
        return len(self) if size is None else size

    def _range(self, start: int, end: int) -> bytes:
        """The root over these leaves, `start` being a multiple of a power of two not smaller than their number."""
        peaks, at = [], start
        while at < end:
            height = (end - at).bit_length() - 1
            peaks.append(self._levels[height][at >> height])
            at += 1 << height
        return _fold(reversed(peaks))


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether this leaf hash is leaf `index` of the log of `size` leaves with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, grown = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            grown = node_hash(hashed, grown)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            grown = node_hash(grown, hashed)
        place, last = place >> 1, last >> 1
    return last == 0 and grown == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the log of `new` leaves begins with that of `old` leaves (RFC 9162, 2.1.4.2)."""
    if old == new or old == 0:
        return not proof and 0 <= old <= new and old_root == (new_root if old == new else EMPTY)
    if not 0 < old < new:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for hashed in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(hashed, before), node_hash(hashed, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, hashed)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# --- checkpoints ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root over the first `size` leaves of the log `origin`, when it was made, and its Ed25519 signature over `body`."""

    origin: str
    size: int
    root: bytes
    at: datetime
    signature: bytes = b""

    @property
    def body(self) -> bytes:
        """What is signed: https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md, with the instant as extension line."""
        root, at = base64.b64encode(self.root).decode(), self.at.astimezone(UTC).isoformat(timespec="seconds")
        return f"{self.origin}\n{self.size}\n{root}\n{at}\n".encode()

    def note(self, public_key: bytes) -> str:
        """The checkpoint as a signed note, to publish or to hand out. ValueError when it is not signed."""
        if not self.signature:
            raise ValueError("sign the body first, then put the signature into the checkpoint")
        signed = base64.b64encode(key_hash(self.origin, public_key) + self.signature).decode()
        return f"{self.body.decode()}\n\N{EM DASH} {self.origin} {signed}\n"


def key_hash(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a note says which Ed25519 key signed it."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def read_note(text: str, public_key: bytes) -> Checkpoint:
    """The checkpoint in a signed note, with the signature of this key, which is not checked here. Raises NotACheckpoint."""
    body, _, signatures = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise NotACheckpoint("a checkpoint begins with its origin, its size, its root and its instant, a line each")
    try:
        root, at = base64.b64decode(lines[2], validate=True), datetime.fromisoformat(lines[3])
    except ValueError as problem:
        raise NotACheckpoint(f"root or instant cannot be read: {problem}") from problem
    checkpoint = Checkpoint(lines[0], int(lines[1]), root, at, _signature(signatures, lines[0], public_key))
    if checkpoint.body.decode() != body + "\n":
        raise NotACheckpoint("size, root or instant is not written in its one form")
    return checkpoint


def _signature(lines: str, name: str, public_key: bytes) -> bytes:
    """The signature of this key among those under a note."""
    for line in lines.splitlines():
        mark, _, signed = line.rpartition(" ")
        if mark != f"\N{EM DASH} {name}":
            continue
        try:
            raw = base64.b64decode(signed, validate=True)
        except ValueError as problem:
            raise NotACheckpoint(f"the signature cannot be read: {problem}") from problem
        if raw[:4] == key_hash(name, public_key):
            return raw[4:]
    raise NotACheckpoint("no signature of this key is under the note")
