"""What is one call of the API, before anything is sent? The written methods make them; `conversation` carries them out."""

from __future__ import annotations

import json
import mimetypes
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Generic, Literal, NamedTuple, TypeVar
from urllib.parse import quote

Answer = TypeVar("Answer", covariant=True)
Reads = Literal["json", "lines", "bytes", "nothing"]
Upload = str | os.PathLike[str] | bytes | IO[bytes] | tuple[str, bytes]  # where it lies, or what it holds; with a name
Lines = Iterable[Mapping[str, Any] | bytes | str]
LINES = "application/x-ndjson"
MOST_LINES, MOST_BYTES = 5_000, 8 * 1024 * 1024  # of one call; the API takes 10,000 and 20 MB


class Content(NamedTuple):
    """A file as it came."""

    bytes: bytes
    media_type: str


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """One request and what its answer is. `case` is the last name in the path: whose ETag is meant and remembered."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    upload: Mapping[str, Upload | list[Upload]] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    reads: Reads = "json"
    case: str = ""
    matched: bool = False  # the API wants If-Match
    if_match: str | None = None
    idempotency_key: str | None = None

    def at(self, cursor: str) -> Call[Answer]:
        """The same list from this cursor on."""
        return replace(self, query={**self.query, "cursor": cursor})


def segment(value: str | int) -> str:
    """A value as one piece of a path."""
    text = str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} names nothing in an address")
    return quote(text, safe="")


def as_file(name: str, given: Upload) -> tuple[str, bytes, str]:
    """Name, bytes and media type of what is to be uploaded; read whole, so that it can be sent again."""
    if isinstance(given, tuple):
        return given[0], given[1], _media(given[0])
    if isinstance(given, bytes):
        return name, given, "application/octet-stream"
    if isinstance(given, (str, os.PathLike)):
        path = Path(given)
        return path.name, path.read_bytes(), _media(path.name)
    shown = os.path.basename(str(getattr(given, "name", "") or name))
    return shown, given.read(), _media(shown)


def _media(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def as_line(item: Mapping[str, Any] | bytes | str) -> bytes:
    """One line of NDJSON with its end; what is a line already goes as it is."""
    if isinstance(item, str):
        item = item.encode()
    if not isinstance(item, bytes):
        item = json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return item.rstrip(b"\r\n") + b"\n"


def calls_of(call: Call[Answer], lines: Lines) -> Iterator[tuple[int, Call[Answer]]]:
    """A bulk as calls the API takes, each with how many lines stand before it. Nothing is held but the piece at hand."""
    before = count = size = 0
    held: list[bytes] = []
    for item in lines:
        line = as_line(item)
        if held and (count == MOST_LINES or size + len(line) > MOST_BYTES):
            yield before, replace(call, content=b"".join(held))
            before, count, size, held = before + count, 0, 0, []
        held.append(line)
        count, size = count + 1, size + len(line)
    if held:
        yield before, replace(call, content=b"".join(held))


def counted_from(before: int, answer: Any) -> Any:
    """What became of a piece, its lines counted from the first one of the bulk."""
    faults = [{**fault, "line": fault["line"] + before} for fault in answer.get("faults", ())]
    return {**answer, "faults": faults}


def together(answers: list[Any]) -> Any:
    """What became of several pieces as one answer: counts added up, faults in a row."""
    if not answers:
        return None
    return {
        name: sum((each[name] for each in answers), [] if isinstance(value, list) else 0)
        for name, value in answers[0].items()
    }
