"""How is a call carried out? Which requests are sent, in which order, after which wait: said once, for sync and async alike.

No socket and no sleep in this file: `conversation` is a generator. It hands out requests and waits, and is handed what came back;
`Client` and `AsyncClient` only drive it.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote_plus

import httpx

from countermark_client.call import LINES, Call, Content, as_file
from countermark_client.credentials import ClientCredentials, Key, Token
from countermark_client.refusals import NoAnswer, TokenRefused, Unreadable, refusal
from countermark_client.retries import Retries

VERSION = "0.1.0"
MOST_REMEMBERED = 10_000  # cases whose last seen state is remembered
EARLY = 60.0  # seconds a token is renewed before its end
log = logging.getLogger("countermark_client")


@dataclass(frozen=True)
class Wait:
    """Wait so many seconds."""

    seconds: float


Step = httpx.Request | Wait
Talk = Generator[Step, httpx.Response | None, Any]


@dataclass
class Desk:
    """What a client knows of its installation: the address, who it is, and the states of cases it saw last."""

    url: str
    credentials: Key | ClientCredentials = field(repr=False)
    language: str = "en"
    timeout: float = 30.0
    retries: Retries = field(default_factory=Retries)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    token: Token | None = field(default=None, repr=False)
    seen: OrderedDict[str, str] = field(default_factory=OrderedDict, repr=False)

    def remember(self, case: str, etag: str) -> None:
        """Keep the last seen state of a case."""
        self.seen[case] = etag
        self.seen.move_to_end(case)
        while len(self.seen) > MOST_REMEMBERED:
            self.seen.popitem(last=False)

    def request(self, method: str, path: str, headers: dict[str, str], **body: Any) -> httpx.Request:
        """A request to the API, ready to be sent."""
        common = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": self.language,
            "User-Agent": f"countermark-client/{VERSION}",
        }
        timeout = httpx.Timeout(self.timeout).as_dict()
        return httpx.Request(method, self.url + path, headers=common | headers, extensions={"timeout": timeout}, **body)


def address(url: str) -> str:
    """The address of the API of an installation. A key never travels unsealed: plain http is for this machine alone."""
    parsed = httpx.URL(url.rstrip("/"))
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url!r} is no address of an installation; it looks like https://countermark.example")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise ValueError("the address holds a user, a query or a fragment; leave them out")
    if parsed.scheme == "http" and not _this_machine(parsed.host):
        raise ValueError(f"{url!r} would send the key readable over the network; use https")
    whole = str(parsed).rstrip("/")
    return whole if whole.endswith("/api/v1") else f"{whole}/api/v1"


def _this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def conversation(desk: Desk, call: Call[Any]) -> Talk:
    """Carry out a call; returns what it answers. Raises what `refusals` holds."""
    headers, body = _headers(desk, call), _body(call)
    reply = yield from _signed_in(desk, call, headers, body)
    if reply.status_code == 401 and desk.token is not None:  # ended early: revoked, or the server's clock runs ahead
        desk.token = None
        reply = yield from _signed_in(desk, call, headers, body)
    if not reply.is_success:
        raise refusal(reply)
    if call.case and "ETag" in reply.headers:
        desk.remember(call.case, reply.headers["ETag"])
    return _read(call, reply)


def _headers(desk: Desk, call: Call[Any]) -> dict[str, str]:
    headers = {}
    if call.method == "POST":
        headers["Idempotency-Key"] = call.idempotency_key or uuid.uuid4().hex
    match = call.if_match or (desk.seen.get(call.case) if call.matched else None)
    if match:
        headers["If-Match"] = match
    if call.content is not None:
        headers["Content-Type"] = LINES
    return headers


def _body(call: Call[Any]) -> dict[str, Any]:
    """The body as httpx takes it; made once, so that every try sends the same."""
    body: dict[str, Any] = {"params": {name: _worded(value) for name, value in call.query.items() if value is not None}}
    if call.upload:
        sent = [
            (name, one)
            for name, given in call.upload.items()
            for one in (given if isinstance(given, list) else [given])
        ]
        body["files"] = [(name, as_file(name, one)) for name, one in sent]
        body["data"] = {name: _worded(value) for name, value in call.form.items() if value is not None}
    elif call.content is not None:
        body["content"] = call.content
    elif call.json is not None:
        body["json"] = call.json
    return body


def _worded(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _signed_in(desk: Desk, call: Call[Any], headers: dict[str, str], body: dict[str, Any]) -> Talk:
    bearer = yield from _bearer(desk)
    headers = {**headers, "Authorization": f"Bearer {bearer}"}
    reply = yield from _tried(desk, lambda: desk.request(call.method, call.path, headers, **body))
    return reply


def _bearer(desk: Desk) -> Talk:
    """The key, or a token that still lasts; a new one is fetched where there is none."""
    if isinstance(desk.credentials, Key):
        return desk.credentials.value
    if desk.token is None or desk.clock() >= desk.token.until:
        asked_at = desk.clock()
        who = ":".join(quote_plus(part) for part in (desk.credentials.client_id, desk.credentials.client_secret))
        headers = {"Authorization": "Basic " + b64encode(who.encode()).decode()}
        form = desk.credentials.form()
        reply = yield from _tried(desk, lambda: desk.request("POST", "/oauth/token", headers, data=form))
        desk.token = _token(reply, asked_at)
    return desk.token.value


def _token(reply: httpx.Response, asked_at: float) -> Token:
    said = _json(reply) if reply.headers.get("Content-Type", "").startswith("application/json") else None
    if reply.is_success and isinstance(said, dict):
        lasts = float(said["expires_in"])
        return Token(said["access_token"], asked_at + max(lasts - EARLY, lasts / 2))
    if isinstance(said, dict) and "error" in said:
        raise TokenRefused(str(said["error"]))
    raise refusal(reply)


def _tried(desk: Desk, make: Callable[[], httpx.Request]) -> Talk:
    """Send until an answer stands; returns it."""
    sent = 0
    while True:
        request, sent = make(), sent + 1
        try:
            reply = yield request
        except httpx.RequestError as fault:
            wait = desk.retries.after_fault(request.method, fault, sent)
            log.debug("%s %s: %s (try %d)", request.method, request.url.path, type(fault).__name__, sent)
            if wait is None:
                raise NoAnswer(fault, sent) from fault
        else:
            assert reply is not None
            log.debug("%s %s: %d (try %d)", request.method, request.url.path, reply.status_code, sent)
            wait = desk.retries.after_reply(request.method, reply, sent)
            if wait is None:
                return reply
        yield Wait(wait)


def _read(call: Call[Any], reply: httpx.Response) -> Any:
    if call.reads == "nothing" or reply.status_code == 204:
        return None
    if call.reads == "bytes":
        return Content(reply.content, reply.headers.get("Content-Type", "application/octet-stream"))
    if call.reads == "lines":
        return [_of_line(reply, line) for line in reply.content.splitlines() if line.strip()]
    return _json(reply)


def _json(reply: httpx.Response) -> Any:
    return _of_line(reply, reply.content)


def _of_line(reply: httpx.Response, line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as fault:
        raise Unreadable(reply.status_code, "an answer that is no JSON") from fault
