"""Which of these texts are days, classes and numbers, and which are faults with their line? One collector for a record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import words
from countermark.connectors.office_records.xml_stream import Element

_MANGLED = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)  # what a spreadsheet makes of a long number


class Collected:
    """The faults of one record, each once, and a way to read what may be one."""

    def __init__(self, line: int, mark: str = "", number: str = "") -> None:
        self.line, self.faults = line, list[Fault]()
        self.named = {name: text[:80] for name, text in (("mark", mark), ("number", number)) if text}

    def note(self, code: str, line: int = 0, **data: str) -> None:
        self.faults.append(Fault(code, line or self.line, {**data, **self.named}))

    def day(self, text: str, name: str, line: int = 0) -> date | None:
        try:
            return words.day(text)
        except ValueError:
            self.note("day_unreadable", line, field=name, text=text.strip()[:40])
            return None

    def classes(self, texts: Iterable[tuple[str, int]]) -> tuple[int, ...]:
        found = set()
        for text, line in texts:
            try:
                found.add(words.nice_class(text))
            except ValueError:
                self.note("class_unreadable", line, text=text.strip()[:40])
        return tuple(sorted(found))

    def number(self, text: str) -> str:
        said = text.strip()
        if _MANGLED.fullmatch(said):
            self.note("number_mangled", text=said[:40])
        return said

    def day_in(self, node: Element, *names: str) -> date | None:
        """The first of these elements that holds a day."""
        found = next((each for each in node.all(*names) if each.text.strip()), None)
        return self.day(found.text, found.name, found.line) if found else None


def finished(record: OfficeRecord, collected: Collected) -> OfficeRecord | Fault:
    """The record, or the first of its faults, which names the others."""
    if not (record.number or record.application_number):
        collected.note("number_missing")
    if not collected.faults:
        return record
    first, *also = collected.faults
    return replace(first, also=tuple(also))
