"""How are the pictures of a catalogue fetched without being a burden to the shops that hold them?

Rule 1: of one host at most so many at a time, with a pause between; a host that says when to come back is waited for, once.
Rule 2: what was fetched is kept in a folder by its address. A copy from this run is not asked for again; an older one is asked
for with what the host said it would know it by, and stays when it is still the same (RFC 9110, 13).
Rule 3: each address goes through `fetch`: public addresses alone, every redirect checked anew, so many bytes and seconds.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from countermark.connectors.fetch import Fetched, Fetcher, FetchError, FetchFailed

THREADS = 16
NOT_CHANGED = "304"
BUSY = ("429", "503")


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host is treated: so many fetches at a time, so many seconds between two of them, and waited for at most so long.

    Ours: a browser opens six connections to a host; a third of that, with a pause, is less than one visitor.
    """

    at_once: int = 2
    pause: float = 0.1
    longest_wait: float = 30.0


class KeptPictures:
    """Pictures by their addresses, kept in `folder`. Copies that came after `since`, seconds of the epoch, are fresh."""

    def __init__(
        self,
        folder: Path,
        fetcher: Fetcher,
        *,
        since: float,
        manners: Manners | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder, self._fetcher, self._since, self._sleep = folder, fetcher, since, sleep
        self._manners = manners or Manners()
        self._ended: dict[str, float] = {}  # host and lane -> when its last fetch ended

    def get(self, urls: Sequence[str]) -> dict[str, Path | FetchError]:
        """Return for each address the file of its picture, or why there is none."""
        lanes = dict(self._lanes(urls))
        if not lanes:
            return {}
        with ThreadPoolExecutor(min(THREADS, len(lanes))) as threads:
            return {url: found for lane in threads.map(self._go, lanes, lanes.values()) for url, found in lane}

    def _lanes(self, urls: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield addresses that are fetched one after the other: of each host as many lanes as may be fetched at once."""
        hosts: dict[str, list[str]] = {}
        for url in dict.fromkeys(urls):
            hosts.setdefault(host_of(url), []).append(url)
        for host, found in hosts.items():
            for start in range(min(self._manners.at_once, len(found))):
                yield f"{host} {start}", found[start :: self._manners.at_once]

    def _go(self, name: str, lane: list[str]) -> list[tuple[str, Path | FetchError]]:
        found: list[tuple[str, Path | FetchError]] = []
        for url in lane:
            place: Path | FetchError = self._place(url)
            if not self._is_fresh(self._place(url)):
                self._rest(name)
                place = self._patiently(url, self._place(url))
                self._ended[name] = time.monotonic()
            found.append((url, place))
        return found

    def _rest(self, name: str) -> None:
        """Keep the pause between two fetches of a lane."""
        left = self._ended.get(name, 0.0) + self._manners.pause - time.monotonic()
        if name in self._ended and left > 0:
            self._sleep(left)

    def _place(self, url: str) -> Path:
        name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / name

    def _is_fresh(self, place: Path) -> bool:
        try:
            return place.stat().st_mtime >= self._since
        except FileNotFoundError:
            return False

    def _patiently(self, url: str, place: Path) -> Path | FetchError:
        """Fetch an address; once more where the host is busy and says for how long."""
        found = self._fetch(url, place)
        if isinstance(found, FetchFailed) and found.code == "status" and found.detail in BUSY:
            wait = found.retry_after
            if wait is not None and wait <= self._manners.longest_wait:
                self._sleep(wait)
                return self._fetch(url, place)
        return found

    def _fetch(self, url: str, place: Path) -> Path | FetchError:
        try:
            return kept(self._fetcher.fetch(url, headers=known_by(place)), place)
        except FetchError as fault:
            if (fault.code, fault.detail) != ("status", NOT_CHANGED) or not place.exists():
                return fault
            os.utime(place)
            return place


def host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def beside(place: Path) -> Path:
    return place.with_suffix(".json")


def known_by(place: Path) -> dict[str, str]:
    """Return the headers that ask whether a kept copy is still the same."""
    if not place.exists():
        return {}
    try:
        found = json.loads(beside(place).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    headers = {"If-None-Match": found.get("etag"), "If-Modified-Since": found.get("last_modified")}
    return {name: value for name, value in headers.items() if value}


def kept(found: Fetched, place: Path) -> Path:
    """Write a copy, whole or not at all: what it is known by goes first before it, so that it never names another."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside(place).unlink(missing_ok=True)
    arriving = place.with_suffix(".arriving")
    arriving.write_bytes(found.content)
    os.replace(arriving, place)
    arriving.write_text(json.dumps({"etag": found.etag, "last_modified": found.last_modified}), "utf-8")
    os.replace(arriving, beside(place))
    return place
