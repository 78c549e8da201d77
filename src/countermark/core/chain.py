"""Is the log of this complaint unbroken?

Every event of a complaint is hashed over the hash of the one before it. An event is canonical JSON of codes, ids,
instants and salted digests: short strings without spaces, integers, and one level of the same under a name. Names,
addresses, free text and files never enter it, so that they can be erased later without breaking the chain.

Rule 1: one event has one form in bytes: UTF-8, keys sorted, no spaces, no escapes. What is stored is what was hashed.
Rule 2: whatever cannot be written that way (a float, true and false, a sentence) is refused, not converted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

Code = str | int
Field = Code | Mapping[str, Code]

GENESIS = bytes(32)  # what the first event of every complaint stands on
LONGEST = 200  # characters of one string: a hex SHA-256 has 64, a message id under 100; free text has no place here
DIGITS = 15  # of an integer: every JSON reader keeps these exact, RFC 8259 section 6

_DOMAIN = b"countermark.event.v1\n"  # so that no hash of something else can pass for an event
_TOKEN = rf'"[!#-\[\]-~]{{0,{LONGEST}}}"'  # printable ASCII without space, quote and backslash
_CODE = rf"(?:{_TOKEN}|-?\d{{1,{DIGITS}}})"
_FLAT = rf"\{{(?:{_TOKEN}:{_CODE}(?:,{_TOKEN}:{_CODE})*)?\}}"
_FIELD = rf"{_TOKEN}:(?:{_CODE}|{_FLAT})"
_is_token = re.compile(rf"[!#-\[\]-~]{{0,{LONGEST}}}").fullmatch
_canonical = re.compile(rf"\{{{_FIELD}(?:,{_FIELD})*\}}").fullmatch


def _refuse(value: object) -> None:
    raise ValueError(
        f"the log does not take {value!r:.80}; pass an instant as text, `instant(at)`, and an id as it is written"
    )


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_refuse).encode


def payload(**fields: Field) -> bytes:
    """The canonical bytes of one event. ValueError for whatever is no code, id, instant or digest."""
    text = _encode(fields)
    if not _canonical(text):
        raise ValueError(f"{_culprit(fields)}: the log takes codes, ids, instants, digests and whole numbers only")
    return text.encode("ascii")


def form(shared: Mapping[str, Field], *own: str) -> Callable[..., bytes]:
    """A writer of the payloads of many events that share all fields but `own`; pass the values of `own` in that order.

    The bytes are those of `payload`, at a fraction of its cost: a sweep writes tens of thousands of events that differ in case
    and instant only. ValueError as there.
    """
    if shared:
        payload(**shared)
    fixed = {name: f"{_encode(name)}:{_encode(shared[name])}".replace("%", "%%") for name in shared}
    texts = fixed | {name: f"{_encode(name)}:%s".replace("%", "%%", _encode(name).count("%")) for name in own}
    order = [own.index(name) for name in sorted(texts) if name in own]
    text = "{" + ",".join(texts[name] for name in sorted(texts)) + "}"

    def write(*values: Code) -> bytes:
        return (text % tuple(_written(values[n]) for n in order)).encode("ascii")

    return write


def _written(value: Code) -> str:
    if type(value) is int and -(10**DIGITS) < value < 10**DIGITS:
        return str(value)
    if type(value) is not str or not _is_token(value):
        raise ValueError(f"{value!r:.80}: the log takes codes, ids, instants, digests and whole numbers only")
    return f'"{value}"'


def event_hash(previous: bytes, payload: bytes) -> bytes:
    """SHA-256 over the domain, the previous hash (32 bytes) and the payload."""
    if len(previous) != 32:
        raise ValueError(f"a link stands on a hash of 32 bytes, not {len(previous)}; the first one stands on GENESIS")
    return hashlib.sha256(_DOMAIN + previous + payload).digest()


def verify_chain(links: Iterable[tuple[bytes, bytes]], *, head: bytes | None = None) -> int | None:
    """The index of the first bad link, or None when all is well. `links` are (payload, stored hash) in order.

    With `head`, the hash kept beside the complaint, a chain cut short is found too: its index is the number of links.
    """
    last, count = GENESIS, 0
    for count, (written, stored) in enumerate(links, start=1):
        last = event_hash(last, written)
        if last != stored:
            return count - 1
    return count if head is not None and last != head else None


def salted_digest(salt: bytes, text: str) -> str:
    """What stands in the chain for a text: hex HMAC-SHA-256 under a salt of its own, at least 16 random bytes."""
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 random bytes, or short texts can be guessed from their digest")
    return hmac.digest(salt, text.encode("utf-8"), "sha256").hex()


def instant(at: datetime) -> str:
    """An aware instant as it stands in a payload: UTC, to the microsecond, always the same width."""
    if at.tzinfo is None:
        raise ValueError("the log does not take a naive datetime; pass an aware one")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _culprit(fields: Mapping[str, Field]) -> str:
    """The first field that the log does not take, for the sentence of the refusal."""
    bad = (key for key, value in fields.items() if not _canonical(_encode({key: value})))
    return next((f"{key} holds {fields[key]!r:.80}" for key in bad), "an event without fields")
