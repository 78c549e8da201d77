"""How does a program say who it is? With its key, or with a token it gets for its key. Neither is ever printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Key:
    """An API key, `cmk_<prefix>_<secret>`, sent with every request."""

    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.value and self.value.isascii() and self.value.isprintable() and " " not in self.value):
            raise ValueError("this is no API key; it looks like cmk_<prefix>_<secret>, without blanks or line ends")


@dataclass(frozen=True)
class ClientCredentials:
    """OAuth 2 client credentials (RFC 6749, 4.4): the key travels only to get a token, which lasts an hour.

    `scopes` narrows the token; all of the key's when empty.
    """

    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str] = ()

    @classmethod
    def of(cls, key: str, scopes: Sequence[str] = ()) -> ClientCredentials:
        """The credentials that a whole key, `cmk_<prefix>_<secret>`, consists of."""
        family, prefix, secret = (*key.strip().split("_", 2), "", "")[:3]
        if not (family and prefix and secret):
            raise ValueError("this is no API key; it looks like cmk_<prefix>_<secret>")
        return cls(f"{family}_{prefix}", secret, scopes)

    def form(self) -> dict[str, str]:
        """What is asked of the token's address beside the header."""
        asked = {"grant_type": "client_credentials"}
        return asked | ({"scope": " ".join(self.scopes)} if self.scopes else {})


@dataclass(frozen=True)
class Token:
    """A token and the instant of the monotonic clock, in seconds, from which it is not used any more."""

    value: str = field(repr=False)
    until: float
