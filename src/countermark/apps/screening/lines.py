"""What is screened: one listing as its marketplace sends it, or as it was kept. And when are two of them the same?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a listing: its address, its PDQ hash (32 bytes) with its quality (0 to 100), or the picture itself.

    `file`: as which it was kept, where it was.
    """

    url: str = ""
    hash: bytes = b""
    quality: int = 100
    file: int | None = None
    sha256: str = ""
    content: bytes = field(default=b"", repr=False)

    @property
    def said(self) -> dict[str, Any]:
        """How a finding names it."""
        return {
            "url": self.url,
            "file": self.file,
            "sha256": self.sha256,
            "hash": self.hash.hex(),
            "quality": self.quality,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One listing. `seller`: its id at the marketplace. `classes`: Nice classes. `price`: a decimal number as text."""

    item_id: str
    url: str = ""
    title: str = ""
    brand: str = ""
    text: str = ""
    seller: str = ""
    price: str = ""
    currency: str = ""
    classes: frozenset[int] = frozenset()
    pictures: tuple[Shown, ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """What a finding keeps beside the title."""
        return {
            "brand": self.brand, "text": self.text[:2000], "price": self.price, "currency": self.currency,
            "classes": sorted(self.classes),
        }  # fmt: skip


def key_of(marketplace_id: int, line: Line, *said: str) -> str:
    """Return the digest of place, item and what is looked at there, and of what else makes a finding another one.

    A price or a description that changes every day makes no new finding of the same words and pictures.
    """
    pictures = [one.sha256 or one.hash.hex() or one.url for one in line.pictures]
    whole = [marketplace_id, line.item_id, line.title, line.brand, line.seller, pictures, *said]
    return hashlib.sha256(json.dumps(whole).encode("utf-8", "surrogatepass")).hexdigest()


def as_payload(line: Line) -> dict[str, Any]:
    """Return a line as a job keeps it."""
    pictures = [[one.url, one.hash.hex(), one.quality, one.file, one.sha256] for one in line.pictures]
    same = ("item_id", "url", "title", "brand", "text", "seller", "price", "currency")
    return {**{name: getattr(line, name) for name in same}, "classes": sorted(line.classes), "pictures": pictures}


def of_payload(kept: Mapping[str, Any]) -> Line:
    """Return the line that `as_payload` kept."""
    pictures = tuple(
        Shown(url, bytes.fromhex(found), quality, file, sha256)
        for url, found, quality, file, sha256 in kept["pictures"]
    )
    return Line(**{**kept, "classes": frozenset(kept["classes"]), "pictures": pictures})
