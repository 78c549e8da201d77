"""Which elements of these names are in this XML, whole and one after the other? Everything else is read over.

Expat underneath, told to stop at a document type: no entity is ever declared, so none is expanded and nothing outside is read.
Elements are found by their local name, whichever version of the schema they are of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from countermark.connectors.office import Fault
from countermark.connectors.office_records.limits import CHUNK, LIMITS, Limits

_ENCODING = {
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}


@dataclass(slots=True)
class Element:
    """One element: its local name, line, own text, attributes by local name, children."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Element]:
        """Every descendant of one of these names, in the order of the file."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)

    def first(self, *names: str) -> Element | None:
        return next(self.all(*names), None)

    def said(self, *names: str) -> str:
        """The text of the first descendant of these names that has any, blanks made one."""
        return next((text for each in self.all(*names) if (text := " ".join(each.text.split()))), "")

    def under(self, *names: str) -> list[Element]:
        """The children of these names."""
        return [child for child in self.children if child.name in names]


class _Stop(Exception):
    def __init__(self, code: str, **data: str) -> None:
        self.code, self.data = code, data


class _Reader:
    def __init__(self, wanted: tuple[str, ...], ends: tuple[str, ...], limits: Limits) -> None:
        self.parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._text, self._doctype
        self.wanted, self.ends, self.limits = wanted, ends, limits
        self.done: deque[Element] = deque()
        self.root, self.depth, self.open = "", 0, list[Element]()
        self.parts: list[list[str]] = []
        self.bytes = self.elements = 0

    def _doctype(self, name: str, system: str | None, public: str | None, has_internal: bool) -> None:
        raise _Stop("document_type", name=str(name)[:60])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        self.root, self.depth = self.root or local, self.depth + 1
        if self.depth > self.limits.depth:
            raise _Stop("too_deep", most=str(self.limits.depth))
        if not self.open and local not in self.wanted:
            return
        said = {key.rpartition("}")[2]: text for key, text in attributes.items()}
        self._count(sum(map(len, said.values())))
        element = Element(local, self.parser.CurrentLineNumber, said)
        if self.open:
            self.open[-1].children.append(element)
        self.open.append(element)
        self.parts.append([])

    def _count(self, more: int) -> None:
        self.elements, self.bytes = self.elements + 1, self.bytes + more
        if self.elements > self.limits.record_elements or self.bytes > self.limits.record_bytes:
            raise _Stop("record_too_large", most=str(self.limits.record_bytes))

    def _text(self, text: str) -> None:
        if self.open:
            self.bytes += len(text)
            self.parts[-1].append(text)
            if self.bytes > self.limits.record_bytes:
                raise _Stop("record_too_large", most=str(self.limits.record_bytes))

    def _end(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition("}")[2]
        if self.open:
            element = self.open.pop()
            element.text = "".join(self.parts.pop())
            if self.open:
                return
            self.done.append(element)
            self.bytes = self.elements = 0
        elif local in self.ends:
            self.done.append(Element(local, self.parser.CurrentLineNumber, {}))


def elements(
    stream: BinaryIO,
    *,
    root: tuple[str, ...],
    wanted: tuple[str, ...],
    ends: tuple[str, ...] = (),
    limits: Limits = LIMITS,
) -> Iterator[Element | Fault]:
    """Every element called one of `wanted`, whole, and the end of every `ends` as an empty one; or what is wrong.

    A file whose first element is none of `root` is of another format. A fault ends the file.
    """
    reader, size = _Reader(wanted, ends, limits), 0
    while True:
        chunk = stream.read(CHUNK)
        size += len(chunk)
        if size > limits.file_bytes:
            yield Fault("too_large", reader.parser.CurrentLineNumber, {"most": str(limits.file_bytes)}, fatal=True)
            return
        wrong = Fault("empty", 1, fatal=True) if not size else _feed(reader, chunk)
        if reader.root and reader.root not in root:
            yield Fault("not_this_format", 1, {"root": reader.root[:60]}, fatal=True)
            return
        while reader.done:
            yield reader.done.popleft()
        if wrong:
            yield wrong
        if wrong or not chunk:
            return


def _feed(reader: _Reader, chunk: bytes) -> Fault | None:
    try:
        reader.parser.Parse(chunk, not chunk)
    except _Stop as stop:
        return Fault(stop.code, reader.parser.CurrentLineNumber, stop.data, fatal=True)
    except expat.ExpatError as broken:
        code = "encoding" if broken.code in _ENCODING else "broken"
        return Fault(code, broken.lineno, {"reason": expat.ErrorString(broken.code)}, fatal=True)
    except (LookupError, ValueError) as strange:  # an encoding Python does not know, or one of several bytes
        return Fault("encoding", 1, {"reason": str(strange)[:100]}, fatal=True)
    return None
