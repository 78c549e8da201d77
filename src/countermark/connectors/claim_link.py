"""How does a marketplace sign a link by which a seller claims the shop, without asking anybody?

Rule 1: what is signed are six parts with a line break between them: the word `claim`, the marketplace's short name, the
seller's id, the shop's name, the second since 1970 in which the link ends, and a nonce. The signature is `v1=` and the
HMAC-SHA256 in hex with the secret shared with the marketplace, as requests to its own API are signed; the word in front keeps
the two apart. Rule 2: no part holds a line break, so nothing can be moved from one part into another. Rule 3: this file asks
no clock and keeps no nonce: whether a link is too old or was used is asked by whoever takes it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
SECONDS = re.compile(r"[0-9]{1,11}")  # until the year 5138
NAMES = ("seller", "name", "expires", "nonce", "signature")


class LinkUnreadable(ValueError):
    """The address is not one of these links: `part` is missing, or not written as it has to be."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(f"{part} is missing from the link, or is not written as it has to be")


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """What a marketplace says with such a link. `expires` in seconds since 1970; `name` may be empty."""

    marketplace: str
    seller: str
    name: str
    expires: int
    nonce: str

    @property
    def ends(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)

    def signed(self, secret: str) -> str:
        """The signature with this secret."""
        parts = ("claim", self.marketplace, self.seller, self.name, str(self.expires), self.nonce)
        return "v1=" + hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()

    def is_genuine(self, signature: str, secret: str) -> bool:
        """Whether whoever knows the secret signed exactly this; compared in constant time."""
        return bool(secret) and hmac.compare_digest(signature.encode(), self.signed(secret).encode())

    def query(self, secret: str) -> str:
        """What stands behind the `?` of the address."""
        said = (self.seller, self.name, str(self.expires), self.nonce, self.signed(secret))
        return urlencode(dict(zip(NAMES, said, strict=True)))


def read(marketplace: str, query: Mapping[str, str]) -> tuple[ClaimLink, str]:
    """The link of this query, with its signature, nothing of it believed yet. Raises LinkUnreadable."""
    seller, name, expires, nonce, signature = (query.get(each, "") for each in NAMES)
    checked = {
        "seller": 0 < len(seller) <= 100 and seller.isprintable(),
        "name": len(name) <= 200 and name.isprintable(),
        "expires": bool(SECONDS.fullmatch(expires)),
        "nonce": bool(NONCE.fullmatch(nonce)),
        "signature": signature.isprintable() and 0 < len(signature) <= 100,
    }
    for part, fits in checked.items():
        if not fits:
            raise LinkUnreadable(part)
    return ClaimLink(marketplace, seller, name, int(expires), nonce), signature
