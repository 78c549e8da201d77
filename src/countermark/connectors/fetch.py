"""How is a page or picture fetched whose address somebody else wrote, without being led into our own network?

Rule 1: a host's addresses are looked up once, every one of them must be public, and the connection goes to exactly
the address that was checked (a second look-up could answer differently). Every redirect begins anew.
Rule 2: only http and https, only their usual ports. An operator may name `host:port` pairs that are exempt: a shop of
one's own.
Rule 3: at most so many bytes, so many seconds, so many redirects; nothing is unpacked on the way.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from countermark.connectors.bounded import TooLarge, TooSlow, read_body

MAX_BYTES = 10_000_000  # as an upload: evidence/upload_limits.toml
SECONDS = 10.0
MAX_REDIRECTS = 5
USUAL_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address behind an IPv6 one

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Iterable[str]]


class FetchError(Exception):
    """Nothing was fetched. `code` is stable; `url` is the address that could not be had, after redirects."""

    http_status_hint = 502

    def __init__(self, code: str, url: str, detail: str = "") -> None:
        self.code = code
        self.url = url
        self.detail = detail
        super().__init__(f"{url} was not fetched ({code}{': ' if detail else ''}{detail}).")


class FetchRefused(FetchError):
    """We will not ask for this address. Codes: scheme, credentials, port, address_not_public, too_many_redirects,
    too_large,
    packed."""


class FetchFailed(FetchError):
    """It was asked for and did not come. Codes: unknown_host, unreachable, timeout, status (`detail` says which).

    `retry_after` is in how many seconds a peer wants to be asked again, None where it did not say."""

    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the address after redirects, the media type as told (unproven), the bytes, and by what the peer would know
    whether they are still the same (RFC 9110, 8.8)."""

    url: str
    media_type: str
    content: bytes
    etag: str = ""
    last_modified: str = ""


def system_lookup(host: str, port: int) -> Iterable[str]:
    """The addresses of `host` by this machine's resolver, IPv4 first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return dict.fromkeys(str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0] != socket.AF_INET))


class Fetcher:
    """Fetches addresses that others wrote. `exempt` holds `host:port` pairs the operator vouches for."""

    def __init__(
        self,
        *,
        exempt: Collection[str] = (),
        max_bytes: int = MAX_BYTES,
        seconds: float = SECONDS,
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._exempt = {pair.lower() for pair in exempt}
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._lookup = lookup
        self._tls = tls or httpx.create_ssl_context()

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Return what lies at `url`, or raise FetchRefused or FetchFailed.

        `headers`, such as a key, go to the place of `url` alone: a redirect elsewhere is followed without them.
        """
        until, place = time.monotonic() + self._seconds, _parts(url)
        with self._client() as client:
            for _ in range(MAX_REDIRECTS + 1):
                own = headers if headers and _parts(url) == place else {}
                found = self._hop(client, url, until, own)
                if isinstance(found, Fetched):
                    return found
                url = found
        raise FetchRefused("too_many_redirects", url)

    def _client(self) -> httpx.Client:
        # No connection is used twice: two names on one address would share it, and the second's certificate go unchecked.
        alone = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(verify=self._tls, limits=alone, trust_env=False, follow_redirects=False)

    def vetted(self, url: str) -> list[str]:
        """The checked addresses of `url`, for whoever speaks to it by other means; connect to these and no others."""
        return self._checked(url, *_parts(url))

    def content(self, url: str) -> bytes:
        """Only the bytes: what RestMarketplace takes as `fetch`."""
        return self.fetch(url).content

    def _hop(self, client: httpx.Client, url: str, until: float, own: Mapping[str, str]) -> Fetched | str:
        """One request: what lies there, or the address it points to."""
        scheme, host, port = _parts(url)
        for address in (addresses := self._checked(url, scheme, host, port)):
            try:
                return self._ask(client, url, port, address, until, own)
            except httpx.ConnectError as error:
                if address == addresses[-1]:
                    raise FetchFailed("unreachable", url) from error
        raise FetchFailed("unknown_host", url)

    def _checked(self, url: str, scheme: str, host: str, port: int) -> list[str]:
        exempt = f"{host}:{port}" in self._exempt
        if port != USUAL_PORTS[scheme] and not exempt:
            raise FetchRefused("port", url, str(port))
        try:
            addresses = list(self._lookup(host, port))
        except (OSError, UnicodeError) as error:
            raise FetchFailed("unknown_host", url) from error
        for address in addresses:
            if not exempt and not is_public(address):
                raise FetchRefused("address_not_public", url, address)
        return addresses

    def _ask(
        self, client: httpx.Client, url: str, port: int, address: str, until: float, own: Mapping[str, str]
    ) -> Fetched | str:
        host = _parts(url)[1]
        headers = {**own, "Host": urlsplit(url).netloc, "Accept-Encoding": "identity", "User-Agent": "Countermark"}
        target = httpx.URL(url).copy_with(host=address, port=port, fragment=None)
        request = client.build_request("GET", target, headers=headers, extensions={"sni_hostname": host})
        request.extensions["timeout"] = httpx.Timeout(max(until - time.monotonic(), 0.001)).as_dict()
        try:
            response = client.send(request, stream=True)
            try:
                return self._answer(response, url, until)
            finally:
                response.close()
        except httpx.ConnectError:
            raise
        except (httpx.TimeoutException, TooSlow) as error:
            raise FetchFailed("timeout", url) from error
        except TooLarge as error:
            raise FetchRefused("too_large", url, f"more than {self._max_bytes} bytes") from error
        except httpx.InvalidURL as error:  # httpx reads a redirect's address before we do
            raise FetchRefused("scheme", url, "redirects to what is not an address") from error
        except httpx.HTTPError as error:
            raise FetchFailed("unreachable", url) from error

    def _answer(self, response: httpx.Response, url: str, until: float) -> Fetched | str:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return urljoin(url, response.headers["location"])
        if response.status_code != 200:
            failed = FetchFailed("status", url, str(response.status_code))
            after = response.headers.get("retry-after", "")
            failed.retry_after = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else None
            raise failed
        if response.headers.get("content-encoding", "identity") != "identity":
            raise FetchRefused("packed", url, response.headers["content-encoding"])
        content = read_body(response, max_bytes=self._max_bytes, until=until)
        media_type = response.headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
        known_by = (response.headers.get(name, "") for name in ("etag", "last-modified"))
        return Fetched(url, media_type, content, *known_by)


def _parts(url: str) -> tuple[str, str, int]:
    try:
        split = urlsplit(url)
        scheme, host, port = split.scheme.lower(), (split.hostname or "").rstrip("."), split.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise FetchRefused("scheme", url, "not an address") from error
    if scheme not in USUAL_PORTS or not host:
        raise FetchRefused("scheme", url, scheme or "none")
    if split.username is not None or split.password is not None:
        raise FetchRefused("credentials", url)
    return scheme, host, port if port is not None else USUAL_PORTS[scheme]


def is_public(text: str) -> bool:
    """May anybody on the internet reach this address? Looks through addresses that hide another one."""
    try:
        address: Address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    inner = _inside(address)
    return address.is_global and not address.is_multicast and (inner is None or is_public(str(inner)))


def _inside(address: Address) -> ipaddress.IPv4Address | None:
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
