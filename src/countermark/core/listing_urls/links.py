"""Which links does a pasted line hold, and where does each really lead?

People paste share texts, brackets, quotation marks and emoji around links, and links without `https://`. This file finds
them and takes them apart the way a browser would, because the question is always: what would open? A back-slash is a
slash, what stands before an `@` is not the host, a full-width letter is its plain one, dots in a path are walked.

It knows no marketplace. Every step is linear in the length of the line.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, unquote_plus

from countermark.core.listing_urls.limits import HIGHEST_PORT, LONGEST_HOST, LONGEST_LABEL, MOST_CUTS, MOST_SEGMENTS

# Latin, Greek, Cyrillic and Armenian: the scripts look-alike hosts are written in. Chinese or Thai text may stand directly
# before a host without belonging to it, so it is not read as part of one unless `https://` says where the host begins.
_L: Final = r"0-9A-Za-z_\-\u00c0-\u058f"
_HTTP: Final = re.compile(r"(?<![=/?&#])https?:[/\\]+", re.IGNORECASE)
_HTTP_ANYWHERE: Final = re.compile(r"https?:[/\\]+", re.IGNORECASE)
_OTHER: Final = re.compile(r"(?<![A-Za-z0-9+.\-])[A-Za-z][A-Za-z0-9+.\-]{1,30}:[/\\]{2}[^\s<>\"]*")
_PLAIN: Final = re.compile(
    rf"(?<![{_L}@.%&+~/])(?://)?"
    rf"(?:(?:[{_L}]++\.)+[A-Za-z\u00c0-\u058f][{_L}]+|localhost|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}})\.?"
    r"(?::[0-9]{1,5})?(?:[/?#\\][^\s<>\"]*)?"
)
_END: Final = re.compile(r"[\s<>\"]")
_SCHEME: Final = re.compile(r"(?:https?:)?[/\\]+", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"[^/\\?#]*")
_ASCII_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_NOT_IN_HOST: Final = re.compile(r"[\x00-\x2c\x2f\x3a-\x60\x7b-\x7f]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_FULL_WIDTH: Final = re.compile(r"[\uff01-\uff5e\u3002]")
_READ_ON: Final = re.compile(r"[.。@:/\\%]")
_TRAILING: Final = ".,:;!?'\"`*|)]}>»”’"
_GLUED: Final = re.compile(r"[)\]}'|,;`*]|(?<=[\x00-\x7f])[^\x00-\x7f]")
_INVISIBLE: Final = dict.fromkeys(
    (0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080))
)  # fmt: skip
_TO_PLAIN: Final = {0x3002: "."} | {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Link:
    """A web address taken apart. `host` is lower case and readable (no `xn--`); `query` has the first value of each name."""

    text: str
    host: str
    port: str
    userinfo: str
    segments: tuple[str, ...]
    query: Mapping[str, str]


def without_invisible(text: str) -> str:
    """The line without marks that show nothing: zero-width characters, direction marks, variation selectors."""
    return text.strip() if text.isascii() else text.translate(_INVISIBLE).strip()


def control_characters(text: str) -> list[str]:
    """The characters in `text` that neither a person types nor a link holds, as U+XXXX, each once."""
    return sorted({f"U+{ord(char):04X}" for char in _CONTROL.findall(text)})


def in_plain_width(text: str) -> str | None:
    """The line with full-width letters, digits and signs as plain ones; nothing when it has none."""
    return text.translate(_TO_PLAIN) if _FULL_WIDTH.search(text) else None


def tokens(text: str) -> tuple[list[str], list[str], list[str]]:
    """What in the line starts like a web link, like a link of another kind, and like a host without its `https://`."""
    web, rest = _web_tokens(text)
    if not rest or rest.isspace():
        return web, [], []
    other = _OTHER.findall(rest)
    plain = [match[0] for match in _PLAIN.finditer(_OTHER.sub(" ", rest) if other else rest)]
    return web, other, plain


def _web_tokens(text: str) -> tuple[list[str], str]:
    starts = [match.start() for match in _HTTP.finditer(text)]
    starts = starts or [match.start() for match in _HTTP_ANYWHERE.finditer(text)][:1]
    found: list[str] = []
    rest = [text[: starts[0]] if starts else text]
    for start, stop in pairwise([*starts, len(text)]):
        end = _END.search(text, start, stop)
        found.append(text[start : end.start() if end else stop])
        rest.append(text[start + len(found[-1]) : stop])
    return found, " ".join(rest)


def cuts(token: str) -> Iterator[str]:
    """The token, then shorter and shorter where text may be glued to it: brackets, commas, anything not ASCII."""
    yield token.rstrip(_TRAILING)
    host_ends = _authority_end(token)
    places = [at.start() for at in _GLUED.finditer(token)]
    places = [at for at in places if at >= host_ends or _ends_host(token[at:host_ends])]
    for place in dict.fromkeys((*reversed(places[-MOST_CUTS:]), *places[:1])):
        yield token[:place].rstrip(_TRAILING)


def _ends_host(rest: str) -> bool:
    """Whether the host can end before `rest`. Not before a letter or where a dot follows: a browser would read on."""
    if len(rest) > LONGEST_LABEL or unicodedata.category(rest[0])[0] in "LMN":
        return False
    return not _READ_ON.search(unicodedata.normalize("NFKC", rest))


def _authority_end(token: str) -> int:
    scheme = _SCHEME.match(token)
    authority = _AUTHORITY.match(token, scheme.end() if scheme else 0)
    return authority.end() if authority else 0


def host_of(domain: str) -> str:
    """A domain as links show it: readable, lower case, with its port; empty when it is no host."""
    host, port = _host_and_port(domain)
    return f"{host}:{port}" if host and port else host


def taken_apart(token: str) -> Link | None:
    """The link, or nothing when no browser could open it."""
    scheme = _SCHEME.match(token)
    start = scheme.end() if scheme else 0
    stop = _authority_end(token)
    userinfo, _, host_and_port = token[start:stop].rpartition("@")
    host, port = _host_and_port(host_and_port)
    if not host:
        return None
    path, _, query = token[stop:].partition("#")[0].partition("?")
    segments = _segments(path)
    if len(segments) > MOST_SEGMENTS:
        return None
    return Link(token, host, port, userinfo, segments, _query(query))


def _host_and_port(text: str) -> tuple[str, str]:
    """The readable host in lower case and its port; an empty host when it is none."""
    host, colon, port = text.partition(":")
    if colon and port and not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= HIGHEST_PORT):
        return "", ""
    host = unquote(host) if "%" in host else host
    if len(host) > LONGEST_HOST + 1:
        return "", ""
    host = host.lower() if host.isascii() else unicodedata.normalize("NFKC", host).lower().replace("。", ".")
    host = host.removesuffix(".")
    if "xn--" in host:
        host = ".".join(_readable(label) for label in host.split("."))
    return (host, "" if port in ("80", "443") else port) if _is_host(host) else ("", "")


def _is_host(host: str) -> bool:
    if len(host) > LONGEST_HOST or any(not 0 < len(label) <= LONGEST_LABEL for label in host.split(".")):
        return False
    return bool(_ASCII_HOST.fullmatch(host)) if host.isascii() else not _NOT_IN_HOST.search(host)


def _readable(label: str) -> str:
    if not label.startswith("xn--") or len(label) > LONGEST_LABEL:
        return label
    try:
        readable = label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label
    # A label that was plain all along, or that hides a sign, stays as it came: it must not become another host.
    return label if readable.isascii() or _NOT_IN_HOST.search(readable) or "." in readable else readable


def _segments(path: str) -> tuple[str, ...]:
    """The path as a browser walks it, each segment decoded once; an encoded slash stays encoded."""
    walked: list[str] = []
    for raw in path.replace("\\", "/").split("/"):
        segment = unquote(raw).replace("/", "%2F") if "%" in raw else raw
        if segment == "..":
            walked[-1:] = []
        elif segment not in ("", "."):
            walked.append(segment)
    return tuple(walked)


def _query(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in text.split("&"):
        name, _, value = part.partition("=")
        name = unquote_plus(name).lower().removeprefix("amp;")
        if name and name not in values:
            values[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return values
