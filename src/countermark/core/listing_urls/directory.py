"""Whose host is this: one marketplace's, nobody's here, or one made to be taken for it?

A host belongs to a marketplace when it is one of its domains or below one: the table decides, nothing else. That a host
*looks like* a marketplace's changes only what is said about it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from countermark.core.listing_urls.limits import SHORTEST_BRAND, SHORTEST_TYPO
from countermark.core.listing_urls.marketplace import Marketplace

_LOOKS: Final = tomllib.loads(files(__package__).joinpath("look_alikes.toml").read_text("utf-8"))
_SINGLE: Final = str.maketrans({seen: meant for meant, many in _LOOKS["single"].items() for seen in many})
_PAIRS: Final[Mapping[str, str]] = _LOOKS["pair"]
_NUMERIC: Final = re.compile(r"[0-9.]+(?::[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Owner:
    """The marketplace a host belongs to, by which of its domains, and whether listings are read there."""

    marketplace: Marketplace
    domain: str
    has_listings: bool = True


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The domain a host is made to be taken for, and whose it is."""

    domain: str
    marketplace: Marketplace


class Directory:
    """All domains of the marketplaces given, the first given winning where two claim one."""

    def __init__(self, known: Sequence[Marketplace]) -> None:
        self.by_id: dict[str, Marketplace] = {}
        self._owners: dict[str, Owner] = {}
        self._skeletons: dict[str, Resemblance] = {}
        self._brands: dict[str, Resemblance] = {}
        for marketplace in known:
            self._add(marketplace)

    def _add(self, marketplace: Marketplace) -> None:
        self.by_id.setdefault(marketplace.id, marketplace)
        for domain in marketplace.domains:
            self._owners.setdefault(domain, Owner(marketplace, domain))
            self._skeletons.setdefault(skeleton(domain), Resemblance(domain, marketplace))
        for domain in (*marketplace.share_domains, *marketplace.asset_domains):
            self._owners.setdefault(domain, Owner(marketplace, domain, has_listings=False))
        first = next(iter(marketplace.domains))
        for brand in marketplace.brands:
            self._brands.setdefault(skeleton(brand), Resemblance(first, marketplace))

    def owner(self, host: str, port: str = "") -> Owner | None:
        """Whose `host` is; a domain with a port is only that port, a number only itself."""
        if port and (owner := self._owners.get(f"{host}:{port}")):
            return owner
        if _NUMERIC.fullmatch(host):
            return self._owners.get(host)
        return next((owner for part in _suffixes(host) if (owner := self._owners.get(part))), None)

    def resemblance(self, host: str) -> Resemblance | None:
        """Which marketplace a host that is nobody's here is made to be taken for."""
        labels = host.split(".")
        for start in range(len(labels)):
            for stop in range(start + 2, min(start + 4, len(labels)) + 1):
                if found := self._skeletons.get(skeleton(".".join(labels[start:stop]))):
                    return found
        return next((found for label in labels[:-1] if (found := self._brand_in(label))), None)

    def _brand_in(self, label: str) -> Resemblance | None:
        seen = skeleton(label)
        words = seen.split("-")
        for brand, found in self._brands.items():
            if len(brand) >= SHORTEST_BRAND and brand in words:
                return found
            if len(brand) >= SHORTEST_TYPO and (brand in seen or _is_one_slip(brand, seen)):
                return found
        return None


@lru_cache(maxsize=16)
def directory(known: tuple[Marketplace, ...]) -> Directory:
    """The directory of these marketplaces, built once."""
    return Directory(known)


def skeleton(text: str) -> str:
    """What the eye takes `text` for: look-alike characters as the letter they pass for."""
    seen = text.translate(_SINGLE)
    for pair, letter in _PAIRS.items():
        seen = seen.replace(pair, letter)
    return seen


def _suffixes(host: str) -> Iterator[str]:
    """The host and every domain above it, longest first."""
    while host:
        yield host
        host = host.partition(".")[2]


def _is_one_slip(word: str, typed: str) -> bool:
    """Whether one letter is left out, put in, changed, or two neighbours are swapped."""
    if abs(len(word) - len(typed)) > 1 or word == typed:
        return False
    same = next((at for at, (a, b) in enumerate(zip(word, typed, strict=False)) if a != b), min(len(word), len(typed)))
    rest, other = word[same:], typed[same:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
